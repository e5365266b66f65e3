//! What `--format sarif` prints is SARIF 2.1.0, by the schema that is published for it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const SCHEMA: &str = "npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";

#[expect(clippy::disallowed_methods, reason = "`./test` says where it installed what the tests need")]
fn schema() -> Value {
    let deps = std::env::var("CALLFORM_TEST_DEPS").map(PathBuf::from);
    let path = deps.map(|deps| deps.join(SCHEMA)).ok().filter(|path| path.exists());
    let path = path.expect("the schema of SARIF is not there: run `./test`, which installs it (an npm package)");
    // A bracket in two of its patterns closes nothing, which JavaScript's regular expressions let pass and ours do not.
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}\\\\]?$");
    serde_json::from_str(&text).unwrap()
}

/// What a command prints about a project.
fn printed(command: &str, project: &Path) -> Value {
    let mut program = Command::new(env!("CARGO_BIN_EXE_callform"));
    let output = program.env_clear().args([command, "--format", "sarif"]).arg(project).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn assert_is_sarif(log: &Value) {
    let schema = schema();
    let validator = jsonschema::options().build(&schema).unwrap();
    let wrong: Vec<_> = validator.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn many_mistakes_are_sarif() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/twenty-mistakes");
    let log = printed("validate", &project);
    assert!(results(&log).len() >= 20, "{log:#}");
    assert!(results(&log).iter().any(|r| r.get("fixes").is_some()), "some can be mended");
    assert_is_sarif(&log);
}

#[test]
fn lints_and_what_is_waived_are_sarif() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("a project, 项目");
    let write = |path: &str, text: &str| {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    };
    write(
        "callform.yaml",
        "callform: 1\nkind: Project\nname: p\nprovider:\n  site: emulator\n  sdkAppId: 1400000000\n",
    );
    write(
        "agents/a.yaml",
        "kind: Agent\nname: a\nprompt: Then end_call.\nllm:\n  openai:\n    model: m\n    url: https://api.openai.com/v1/\n    \
         apiKey: ${env:KEY}\nvoice: WeRose\ncomplianceAudio: false # callform: allow[CF008] it says so itself\n",
    );
    let log = printed("lint", &root);
    assert!(results(&log).iter().any(|r| r["suppressions"] != serde_json::json!([])), "{log:#}");
    assert!(results(&log).iter().any(|r| r.get("fixes").is_some()), "{log:#}");
    assert_is_sarif(&log);
}

#[test]
fn no_findings_are_sarif() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/every-field.intl");
    let mut log = printed("validate", &project);
    log["runs"][0]["results"] = Value::Array(Vec::new());
    assert_is_sarif(&log);
}

#[test]
fn the_schema_refuses_what_is_not_sarif() {
    let schema = schema();
    let validator = jsonschema::options().build(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [{}] }] })));
}
