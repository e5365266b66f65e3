//! Calls whose answers were lost: looked up, decided by a person, and told about.

use serde_json::{Value, json};

use crate::support::{Captured, Project, Site, journal, snapshot, until};

/// So many callees, and what happens to the first request for some of them.
fn on(site: &Site, callees: usize) -> Project {
    let project = Project::small(site.url(), callees);
    project.callform(["ledger", "init"]).run().exits(0);
    project
}

fn losing(faults: &[(usize, &str)]) -> Site {
    let faults: Vec<Value> =
        faults.iter().map(|(n, fault)| json!({ "callee": Project::callee(*n), "nth": 1, "fault": fault })).collect();
    Site::with(&json!({ "faults": faults }))
}

fn apply(project: &Project) -> Captured {
    project.callform(["apply", "--auto-approve"]).run()
}

fn states(project: &Project) -> Value {
    let status = project.callform(["status", "--format", "json"]).run().exits(0).json();
    status["campaigns"][0]["states"].clone()
}

fn session_of(site: &Site, callee: usize) -> String {
    site.journal().calls_to(&Project::callee(callee)).unwrap()[0].session_id.clone()
}

#[test]
fn refresh_finds_what_was_placed_and_says_what_is_still_open_and_phones_nobody() {
    let site = losing(&[(1, "dropAfter"), (2, "dropBefore")]);
    let project = on(&site, 3);
    apply(&project).exits(3);
    let refreshed = project.callform(["refresh"]).run().exits(3);
    refreshed
        .says(&format!("= C-01  +44 77****0101  parcels  placed, session {}", session_of(&site, 1)))
        .says("? C-02  +44 77****0102  parcels  still unknown: no record yet, and that counts only from ")
        .says("Nobody was phoned.");
    assert_eq!(states(&project), json!({ "placed": 1, "placed_inferred": 1, "unknown": 1 }));
    let again = project.callform(["refresh", "--format", "json"]).run().exits(3).json();
    assert_eq!(again["counts"], json!({ "unknown": 1, "placed": 0, "notPlaced": 0 }));
    assert!(again["calls"][0]["absenceCountsFrom"].is_string(), "{again}");
    site.placed_once_each(2);
}

#[test]
fn where_nothing_is_unknown_refresh_asks_nobody_and_needs_no_key() {
    let site = Site::start();
    let project = on(&site, 1).without_env();
    drop(site);
    project.callform(["refresh"]).run().exits(0).says("No call is unknown.");
}

/// On a site of this machine the waits may be short; then nobody needs to decide anything.
#[test]
fn what_was_never_placed_is_placed_once_when_its_record_would_be_there() {
    let site = losing(&[(1, "dropBefore")]);
    let project = on(&site, 2);
    project.edit(
        "callform.yaml",
        "  requestsPerSecond: 20\n",
        "  requestsPerSecond: 20\n  reconcile:\n    recordLag: 0s\n    requestLife: 0s\n",
    );
    project.edit("agents/caller.yaml", "  ring: 30s\n  call: 1m\n", "  ring: 1s\n  call: 1s\n");
    apply(&project).exits(3);
    until("its absence counts", || (project.callform(["refresh"]).run().code == Some(0)).then_some(()));
    assert_eq!(states(&project), json!({ "placed": 1, "not_placed_inferred": 1 }));
    apply(&project).exits(0).says("Placed 1.");
    site.placed_once_each(2);
    apply(&project).exits(0).says("0 calls to place: 2 already placed");
}

#[test]
fn a_provider_that_is_away_is_told_and_decides_nothing() {
    let site = losing(&[(1, "dropAfter")]);
    let project = on(&site, 2);
    apply(&project).exits(3);
    project.edit("callform.yaml", &format!("site: {}", site.url()), "site: http://127.0.0.1:1");
    // The address is a part of the account: there, nothing is unknown.
    project.callform(["refresh"]).run().exits(0);
    project.edit("callform.yaml", "site: http://127.0.0.1:1", &format!("site: {}", site.url()));
    drop(site);
    project
        .callform(["refresh"])
        .run()
        .exits(1)
        .says("could not be read to their end")
        .says("still unknown: not looked up");
    assert_eq!(states(&project)["unknown"], 1);
}

#[test]
fn a_person_says_that_it_was_placed_or_that_it_was_not() {
    let site = losing(&[(1, "dropAfter"), (2, "dropBefore")]);
    let project = on(&site, 3);
    apply(&project).exits(3);
    let session = session_of(&site, 1);
    let theirs = session_of(&site, 3);
    project.callform(["resolve", "C-01", "--placed", &theirs]).run().exits(4).says("belongs to another call");
    let placed = project.callform(["resolve", "C-01", "--placed", &session]).run().exits(0);
    placed.says(&format!("C-01  +44 77****0101  parcels  placed, session {session}")).says("1 call is unknown now.");
    project
        .callform(["resolve", "C-02", "--not-placed", "--reason", "asked them at +447700900102"])
        .run()
        .exits(0)
        .says("not placed: the next apply may place it");
    project.callform(["resolve", "C-02", "--not-placed", "--reason", "again"]).run().exits(4).says("is not unknown");
    assert_eq!(states(&project), json!({ "placed": 1, "resolved_placed": 1, "resolved_not_placed": 1 }));
    let why = project.callform(["why", "C-02"]).run().exits(0);
    let told = [
        "C-02  parcels   not placed (a person says so) since ",
        "UTC  written down, before anything is sent   (",
        "UTC  the request leaves   (",
        "UTC  unknown: ",
        "UTC  a person says: not placed: asked them at +4477****0102   (",
        "The next apply may place it.",
    ];
    assert_eq!(why.stdout.lines().count(), told.len() + 1, "and the number of the attempt: {why}");
    told.into_iter().fold(why, Captured::says).does_not_say("7700900102");
    apply(&project).exits(0).says("Placed 1.");
    site.placed_once_each(3);
}

#[test]
fn what_resolve_is_not_told_it_does_not_guess() {
    let site = losing(&[(1, "dropAfter")]);
    let project = on(&site, 1);
    apply(&project).exits(3);
    for arguments in [
        &["resolve"][..],
        &["resolve", "C-01"],
        &["resolve", "C-01", "--not-placed"],
        &["resolve", "C-01", "--placed", "yes"],
        &["resolve", "C-01", "--placed", "-", "--not-placed", "--reason", "both"],
        &["resolve", "--campaign", "parcels", "--code", "-", "--not-placed", "--reason", "no count"],
    ] {
        project.callform(arguments.iter().copied()).run().exits(64);
    }
    project.callform(["resolve", "C-77", "--placed", "-"]).run().exits(1).says("the ledger knows no call `C-77`");
    project.callform(["why", "C-77"]).run().exits(1).says("the ledger knows no call `C-77`");
    assert_eq!(states(&project)["unknown"], 1);
}

#[test]
fn many_are_decided_by_campaign_and_code_when_the_count_is_right() {
    let faults: Vec<Value> = (1..=3)
        .map(|n| json!({ "callee": Project::callee(n), "fault": { "error": "InternalError" } }))
        .chain([json!({ "callee": Project::callee(4), "fault": "dropBefore" })])
        .collect();
    let site = Site::with(&json!({ "faults": faults }));
    let project = on(&site, 5);
    apply(&project).exits(3);
    let by_code = |code: &str, count: &str| {
        let head = ["resolve", "--campaign", "parcels", "--code", code, "--count", count];
        let said = ["--not-placed", "--reason", "the provider's support says so"];
        project.callform(head.into_iter().chain(said)).run()
    };
    by_code("InternalError", "4").exits(4).says("3 unknown calls have the code InternalError in parcels, not 4");
    assert_eq!(states(&project)["unknown"], 4);
    by_code("InternalError", "3").exits(0).says("1 call is unknown now.");
    by_code("-", "1").exits(0).says("No call is unknown now.");
    assert_eq!(states(&project), json!({ "placed": 1, "resolved_not_placed": 4 }));
}

#[test]
fn a_file_decides_all_of_its_lines_or_none() {
    let site = losing(&[(1, "dropAfter"), (2, "dropBefore"), (3, "dropBefore")]);
    let project = on(&site, 4);
    apply(&project).exits(3);
    let good = format!("C-01,placed,{}\nC-02,not-placed,\"heard nothing, they say\"\n", session_of(&site, 1));
    let head = "key,decision,session-or-reason\n";
    project.write(
        "wrong.csv",
        &format!("{head}{good}C-02,placed,-\nC-03,maybe,\nC-03,not-placed,\nC-04,placed,-\nX,placed,-\n"),
    );
    let wrong = project.callform(["resolve", "--from", "wrong.csv"]).run().exits(1);
    insta::assert_snapshot!("a_wrong_file", snapshot(&wrong, &project));
    project.write("headless.csv", &good);
    project
        .callform(["resolve", "--from", "headless.csv"])
        .run()
        .exits(1)
        .says("headless.csv:1: the first line is not");
    assert_eq!(states(&project)["unknown"], 3);
    project.write("good.csv", &format!("{head}{good}"));
    project.callform(["resolve", "--from", "good.csv"]).run().exits(0).says("1 call is unknown now.");
    assert_eq!(states(&project), json!({ "placed": 1, "unknown": 1, "resolved_placed": 1, "resolved_not_placed": 1 }));
    apply(&project).says("Placed 1");
    let journal = journal(&site.journal_path());
    assert_eq!((journal.count().unwrap(), journal.phoned_again().unwrap().len()), (3, 0));
}
