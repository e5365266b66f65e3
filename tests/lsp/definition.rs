//! Going to where something is declared.

use serde_json::{Value, json};

use crate::support::{Client, Project, places};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";
const CAMPAIGN: &str = "campaigns/april.yaml";

/// The file and the place of a definition.
fn definition(client: &mut Client, path: &str, line: &str) -> Vec<(String, [u64; 4])> {
    let found = client.request_at("textDocument/definition", path, line);
    let found = found.as_array().unwrap();
    let uris = found.iter().map(|location| location["uri"].as_str().unwrap().to_owned());
    uris.zip(places(found)).collect()
}

#[test]
fn from_a_campaign_to_its_agent_and_its_files() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(CAMPAIGN);
    assert_eq!(definition(&mut client, CAMPAIGN, "agent: check¦up"), [(client.uri(AGENT), [1, 6, 1, 13])]);
    let start = [0; 4];
    assert_eq!(definition(&mut client, CAMPAIGN, "file: ¦callees.csv"), [(client.uri("campaigns/callees.csv"), start)]);
    assert_eq!(definition(&mut client, CAMPAIGN, "[dnc¦.csv]"), [(client.uri("campaigns/dnc.csv"), start)]);
    assert_eq!(definition(&mut client, CAMPAIGN, "name: apr¦il"), []);
    client.open(AGENT);
    assert_eq!(definition(&mut client, AGENT, "file: prompts/¦checkup.md"), [(client.uri(PROMPT), start)]);
}

#[test]
fn from_a_prompt_to_variables_and_functions() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    assert_eq!(definition(&mut client, PROMPT, "{{ cli¦nic }}"), [(client.uri(AGENT), [12, 2, 12, 8])]);
    assert_eq!(definition(&mut client, PROMPT, "call call_¦end"), [(client.uri(AGENT), [24, 2, 24, 9])]);
    assert_eq!(definition(&mut client, PROMPT, "transfer¦_to_human"), [(client.uri(AGENT), [26, 12, 26, 29])]);
    client.open(AGENT);
    assert_eq!(definition(&mut client, AGENT, "{{ callee¦_name }}"), [(client.uri(AGENT), [8, 2, 8, 13])]);
}

#[test]
fn a_definition_is_where_it_is_now_though_nothing_is_saved() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.open(AGENT);
    client.findings(AGENT);
    // Asked at once: the answer waits until the change was read.
    client.edit(AGENT, "variables:\n", "variables:\n  诊所: {}\n");
    assert_eq!(definition(&mut client, PROMPT, "{{ cli¦nic }}"), [(client.uri(AGENT), [13, 2, 13, 8])]);
}

#[test]
fn a_prompt_of_two_agents_has_two_definitions() {
    let project = Project::new();
    project.write("agents/second.yaml", &project.read(AGENT).replace("name: checkup", "name: second"));
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    let found = definition(&mut client, PROMPT, "{{ cli¦nic }}");
    let files: Vec<_> = found.into_iter().map(|(uri, _)| uri).collect();
    assert_eq!(files, [client.uri(AGENT), client.uri("agents/second.yaml")]);
}

#[test]
fn from_a_value_of_a_campaign_to_the_variable_of_its_agent() {
    let project = Project::new();
    project.edit(CAMPAIGN, "doNotCall: [dnc.csv]", "variables:\n  clinic: Harbour\n");
    let mut client = Client::initialized(project.root());
    client.open(CAMPAIGN);
    assert_eq!(definition(&mut client, CAMPAIGN, "cli¦nic: Harbour"), [(client.uri(AGENT), [12, 2, 12, 8])]);
}

#[test]
fn a_request_that_waits_can_be_cancelled() {
    let project = Project::new();
    // Many agents, so that checking takes a moment.
    for n in 0..300 {
        project
            .write(&format!("agents/a{n}.yaml"), &project.read(AGENT).replace("name: checkup", &format!("name: a{n}")));
    }
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    let place = client.at(PROMPT, "{{ cli¦nic }}");
    let id = client.ask("textDocument/definition", &place);
    client.notify("$/cancelRequest", &json!({ "id": id }));
    assert_eq!(client.answer(id).unwrap_err()["code"], -32800);
    assert_ne!(client.request("textDocument/hover", &place), Ok(Value::Null));
}
