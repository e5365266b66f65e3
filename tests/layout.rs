//! The house's own rules, which the compiler doesn't know: who may use whom, how long a file may get, and that no test
//! is left out by mistake.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which of our crates each of our crates may use (ARCHITECTURE): arrows point downwards only.
const MAY_USE: &[(&str, &[&str])] = &[
    ("callform-spec", &[]),
    ("callform-lint", &["callform-spec"]),
    ("callform-lsp", &["callform-spec", "callform-lint"]),
    ("callform-ccc", &[]),
    ("callform-exec", &["callform-spec", "callform-ccc"]),
    ("callform-emulator", &["callform-ccc"]),
    (
        "callform",
        &["callform-spec", "callform-lint", "callform-lsp", "callform-ccc", "callform-exec", "callform-emulator"],
    ),
    ("xtask", &[]),
];

/// What the language must not reach, not even through somebody else: network and ledger.
const NOT_FOR_SPEC: &[&str] = &["reqwest", "hyper", "rustls", "tokio", "rusqlite", "libsqlite3-sys"];

const LONGEST_FILE: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Our packages, as cargo sees them.
fn packages() -> Vec<Value> {
    let text = cargo(&["metadata", "--offline", "--locked", "--no-deps", "--format-version", "1"]);
    let mut metadata: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

/// What a package is compiled with; what only its tests use doesn't count.
fn uses(package: &Value) -> impl Iterator<Item = &str> {
    package["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|dependency| dependency["kind"] != "dev")
        .map(|dependency| dependency["name"].as_str().unwrap())
}

/// The files below a folder with this extension, at any depth.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|of| of == extension) {
            found.push(path);
        }
    }
    found
}

fn crates() -> Vec<PathBuf> {
    fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn arrows_between_crates_point_downwards_only() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    assert_eq!(names, allowed.keys().copied().collect(), "the crates of the workspace");
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let wrong: Vec<&str> =
            uses(package).filter(|used| names.contains(used) && !allowed[name].contains(used)).collect();
        assert_eq!(wrong, Vec::<&str>::new(), "{name} must not use these");
    }
}

#[test]
fn the_language_reaches_neither_the_network_nor_a_ledger() {
    let tree =
        cargo(&["tree", "--offline", "--locked", "-p", "callform-spec", "-e", "normal,build", "--prefix", "none"]);
    let reached: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(reached.contains("serde"), "cargo tree lists the dependencies: {tree}");
    let wrong: Vec<&&str> = NOT_FOR_SPEC.iter().filter(|name| reached.contains(**name)).collect();
    assert_eq!(wrong, Vec::<&&str>::new());
}

#[test]
fn no_source_file_is_longer_than_five_hundred_lines() {
    let too_long: Vec<String> = crates()
        .iter()
        .flat_map(|folder| files(&folder.join("src"), "rs"))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{}: {lines} lines", path.strip_prefix(root()).unwrap().display()))
        .collect();
    assert_eq!(too_long, Vec::<String>::new(), "a file has one subject: split these");
}

#[test]
fn every_crate_takes_the_workspaces_lints() {
    for folder in crates() {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{}", folder.display());
    }
}

/// A file in `tests/` is run only where some crate's manifest names it.
#[test]
fn every_test_file_of_the_workspace_is_run() {
    let targets: BTreeSet<PathBuf> = packages()
        .iter()
        .flat_map(|package| package["targets"].as_array().unwrap().clone())
        .filter(|target| target["kind"][0] == "test")
        .map(|target| Path::new(target["src_path"].as_str().unwrap()).canonicalize().unwrap())
        .collect();
    let forgotten: Vec<PathBuf> = fs::read_dir(root().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !targets.contains(path))
        .collect();
    assert_eq!(forgotten, Vec::<PathBuf>::new(), "no [[test]] names these");
}

/// Where many tests are one program, a file that nobody names is never compiled.
#[test]
fn every_test_file_is_part_of_its_test_program() {
    let places = crates().into_iter().map(|folder| folder.join("tests")).chain([root().join("tests")]);
    let programs: Vec<PathBuf> = places
        .filter(|place| place.is_dir())
        .flat_map(|place| fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|program| program.join("main.rs").exists())
        .collect();
    assert!(programs.iter().any(|program| program.ends_with("tests/e2e")), "{programs:?}");
    let forgotten: Vec<PathBuf> =
        programs.iter().flat_map(|program| forgotten_modules(program, &program.join("main.rs"))).collect();
    assert_eq!(forgotten, Vec::<PathBuf>::new(), "no `mod` names these");
}

/// Files below a folder that neither its root module nor the modules that are named there name.
fn forgotten_modules(folder: &Path, root: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(root).unwrap();
    let named: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.trim_start_matches("pub(crate) ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let mut forgotten = files(folder, "rs");
    forgotten.retain(|path| {
        let module = path.strip_prefix(folder).unwrap().components().next().unwrap();
        let name = Path::new(&module).file_stem().unwrap().to_str().unwrap();
        path != root && !named.contains(name)
    });
    for name in named {
        let inner = folder.join(name);
        let inner_root =
            [inner.join("mod.rs"), folder.join(format!("{name}.rs"))].into_iter().find(|path| path.exists());
        if let Some(inner_root) = inner_root.filter(|_| inner.is_dir()) {
            forgotten.extend(forgotten_modules(&inner, &inner_root));
        }
    }
    forgotten
}
