//! The definition of the hooks for pre-commit: what it starts exists, and fails a commit when it should.

use serde_json::Value;

use crate::support::{Project, workspace};

fn hook(id: &str) -> Value {
    let text = std::fs::read_to_string(workspace().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks: Vec<Value> = serde_yaml::from_str(&text).unwrap();
    hooks.into_iter().find(|hook| hook["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn the_validate_hook_passes_a_project_and_fails_a_mistake() {
    let hook = hook("callform-validate");
    let entry = hook["entry"].as_str().unwrap().strip_prefix("callform ").unwrap();
    assert_eq!(hook["pass_filenames"], false, "a project is checked whole");
    let place = Project::empty("work");
    place.callform(["init"]).run().exits(0);
    place.callform(entry.split(' ')).run().exits(0);
    let agent = place.read("agents/reminder.yaml");
    place.write("agents/reminder.yaml", &agent.replace("WeRose", "Werose"));
    place.callform(entry.split(' ')).run().exits(1);
}

#[test]
fn the_hooks_look_when_a_file_of_a_project_changes() {
    for id in ["callform-validate", "callform-lint"] {
        let files = regex::Regex::new(hook(id)["files"].as_str().unwrap()).unwrap();
        for path in ["callform.yaml", "agents/a.yml", "agents/prompts/a.md", "campaigns/c.csv", "campaigns/c.jsonl"] {
            assert!(files.is_match(path), "{id}: {path}");
        }
        assert!(!files.is_match("src/main.rs"), "{id}");
    }
}
