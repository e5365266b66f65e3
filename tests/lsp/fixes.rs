//! Quick fixes, and all safe ones at once.

use serde_json::{Value, json};

use crate::support::{Client, Project, codes};

const PROMPT: &str = "agents/prompts/checkup.md";
const EVERYWHERE: ((u32, u32), (u32, u32)) = ((0, 0), (99, 0));

fn actions(client: &mut Client, range: ((u32, u32), (u32, u32)), only: Option<&str>) -> Vec<Value> {
    let at = |(line, character): (u32, u32)| json!({ "line": line, "character": character });
    let mut context = json!({ "diagnostics": [] });
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let document = json!({ "uri": client.uri(PROMPT) });
    let params =
        json!({ "textDocument": document, "range": { "start": at(range.0), "end": at(range.1) }, "context": context });
    client.request("textDocument/codeAction", &params).unwrap().as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

#[test]
fn a_quick_fix_mends_its_finding() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "call call_end", "你好😀 call end_call");
    // Asked at once: the answer waits until the change was read.
    let offered = actions(&mut client, ((3, 36), (3, 36)), None);
    assert_eq!(titles(&offered), ["write `call_end`"]);
    assert_eq!((&offered[0]["kind"], &offered[0]["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(offered[0]["diagnostics"][0]["code"], "CF001");
    assert!(codes(&client.findings(PROMPT)).contains(&"CF001".to_owned()));
    client.apply(&offered[0]["edit"]);
    assert_eq!(client.findings(PROMPT), [] as [Value; 0]);
    assert!(client.text(PROMPT).contains("你好😀 call call_end."), "{}", client.text(PROMPT));
}

#[test]
fn nothing_is_offered_where_nothing_is_wrong() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "call call_end", "call end_call");
    assert_eq!(actions(&mut client, ((0, 0), (0, 5)), None), [] as [Value; 0]);
    assert_eq!(actions(&mut client, EVERYWHERE, Some("refactor")), [] as [Value; 0]);
}

#[test]
fn a_fix_that_a_person_must_look_at_is_offered_but_not_preferred() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "transfer_to_human", "transfer_call");
    let offered = actions(&mut client, EVERYWHERE, None);
    assert_eq!(titles(&offered), ["write `transfer_to_human`"]);
    assert_eq!(offered[0]["isPreferred"], false);
    assert_eq!(actions(&mut client, EVERYWHERE, Some("source.fixAll")), [] as [Value; 0]);
}

#[test]
fn all_safe_fixes_of_a_file_are_one_action() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "When you are done", "When you are done, end_call; end_call. Then");
    let offered = actions(&mut client, EVERYWHERE, Some("source.fixAll.callform"));
    assert_eq!(titles(&offered), ["apply all safe fixes of callform"]);
    client.apply(&offered[0]["edit"]);
    assert_eq!(client.findings(PROMPT), [] as [Value; 0]);
    assert_eq!(client.text(PROMPT).matches("call_end").count(), 3);
}

#[test]
fn a_client_without_versions_gets_plain_changes() {
    let project = Project::new();
    let mut client = Client::offering(project.root(), &json!({ "capabilities": {} }));
    client.open(PROMPT);
    client.edit(PROMPT, "call call_end", "call end_call");
    let offered = actions(&mut client, EVERYWHERE, None);
    let edit = &offered[0]["edit"];
    assert_eq!(edit["changes"][client.uri(PROMPT)][0]["newText"], "call_end");
    assert_eq!(edit.get("documentChanges"), None);
}
