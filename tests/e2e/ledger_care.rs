//! Looking after the ledger, as a person does at night: what is said, what is refused, and that nobody is phoned twice.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::postgres;
use crate::support::{Project, Site, snapshot};

const LEDGER: &str = ".callform/ledger.db";

/// A project on `site`, whose records are there at once.
fn on(site: &Site, callees: usize) -> Project {
    let project = Project::small(site.url(), callees);
    project.edit(
        "callform.yaml",
        "  requestsPerSecond: 20\n",
        "  requestsPerSecond: 20\n  reconcile:\n    recordLag: 0s\n",
    );
    project
}

/// It has placed two of its calls.
fn halfway(site: &Site, callees: usize) -> Project {
    let project = on(site, callees);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["apply", "--auto-approve", "--limit", "2"]).run().exits(0);
    site.placed_once_each(2);
    project
}

fn lose(project: &Project) {
    fs::remove_dir_all(project.path(".callform")).unwrap();
}

#[test]
fn check_tells_in_short_what_a_ledger_is() {
    let site = Site::with(&json!({ "faults": [{ "callee": Project::callee(2), "nth": 1, "fault": "dropAfter" }] }));
    let project = on(&site, 2);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["apply", "--auto-approve"]).run().exits(3);
    let before = fs::read(project.path(LEDGER)).unwrap();
    let checked = project.callform(["ledger", "check"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&checked, &project));
    let told = project.callform(["ledger", "check", "--format", "json"]).run().exits(0).json();
    assert_eq!((&told["whole"], &told["numbersInClear"]), (&json!(true), &json!(1)), "{told}");
    assert_eq!(told["calls"], json!({ "placed": 1, "unknown": 1 }));
    assert_eq!(fs::read(project.path(LEDGER)).unwrap(), before);
}

#[test]
fn check_says_what_is_damaged_and_what_is_refused() {
    let site = Site::start();
    let project = halfway(&site, 2);
    fs::copy(project.path(LEDGER), project.path("copy.db")).unwrap();
    let named = project.callform(["ledger", "check", "--file", "copy.db"]).run().exits(0);
    named.says("a copy: it does not lie where it was made");
    let ledger = rusqlite::Connection::open(project.path(LEDGER)).unwrap();
    ledger.execute_batch("UPDATE calls SET state = 'rejected'").unwrap();
    drop(ledger);
    insta::assert_snapshot!("damaged", snapshot(&project.callform(["ledger", "check"]).run().exits(1), &project));
    fs::rename(project.path("copy.db"), project.path(LEDGER)).unwrap();
    insta::assert_snapshot!("a_copy", snapshot(&project.callform(["ledger", "check"]).run().exits(4), &project));
}

#[test]
fn an_export_is_lines_of_json_without_a_number_or_a_key() {
    let site = Site::start();
    let project = halfway(&site, 3);
    let printed = project.callform(["ledger", "export"]).run().exits(0);
    let lines: Vec<Value> = printed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["events"], lines.len() - 1);
    assert!(lines.iter().any(|line| line["kind"] == "placed"));
    printed.does_not_say("7700").does_not_say("C-01");
    let written = project.callform(["ledger", "export", "--out", "events.jsonl"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&written, &project));
    assert_eq!(project.read("events.jsonl").lines().count(), lines.len());
    assert_eq!(fs::metadata(project.path("events.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    let again = project.callform(["ledger", "export", "--out", "events.jsonl"]).run().exits(4);
    insta::assert_snapshot!("over_a_file", snapshot(&again, &project));
}

#[test]
fn a_backup_brings_the_ledger_back_and_nobody_is_phoned_twice() {
    let site = Site::start();
    let project = on(&site, 4);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["apply", "--auto-approve", "--limit", "1"]).run().exits(0);
    let kept = project.callform(["ledger", "backup", "backup.db"]).run().exits(0);
    insta::assert_snapshot!("backup", snapshot(&kept, &project));
    project.callform(["apply", "--auto-approve", "--limit", "2"]).run().exits(0);
    let occupied = project.callform(["ledger", "adopt", "backup.db"]).run().exits(4);
    insta::assert_snapshot!("over_a_ledger", snapshot(&occupied, &project));
    project.callform(["ledger", "adopt"]).run().exits(4).says("there is nothing to adopt");
    lose(&project);
    let adopted = project.callform(["ledger", "adopt", "backup.db"]).run().exits(0);
    insta::assert_snapshot!("adopted", snapshot(&adopted, &project));
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
    site.placed_once_each(4);
    project.callform(["ledger", "check"]).run().exits(0).says("The ledger is whole.");
}

#[test]
fn a_copy_is_not_adopted_while_the_provider_does_not_answer_but_at_a_person_s_word() {
    let site = Site::start();
    let project = halfway(&site, 2);
    project.callform(["ledger", "backup", "backup.db"]).run().exits(0);
    lose(&project);
    site.stop();
    project
        .callform(["ledger", "adopt", "backup.db"])
        .run()
        .exits(1)
        .says("could not be asked")
        .says("--without-records");
    assert!(!project.path(LEDGER).exists());
    let word = ["ledger", "adopt", "backup.db", "--without-records", "--reason", "nothing ran since the backup"];
    let refused = project.callform(word).run().exits(4);
    insta::assert_snapshot!("not_approved", snapshot(&refused, &project));
    let adopted = project.callform(word.into_iter().chain(["--auto-approve"])).run().exits(0);
    insta::assert_snapshot!("without_records", snapshot(&adopted, &project));
    project.callform(["ledger", "adopt", "--without-records"]).run().exits(64);
}

#[test]
fn a_person_who_is_forgotten_is_in_no_file_and_is_not_phoned_again() {
    let site = Site::start();
    let project = halfway(&site, 2);
    let number = Project::callee(1);
    let forgotten = project.callform(["ledger", "forget", "C-01"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&forgotten, &project));
    project.callform(["ledger", "forget", "--number", &number]).run().exits(0).says("nothing to forget");
    for file in project.files().iter().filter(|file| file.starts_with(".callform/")) {
        let bytes = fs::read(project.path(file)).unwrap();
        for canary in ["C-01", number.trim_start_matches('+')] {
            assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()), "{canary} in {file}");
        }
    }
    project.callform(["status", "--calls"]).run().exits(0).says("C-02").does_not_say("C-01");
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("0 calls to place: 2 already placed");
    project.callform(["ledger", "forget", "--before", "2020-01-31"]).run().exits(0).says("nothing to forget");
    project.callform(["ledger", "forget", "--before", "2999-01-31"]).run().exits(64);
    project.callform(["ledger", "forget"]).run().exits(64);
    project.callform(["ledger", "forget", "C-99"]).run().exits(1);
    site.placed_once_each(2);
}

#[test]
fn a_ledger_that_is_gone_is_made_anew_and_a_person_decides_who_is_phoned() {
    let site = Site::start();
    let project = halfway(&site, 3);
    project.callform(["ledger", "rebuild", "--auto-approve"]).run().exits(4).says("nothing is put in its place");
    let lock = project.read("callform.lock");
    lose(&project);
    let asked = project.callform(["ledger", "rebuild"]).run().exits(4);
    insta::assert_snapshot!("not_approved_rebuild", snapshot(&asked, &project));
    assert_eq!(project.read("callform.lock"), lock);
    let rebuilt = project.callform(["ledger", "rebuild", "--auto-approve"]).run().exits(0);
    insta::assert_snapshot!("rebuilt", snapshot(&rebuilt, &project));
    assert_ne!(project.read("callform.lock"), lock);
    let decide = |words: &[&'static str]| {
        let all = ["resolve", "--campaign", "parcels"].into_iter().chain(words.iter().copied());
        project.callform(all).run().exits(0);
    };
    decide(&["--code", "callform.RebuiltPhoned", "--count", "2", "--placed", "-"]);
    project.callform(["apply", "--auto-approve"]).run().exits(3);
    site.placed_once_each(2);
    let never = ["--not-placed", "--reason", "never phoned"];
    decide(&[&["--code", "callform.Rebuilt", "--count", "1"][..], &never[..]].concat());
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
    site.placed_once_each(3);
}

/// `day` and `night` phone through one account, at different hours.
fn with_a_night(project: &Project) {
    let text = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{text}ledger: ${{env:CALLFORM_LEDGER}}\nenvironments:\n  night: {{}}\n"));
}

#[test]
fn two_environments_of_one_account_are_not_given_two_ledgers_by_their_variables() {
    let site = Site::start();
    let project = on(&site, 1).env("CALLFORM_LEDGER", ".callform/day.db");
    with_a_night(&project);
    project.callform(["ledger", "init"]).run().exits(0);
    let project = project.env("CALLFORM_LEDGER", ".callform/night.db");
    let refused = project.callform(["ledger", "init", "--env", "night"]).run().exits(4);
    insta::assert_snapshot!(snapshot(&refused, &project));
    assert!(!project.path(".callform/night.db").exists() && !project.read("callform.lock").contains("night"));
    let project = project.env("CALLFORM_LEDGER", ".callform/day.db");
    project.callform(["ledger", "init", "--env", "night"]).run().exits(0);
}

#[test]
fn a_ledger_of_two_environments_is_made_anew_for_both() {
    let site = Site::start();
    let project = on(&site, 2).env("CALLFORM_LEDGER", ".callform/ledger.db");
    with_a_night(&project);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["ledger", "init", "--env", "night"]).run().exits(0);
    project.callform(["apply", "--env", "night", "--auto-approve"]).run().exits(0).says("Placed 2.");
    lose(&project);
    project.callform(["ledger", "rebuild", "--auto-approve"]).run().exits(0).says("4  calls are unknown");
    for environment in ["default", "night"] {
        project.callform(["apply", "--env", environment, "--auto-approve"]).run().exits(3).says("0 calls to place");
    }
    site.placed_once_each(2);
}

#[test]
fn a_server_s_ledger_moves_through_a_backup_and_its_password_is_never_shown() {
    let site = Site::start();
    let (one, other) = (postgres::Database::fresh(), postgres::Database::fresh());
    let project = on(&site, 3).env("CALLFORM_LEDGER", one.url());
    let text = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{text}ledger: ${{env:CALLFORM_LEDGER}}\n"));
    let mut said = Vec::new();
    let mut run = |project: &Project, words: &[&'static str], code| {
        said.push(project.callform(words.iter().copied()).run().exits(code));
    };
    run(&project, &["ledger", "init"], 0);
    run(&project, &["apply", "--auto-approve", "--limit", "1"], 0);
    run(&project, &["ledger", "check"], 0);
    run(&project, &["ledger", "backup", "backup.db"], 0);
    run(&project, &["apply", "--auto-approve", "--limit", "1"], 0);
    run(&project, &["ledger", "adopt", "backup.db"], 4);
    let project = project.env("CALLFORM_LEDGER", other.url());
    run(&project, &["ledger", "adopt", "backup.db"], 0);
    run(&project, &["apply", "--auto-approve"], 0);
    run(&project, &["ledger", "forget", "C-01"], 0);
    run(&project, &["ledger", "check"], 0);
    site.placed_once_each(3);
    let password = one.url().split(':').nth(2).and_then(|rest| rest.split('@').next()).unwrap();
    assert!(password.len() > 3, "the canary would be seen");
    for said in said {
        said.does_not_say(password);
    }
    assert_eq!(postgres::query(other.url(), "SELECT count(*) FROM callform.names WHERE key = 'C-01'"), "0");
}
