//! Beginning, ending, and what is said wrongly in between.

use serde_json::{Value, json};

use crate::support::{Client, Project, offering, places};

#[test]
fn the_server_says_what_it_can_do() {
    let project = Project::new();
    let mut client = Client::start(project.root());
    let answer = client.request("initialize", &offering(&["utf-16", "utf-8"])).unwrap();
    let able = &answer["capabilities"];
    assert_eq!(able["positionEncoding"], "utf-8");
    assert_eq!(able["textDocumentSync"]["change"], 2);
    assert_eq!(able["hoverProvider"], true);
    assert_eq!(able["definitionProvider"], true);
    assert_eq!(able["completionProvider"]["triggerCharacters"], json!(["{", "|", " "]));
    assert_eq!(able["codeActionProvider"]["codeActionKinds"], json!(["quickfix", "source.fixAll.callform"]));
    assert_eq!(answer["serverInfo"]["name"], "callform");
}

#[test]
fn a_client_without_encodings_gets_utf_16() {
    let project = Project::new();
    let mut client = Client::start(project.root());
    let answer = client.request("initialize", &json!({ "capabilities": {} })).unwrap();
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
}

#[test]
fn a_session_ends_well_only_after_shutdown() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    assert_eq!(client.request("shutdown", &Value::Null), Ok(Value::Null));
    let refused = client.request("textDocument/hover", &json!({})).unwrap_err();
    assert_eq!(refused["code"], -32600);
    client.notify("exit", &Value::Null);
    assert_eq!(client.ended(), Some(0));

    let mut client = Client::initialized(project.root());
    client.notify("exit", &Value::Null);
    assert_eq!(client.ended(), Some(1));

    let mut client = Client::initialized(project.root());
    client.hang_up();
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn nothing_is_answered_before_initialize_and_initialize_only_once() {
    let project = Project::new();
    let mut client = Client::start(project.root());
    assert_eq!(client.request("textDocument/hover", &json!({})).unwrap_err()["code"], -32002);
    client.open("agents/checkup.yaml");
    client.request("initialize", &offering(&["utf-16"])).unwrap();
    assert_eq!(client.request("initialize", &json!({})).unwrap_err()["code"], -32600);
}

#[test]
fn wrong_messages_get_errors_and_the_session_goes_on() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    assert_eq!(client.request("textDocument/rename", &json!({})).unwrap_err()["code"], -32601);
    assert_eq!(client.request("textDocument/hover", &json!({ "x": 1 })).unwrap_err()["code"], -32602);
    client.raw(b"Content-Length: 5\r\n\r\n{oops");
    assert_eq!(client.other_message()["error"]["code"], -32700);
    client.raw(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(client.other_message()["error"]["code"], -32600);
    client.notify("textDocument/didOpen", &json!({ "textDocument": 7 }));
    assert_eq!(client.other_message()["method"], "window/logMessage");
    // A change of what is not open, and a notification that nobody knows.
    client.notify("$/whatever", &json!({}));
    let unknown = json!({ "textDocument": { "uri": "file:///nowhere.yaml", "version": 2 }, "contentChanges": [] });
    client.notify("textDocument/didChange", &unknown);
    let place = json!({ "textDocument": { "uri": "untitled:One" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.request("textDocument/hover", &place), Ok(Value::Null));
    client.open("agents/checkup.yaml");
    assert_eq!(client.findings("agents/checkup.yaml"), [] as [Value; 0]);
}

#[test]
fn a_place_beyond_the_text_is_no_trouble() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    client.open("agents/prompts/checkup.md");
    for (line, character) in [(4_000_000_000_u32, 0), (0, 4_000_000_000_u32), (0, 0)] {
        let position = json!({ "line": line, "character": character });
        let uri = client.uri("agents/prompts/checkup.md");
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
            client.request(method, &params).unwrap();
        }
    }
}

#[test]
fn files_are_watched_where_the_client_can() {
    let project = Project::new();
    let able = json!({ "capabilities": { "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } } });
    let mut client = Client::offering(project.root(), &able);
    let asked = client.other_message();
    assert_eq!(asked["method"], "client/registerCapability");
    assert_eq!(asked["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": null }));

    client.open("campaigns/april.yaml");
    client.findings("campaigns/april.yaml");
    project.write("campaigns/callees.csv", "id,phone,callee_name,appointment\n1,12,Cindy,2031-04-15T09:00\n");
    let uri = client.uri("campaigns/callees.csv");
    client.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [{ "uri": uri, "type": 2 }] }));
    let found = client.findings_with("campaigns/callees.csv", &["E0233"]);
    assert_eq!(places(&found), [[1, 2, 1, 4]]);
}

#[test]
fn every_state_of_a_file_that_is_being_typed_gets_answers() {
    let project = Project::new();
    let mut client = Client::initialized(project.root());
    for path in ["agents/checkup.yaml", "agents/prompts/checkup.md", "campaigns/april.yaml"] {
        let text = project.read(path).replace("Harbour", "海港😀");
        client.open(path);
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            client.change(path, &text[..at]);
            let line = text[..at].matches('\n').count();
            let character = text[..at].rsplit('\n').next().unwrap().encode_utf16().count();
            let position = json!({ "line": line, "character": character });
            let params = json!({ "textDocument": { "uri": client.uri(path) }, "position": position });
            for method in ["textDocument/completion", "textDocument/hover"] {
                client.request(method, &params).unwrap();
            }
        }
        client.change(path, &project.read(path));
        assert_eq!(client.findings(path), [] as [Value; 0], "{path}");
    }
}
