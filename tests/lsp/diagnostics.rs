//! What is wrong, as one types.

use serde_json::{Value, json};

use crate::support::{Client, Project, codes, offering, places};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";
const CAMPAIGN: &str = "campaigns/april.yaml";

#[test]
fn a_mistake_is_told_while_it_is_typed_and_taken_back_when_it_is_gone() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    assert_eq!(client.findings(AGENT), [] as [Value; 0]);
    client.edit(AGENT, "voice: WeRose", "voice: WeRose\nvoise: x");
    let found = client.findings(AGENT);
    assert_eq!((codes(&found), places(&found)), (vec!["E0107".into()], vec![[22, 0, 22, 5]]));
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(found[0]["source"], "callform");
    assert!(found[0]["message"].as_str().unwrap().contains("did you mean `voice`?"), "{found:?}");
    client.edit(AGENT, "\nvoise: x", "");
    assert_eq!(client.findings(AGENT), [] as [Value; 0]);
}

#[test]
fn an_unsaved_prompt_is_what_its_agent_is_checked_with() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "{{ clinic }}", "{{ clinik }}");
    let found = client.findings(PROMPT);
    assert_eq!((codes(&found), places(&found)), (vec!["E0134".into()], vec![[0, 34, 0, 40]]));
    let related = &found[0]["relatedInformation"];
    assert_eq!(related[0]["location"]["uri"], client.uri(AGENT));
    assert_eq!(related[0]["message"], "variables are declared here");
    assert!(project.read(PROMPT).contains("clinic"), "nothing was saved");
    // Thrown away: the disk counts again.
    client.close(PROMPT);
    assert_eq!(client.findings_with(PROMPT, &[]), [] as [Value; 0]);
}

#[test]
fn lints_have_their_rule_and_its_page() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    client.edit(PROMPT, "call call_end", "call end_call");
    let found = client.findings(PROMPT);
    let first = found.iter().find(|d| d["code"] == "CF001").unwrap();
    assert_eq!(places(std::slice::from_ref(first)), [[3, 26, 3, 34]]);
    assert_eq!(first["severity"], 2);
    assert_eq!(first["data"], json!({ "rule": "prompt-function-name", "explain": "callform rule CF001" }));
    assert!(first["codeDescription"]["href"].as_str().unwrap().starts_with("https://"));
}

#[test]
fn columns_are_counted_as_the_client_counts_them() {
    let project = Project::new();
    let text = "你好😀 {{ nobody }}\r\n您的预约：{{ 诊所 }}\r\n";
    for (encoding, expected) in
        [("utf-16", [[0, 8, 0, 14], [1, 8, 1, 10]]), ("utf-8", [[0, 14, 0, 20], [1, 18, 1, 24]])]
    {
        let mut client = Client::offering(project.root(), &offering(&[encoding]));
        client.open_with(PROMPT, text);
        let found = client.findings(PROMPT);
        let undeclared: Vec<_> = found.into_iter().filter(|d| d["code"] == "E0134").collect();
        assert_eq!(places(&undeclared), expected, "{encoding}");
    }
}

#[test]
fn changes_are_made_where_the_client_means_them() {
    let project = Project::new();
    project.write(PROMPT, "你好😀，{{ callee_name }}，{{ clinic }} {{ appointment }} call_end transfer_to_human\n");
    let mut client = Client::initialized(project.root());
    client.open(PROMPT);
    assert_eq!(client.findings(PROMPT), [] as [Value; 0]);
    // Each is a range in UTF-16 behind Chinese text and an emoji.
    client.edit(PROMPT, "callee_name", "姓名😀");
    client.edit(PROMPT, "姓名😀", "姓名");
    let found = client.findings(PROMPT);
    let first = found.iter().find(|d| d["code"] == "E0134").unwrap();
    assert_eq!(places(std::slice::from_ref(first)), [[0, 8, 0, 10]]);
    client.edit(PROMPT, "姓名", "callee_name");
    assert_eq!(client.findings(PROMPT), [] as [Value; 0]);
}

#[test]
fn many_changes_at_once_end_with_the_findings_of_the_last() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    for _ in 0..100 {
        client.edit(AGENT, "name: checkup", "nme: checkup");
        client.edit(AGENT, "nme: checkup", "name: checkup");
    }
    client.edit(AGENT, "languages: [en]", "languages: [xx]");
    assert_eq!(codes(&client.findings(AGENT)), ["E0105"]);
}

#[test]
fn every_file_of_the_project_is_told_of_not_only_the_open_one() {
    let project = Project::new();
    project.edit(CAMPAIGN, "agent: checkup", "agent: chekup");
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    let found = client.findings_with(CAMPAIGN, &["E0140"]);
    assert_eq!(places(&found), [[2, 7, 2, 13]]);
    // Renaming the agent mends the campaign.
    client.edit(AGENT, "name: checkup", "name: chekup");
    client.findings_with(CAMPAIGN, &[]);
}

#[test]
fn bad_rows_are_told_when_a_file_is_opened_or_saved() {
    let project = Project::new();
    let header = "id,phone,callee_name,appointment\n";
    project.write("campaigns/callees.csv", &format!("{header}1,+12125550147,你好😀,tomorrow\n"));
    let mut client = Client::initialized(project.root());
    client.open(CAMPAIGN);
    let found = client.findings_with("campaigns/callees.csv", &["E0212"]);
    assert_eq!(places(&found), [[1, 20, 1, 28]]);
    assert!(!found[0]["message"].as_str().unwrap().contains("5550147"), "{found:?}");
    project.write("campaigns/callees.csv", &format!("{header}1,+12125550147,Cindy,2031-04-15T09:00\n"));
    client.save(CAMPAIGN);
    client.findings_with("campaigns/callees.csv", &[]);
}

#[test]
fn a_secret_that_was_typed_is_in_no_message() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    client.edit(AGENT, "${env:OPENAI_API_KEY}", "sk-thisIsNoKeyAtAll");
    let found = client.findings(AGENT);
    assert!(!found.is_empty());
    let text = Value::from(found).to_string();
    assert!(!text.contains("thisIsNoKey"), "{text}");
}

#[test]
fn two_projects_of_one_workspace_do_not_mix() {
    let workspace = tempfile::tempdir().unwrap();
    let project = Project::new();
    for name in ["one", "two"] {
        for path in ["callform.yaml", AGENT, PROMPT, CAMPAIGN, "campaigns/callees.csv", "campaigns/dnc.csv"] {
            let to = workspace.path().join(name).join(path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(project.path(path), to).unwrap();
        }
    }
    let mut client = Client::initialized(workspace.path());
    client.open("one/agents/checkup.yaml");
    client.open("two/agents/checkup.yaml");
    client.edit("one/agents/checkup.yaml", "name: checkup", "name: other");
    client.findings_with("one/campaigns/april.yaml", &["E0140"]);
    assert_eq!(client.findings("two/agents/checkup.yaml"), [] as [Value; 0]);
}

#[test]
fn a_document_that_no_project_reads_gets_a_remark() {
    let project = Project::new();
    project.write("elsewhere.yaml", "kind: Agent\nname: x\n");
    let mut client = Client::initialized(project.root());
    client.open("elsewhere.yaml");
    let found = client.findings_when_any("elsewhere.yaml");
    assert_eq!((found[0]["severity"].as_u64(), places(&found)), (Some(3), vec![[0, 0, 0, 4]]));
    client.edit("elsewhere.yaml", "kind: Agent", "# An agent\nkind: Agent");
    assert_eq!(places(&client.findings("elsewhere.yaml")), [[1, 0, 1, 4]]);
    client.edit("elsewhere.yaml", "kind: Agent", "kind: Deployment");
    assert_eq!(client.findings("elsewhere.yaml"), [] as [Value; 0]);

    let alone = tempfile::tempdir().unwrap();
    std::fs::write(alone.path().join("x.yaml"), "kind: Agent\nname: x\n").unwrap();
    let mut client = Client::initialized(alone.path());
    client.open("x.yaml");
    let found = client.findings_when_any("x.yaml");
    assert!(found[0]["message"].as_str().unwrap().contains("callform.yaml"));
    client.close("x.yaml");
    client.findings_with("x.yaml", &[]);
}

#[test]
fn a_file_that_is_deleted_or_renamed_while_it_is_open_is_no_trouble() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    client.open(CAMPAIGN);
    client.edit(AGENT, "languages: [en]", "languages: [xx]");
    assert_eq!(codes(&client.findings(AGENT)), ["E0105"]);
    std::fs::rename(project.path(AGENT), project.path("agents/other.yaml")).unwrap();
    let files = json!({ "files": [{ "oldUri": client.uri(AGENT), "newUri": client.uri("agents/other.yaml") }] });
    client.notify("workspace/didRenameFiles", &files);
    client.findings_with(AGENT, &[]);
    client.close(AGENT);
    client.open("agents/other.yaml");
    assert_eq!(client.findings("agents/other.yaml"), [] as [Value; 0]);
    std::fs::remove_file(project.path("agents/other.yaml")).unwrap();
    client.save("agents/other.yaml");
    client.findings_with(CAMPAIGN, &["E0140"]);
    // The whole project goes.
    std::fs::remove_file(project.path("callform.yaml")).unwrap();
    client.save(CAMPAIGN);
    let found = client.findings_with(CAMPAIGN, &["-"]);
    assert_eq!(found[0]["severity"], 3, "only a remark is left");
}

#[test]
fn a_document_that_is_too_large_is_told_of_and_not_read() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open(AGENT);
    client.findings(AGENT);
    let padding = "# 😀 padding\n".repeat(9 * 1024 * 1024 / 14);
    client.change(AGENT, &format!("{}{padding}", project.read(AGENT)));
    client.findings_with("callform.yaml", &["E0120"]);
    client.change(AGENT, &project.read(AGENT));
    client.findings_with("callform.yaml", &[]);
}
