//! What `spec::project` promises beyond single documents.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;

use callform_spec::project::{Drafts, Environment, LoadOptions, Loaded, Site, load};

const PROJECT: &str = "callform: 1\nkind: Project\nname: p\nprovider:\n  site: SITE\n  dialect: intl\n  sdkAppId: 1\n";
const AGENT: &str = "kind: Agent\nname: a\nprompt: Hello\nllm:\n  openai:\n    model: m\n    url: https://llm.example.com/v1\n    apiKey: ${env:K}\n";

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn read(root: &Path, environment: Option<&str>) -> Loaded {
    load(&LoadOptions::new(root, environment, &NoEnvironment))
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.diagnostics.iter().map(|d| d.code.0).collect()
}

fn site(named: &str) -> Site {
    let scratch = tempfile::tempdir().unwrap();
    write(scratch.path(), "callform.yaml", &PROJECT.replace("SITE", named));
    let loaded = read(scratch.path(), None);
    loaded.partial().unwrap().site.clone()
}

#[test]
fn an_account_has_one_identity_however_its_address_is_written() {
    assert_eq!(site("https://ccc.intl.tencentcloudapi.com"), Site::Intl);
    assert_eq!(site("https://CCC.intl.tencentcloudapi.com:443/"), Site::Intl);
    assert_eq!(site("https://ccc.tencentcloudapi.com."), Site::China);
    assert_eq!(site("http://LOCALHOST:80"), site("http://localhost"));
    assert_ne!(site("http://localhost:8080"), site("http://localhost"));
}

#[test]
fn two_environments_of_one_account_share_one_ledger() {
    let scratch = tempfile::tempdir().unwrap();
    let project = PROJECT.replace("SITE", "intl").replace("  dialect: intl\n", "");
    let overlay = "ledger: .callform/a.db\nenvironments:\n  other:\n    ledger: .callform/b.db\n";
    write(scratch.path(), "callform.yaml", &format!("{project}{overlay}"));
    assert_eq!(codes(&read(scratch.path(), None)), ["E0151"]);
    // On the emulator nobody is phoned, and another account phones other people.
    for change in ["provider:\n      site: emulator", "provider:\n      sdkAppId: 2"] {
        write(scratch.path(), "callform.yaml", &format!("{project}{overlay}    {change}\n"));
        assert_eq!(codes(&read(scratch.path(), None)), [""; 0], "{change}");
    }
}

#[test]
fn what_a_link_leads_to_outside_of_the_project_is_not_read() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().join("project");
    write(&root, "callform.yaml", &PROJECT.replace("SITE", "emulator"));
    write(scratch.path(), "outside/secret.yaml", "root:x:0:0:canary");
    write(&root, "agents/a.yaml", AGENT);
    std::os::unix::fs::symlink(scratch.path().join("outside/secret.yaml"), root.join("agents/b.yaml")).unwrap();
    std::os::unix::fs::symlink(scratch.path().join("outside"), root.join("agents/c")).unwrap();
    // A link back up is followed once, and no document is read twice.
    std::os::unix::fs::symlink(&root, root.join("agents/loop")).unwrap();
    let loaded = read(&root, None);
    assert_eq!(codes(&loaded), ["E0120", "E0120"]);
    assert!(!format!("{:?}", loaded.sources).contains("canary"));
}

#[test]
fn a_key_in_a_place_for_text_is_refused_and_never_shown() {
    let scratch = tempfile::tempdir().unwrap();
    write(scratch.path(), "callform.yaml", &PROJECT.replace("SITE", "emulator"));
    let key = "sk-proj-c4n4ryC4n4ryC4n4ry";
    for place in [
        format!("{AGENT}    extraBody:\n      api_key: {key}\n"),
        format!("{AGENT}providerVariables:\n  x: {key}\n"),
        AGENT.replace("Hello", &format!("Say {key}")),
        format!("{}prompt:\n  file: prompt.md\n", AGENT.replace("prompt: Hello\n", "")),
    ] {
        write(scratch.path(), "agents/prompt.md", &format!("Use {key} then"));
        write(scratch.path(), "agents/a.yaml", &place);
        let loaded = read(scratch.path(), None);
        assert_eq!(codes(&loaded), ["E0109"], "{place}");
        let span = loaded.diagnostics[0].primary.as_ref().unwrap().span;
        assert!(!loaded.sources.get(span.source).shown().contains(key));
    }
}

#[test]
fn an_empty_environment_is_none() {
    let scratch = tempfile::tempdir().unwrap();
    write(scratch.path(), "callform.yaml", &PROJECT.replace("SITE", "emulator"));
    assert!(read(scratch.path(), Some("")).is_good());
    assert_eq!(codes(&read(scratch.path(), Some("nobody"))), ["E0128"]);
}

#[test]
fn a_draft_stands_in_for_a_document_and_for_a_prompt_and_counts_by_its_own_size() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::create_dir_all(root.join("agents/prompts")).unwrap();
    std::fs::write(
        root.join("callform.yaml"),
        "callform: 1\nkind: Project\nname: p\nprovider:\n  site: intl\n  sdkAppId: 1\n",
    )
    .unwrap();
    std::fs::write(root.join("agents/prompts/a.md"), "On the disk.\n").unwrap();
    std::fs::write(root.join("agents/a.yaml"), "kind: Nonsense\n").unwrap();
    let agent = "kind: Agent\nname: a\nprompt:\n  file: prompts/a.md\nllm:\n  openai:\n    model: m\n    url: https://api.openai.com/v1/\n    apiKey: ${env:K}\nvoice: WeRose\n";
    let real = |path: &str| root.join(path).canonicalize().unwrap();
    let mut drafts = Drafts::from([
        (real("agents/a.yaml"), agent.to_owned()),
        (real("agents/prompts/a.md"), "\u{feff}A draft.\r\n".to_owned()),
    ]);
    let with = |drafts: &Drafts| load(&LoadOptions { drafts, ..LoadOptions::new(root, None, &NoEnvironment) });
    let loaded = with(&drafts);
    assert_eq!(loaded.diagnostics, []);
    assert_eq!(loaded.project().unwrap().agents[0].templates.prompt.as_ref().unwrap().text(), "A draft.");
    drafts.insert(real("agents/a.yaml"), "x".repeat(9 * 1024 * 1024));
    assert_eq!(with(&drafts).diagnostics[0].code.0, "E0120");
    drafts.clear();
    assert_eq!(with(&drafts).diagnostics[0].code.0, "E0102");
}
