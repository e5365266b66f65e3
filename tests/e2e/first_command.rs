//! What the README promises a stranger: the first command, and every example.

use serde_json::{Value, json};

use crate::support::{Captured, Project, journal, snapshot, workspace};

/// The words of the README's command that runs callform, without cargo's.
fn readme_command() -> Vec<String> {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let line = readme.lines().find(|line| line.contains("cargo run") && line.contains(" -- apply ")).unwrap();
    assert!(line.starts_with("cargo run "), "it needs no variable: {line}");
    line.split_once(" -- ").unwrap().1.split(' ').map(str::to_owned).collect()
}

/// The sessions in a table of results; fails if a row is not about a placed call.
fn sessions(captured: &Captured) -> Vec<String> {
    let rows = captured.stdout.lines().skip(1);
    let row = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let [.., result, session] = words.as_slice() else { panic!("not a row: {line}") };
        assert_eq!(*result, "placed", "{line}");
        (*session).to_owned()
    };
    rows.map(row).collect()
}

#[test]
fn the_readmes_first_command_ends_with_a_table_of_sessions_and_the_second_time_places_nothing() {
    let words = readme_command();
    let checkout = Project::checkout_with("examples/checkup");

    let first = checkout.callform(words.iter().map(String::as_str)).run().exits(0);
    let journal = journal(&checkout.path("examples/checkup/.callform/emulator.db"));
    let mut placed: Vec<_> = journal.calls().unwrap().into_iter().map(|call| call.session_id).collect();
    let mut shown = sessions(&first);
    placed.sort();
    shown.sort();
    assert_eq!(shown, placed, "the table names the sessions that the emulator made");
    assert_eq!(shown.len(), 31);
    assert!(journal.phoned_again().unwrap().is_empty());
    // Its rows come as answers come; everything else is always the same.
    insta::assert_snapshot!("the_first_command", snapshot(&Captured { stdout: String::new(), ..first }, &checkout));

    let second = checkout.callform(words.iter().map(String::as_str)).run().exits(0);
    assert_eq!(journal.count().unwrap(), 31);
    insta::assert_snapshot!("the_first_command_again", snapshot(&second, &checkout));
}

#[test]
fn the_readme_shows_the_plan_as_it_is() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let shown =
        readme.split_once("<!-- plan:begin -->\n```text\n").unwrap().1.split_once("```\n<!-- plan:end -->").unwrap().0;
    let plan = Project::checkout_with("examples/checkup").callform(["plan", "examples/checkup"]).run().exits(0);
    // As a terminal mixes both streams.
    let said = plan.stdout + &plan.stderr;
    let lineage = regex::Regex::new("ledger [0-9a-f]{4}…").unwrap();
    assert_eq!(lineage.replace(shown, "ledger …"), lineage.replace(&said, "ledger …"));
}

#[test]
fn the_check_ups_go_to_four_countries_and_more_and_never_to_who_asked_not_to_be_called() {
    let project = Project::example("checkup");
    project.callform(["apply", "."]).run().exits(0);
    let journal = journal(&project.path(".callform/emulator.db"));
    let calls = journal.calls().unwrap();
    let mut countries: Vec<_> =
        calls.iter().map(|call| call.callee_masked.split(' ').next().unwrap().to_owned()).collect();
    countries.sort();
    countries.dedup();
    assert_eq!(countries, ["+1", "+33", "+44", "+49", "+61", "+86"]);
    assert_eq!(journal.calls_to("+493023125044").unwrap(), [], "on the do-not-call list");
    assert_eq!(journal.calls_to("+442079460101").unwrap().len(), 1);
    assert!(calls.iter().all(|call| call.callers_masked == ["+86 010****1234"]), "{:?}", calls[0].callers_masked);
}

#[test]
fn the_follow_up_sends_exactly_the_documented_request() {
    let project = Project::example("follow-up");
    let applied = project.callform(["apply", "."]).run().exits(0);
    let [session] = sessions(&applied).try_into().unwrap();
    let text = std::fs::read_to_string(workspace().join("tests/data/follow-up.request.json")).unwrap();
    let wanted: Value = serde_json::from_str(&text).unwrap();

    let journal = journal(&project.path(".callform/emulator.db"));
    assert_eq!(journal.count().unwrap(), 1);
    assert_eq!(journal.body_differences(&session, wanted.as_object().unwrap()).unwrap().unwrap(), Vec::<String>::new());
    assert!(journal.body_matches(&session, &wanted).unwrap());
    let mut other = wanted;
    other["APIKey"] = json!("another-key");
    assert!(!journal.body_matches(&session, &other).unwrap(), "the key counts, too");
}

#[test]
fn every_protocol_and_every_voice_of_the_examples_is_accepted() {
    let project = Project::example("protocols");
    let applied = project.callform(["apply", "."]).run().exits(0);
    assert_eq!(sessions(&applied).len(), 9);
    let journal = journal(&project.path(".callform/emulator.db"));
    let calls = journal.calls().unwrap();
    let mut protocols: Vec<_> = calls.iter().map(|call| call.body["LLMType"].as_str().unwrap()).collect();
    protocols.sort_unstable();
    protocols.dedup();
    assert_eq!(protocols, ["azure", "dify", "minimax", "openai"]);
    assert_eq!(calls.iter().filter(|call| call.body.contains_key("CustomTTSConfig")).count(), 5, "one for each vendor");
    assert!(journal.phoned_again().unwrap().is_empty());
}
