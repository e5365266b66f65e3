//! Completion and hover.

use serde_json::{Value, json};

use crate::support::{Client, Project};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";
const CAMPAIGN: &str = "campaigns/april.yaml";

fn labels(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

fn complete(client: &mut Client, path: &str, line: &str) -> Value {
    client.request_at("textDocument/completion", path, line)
}

fn hover(client: &mut Client, path: &str, line: &str) -> String {
    let hover = client.request_at("textDocument/hover", path, line);
    hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn variables_are_offered_in_a_prompt_while_its_tag_is_open() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "- When", "Say {{ cl\n- When");
    let items = complete(&mut client, PROMPT, "Say {{ cl¦");
    assert_eq!(labels(&items), ["callee_name", "clinic", "appointment"]);
    assert_eq!(items[1]["detail"], "text = Harbour Clinic");
    let about = items[0]["documentation"]["value"].as_str().unwrap();
    assert!(about.contains("First name") && about.contains("at most 40 characters"), "{about}");
    let edit = &items[0]["textEdit"];
    assert_eq!(edit["range"], json!({ "start": { "line": 3, "character": 7 }, "end": { "line": 3, "character": 9 } }));
}

#[test]
fn variables_are_offered_in_the_document_though_its_yaml_is_not_whole() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    client.findings(AGENT);
    client.edit(AGENT, "\"Hi {{ callee_name }}\"", "\"Hi {{ cal");
    let items = complete(&mut client, AGENT, "Hi {{ cal¦");
    assert_eq!(labels(&items), ["callee_name", "clinic", "appointment"]);
    // A variable that was added a moment ago counts, too.
    client.edit(AGENT, "\"Hi {{ cal", "\"Hi {{ callee_name }}\"");
    client.edit(AGENT, "  clinic:\n", "  诊所:\n    default: x\n  clinic:\n");
    client.findings(AGENT);
    let items = complete(&mut client, AGENT, "Hi {{ ¦callee_name");
    assert_eq!(labels(&items), ["callee_name", "诊所", "clinic", "appointment"]);
}

#[test]
fn filters_and_their_arguments_are_offered_behind_a_pipe() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    let items = complete(&mut client, PROMPT, "appointment | ¦spoken");
    assert!(labels(&items).contains(&"spoken") && labels(&items).contains(&"upper"), "{items}");
    assert!(!labels(&items).contains(&"clinic"));
    client.edit(PROMPT, "| spoken }}", "| spoken() }}");
    let items = complete(&mut client, PROMPT, "spoken(¦)");
    assert_eq!(labels(&items)[..4], ["zone=", "locale=", "year=", "time="]);
}

#[test]
fn functions_are_offered_in_the_words_of_a_prompt_but_not_at_every_blank() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    let items = complete(&mut client, PROMPT, "call trans¦fer_to_human");
    assert_eq!(labels(&items), ["transfer_to_human"]);
    let items = complete(&mut client, PROMPT, "done, call¦ call");
    assert_eq!(labels(&items), ["call_end"]);
    let mut params = client.at(PROMPT, "done, ¦call");
    let items = client.request("textDocument/completion", &params).unwrap();
    assert_eq!(labels(&items), ["call_end", "transfer_to_human"]);
    let here = json!({ "line": 3, "character": 21 });
    assert_eq!(items[0]["textEdit"]["range"], json!({ "start": here, "end": here }), "`call` stays");
    params["context"] = json!({ "triggerKind": 2, "triggerCharacter": " " });
    assert_eq!(client.request("textDocument/completion", &params).unwrap(), json!([]));
}

#[test]
fn a_campaign_is_offered_the_agents() {
    let project = Project::new();
    project.write("agents/second.yaml", &project.read(AGENT).replace("name: checkup", "name: second"));
    let mut client = Client::initialized(project.root());
    client.open(CAMPAIGN);
    client.edit(CAMPAIGN, "agent: checkup", "agent: ");
    let items = complete(&mut client, CAMPAIGN, "agent: ¦\n");
    assert_eq!(labels(&items), ["checkup", "second"]);
    assert_eq!(complete(&mut client, CAMPAIGN, "name: ¦april"), json!([]));
}

#[test]
fn a_name_under_the_cursor_is_explained() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    let about = hover(&mut client, PROMPT, "{{ cli¦nic }}");
    assert!(about.starts_with("**clinic**: text") && about.contains("Default: `Harbour Clinic`"), "{about}");
    let about = hover(&mut client, PROMPT, "| spo¦ken");
    assert!(about.starts_with("**spoken**: filter") && about.contains("`zone`"), "{about}");
    let about = hover(&mut client, PROMPT, "call transfer_to_¦human");
    assert!(about.contains("The callee asks for a person"), "{about}");
    assert_eq!(hover(&mut client, PROMPT, "When you ¦are"), "");
    client.open(AGENT);
    assert!(hover(&mut client, AGENT, "Hi {{ ¦callee_name").contains("Example: `Cindy`"));
}

#[test]
fn a_number_in_a_default_is_masked() {
    let project = Project::new();
    project.edit(AGENT, "default: Harbour Clinic", "default: \"+12125550147\"");
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    let about = hover(&mut client, PROMPT, "{{ cli¦nic }}");
    assert!(about.contains("Default: `+") && !about.contains("5550147"), "{about}");
}

#[test]
fn a_client_without_markdown_gets_plain_text() {
    let project = Project::new();
    let mut client = Client::offering(project.root(), &json!({ "capabilities": {} }));
    client.open(PROMPT);
    let hover = client.request_at("textDocument/hover", PROMPT, "{{ cli¦nic }}");
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(!hover["contents"]["value"].as_str().unwrap().contains("**"));
}
