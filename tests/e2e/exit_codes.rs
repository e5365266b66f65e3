//! Exit codes are a part of the interface: scripts go by them.

use serde_json::json;

use crate::support::{Project, Site, snapshot, until};

/// A small project whose calls go to `site` over loopback, with its ledger.
fn on(site: &Site, callees: usize) -> Project {
    let project = Project::small(site.url(), callees);
    project.callform(["ledger", "init"]).run().exits(0);
    project
}

#[test]
fn done_is_0_and_findings_are_1_and_something_to_do_is_2_where_that_was_asked() {
    let project = Project::small("emulator", 2);
    project.callform(["validate"]).run().exits(0);
    project.callform(["plan"]).run().exits(0);
    project.callform(["plan", "--detailed-exitcode"]).run().exits(2);
    project.callform(["plan", "--no-ledger", "--detailed-exitcode"]).run().exits(2);
    project.callform(["apply"]).run().exits(0);
    project.callform(["plan", "--detailed-exitcode"]).run().exits(0);
    project.edit("agents/caller.yaml", "voice: ZhiXi", "vioce: WeRose");
    project.callform(["validate"]).run().exits(1);
    project.callform(["plan", "--detailed-exitcode"]).run().exits(1);
    project.callform(["apply"]).run().exits(1);
}

#[test]
fn a_lost_answer_is_3_and_is_never_sent_again() {
    let lost = Project::callee(2);
    let site = Site::with(&json!({ "faults": [{ "callee": lost, "fault": "dropAfter" }] }));
    let project = on(&site, 3);
    let applied = project.callform(["apply", "--auto-approve", "--quiet"]).run().exits(3);
    assert_eq!(site.journal().calls_to(&lost).unwrap().len(), 1, "the phone rang, and nobody was told");
    assert!(applied.stdout.contains("unknown: not phoned again"), "{applied}");

    let status = project.callform(["status"]).run().exits(0);
    insta::assert_snapshot!("a_lost_answer_in_status", snapshot(&status, &project));
    let calls = project.callform(["status", "--calls", "--format", "json"]).run().exits(0).json();
    let unknown: Vec<_> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["state"] == "unknown")
        .map(|call| &call["call"])
        .collect();
    assert_eq!(unknown, ["C-02"]);

    let again = project.callform(["apply", "--auto-approve"]).run().exits(0);
    insta::assert_snapshot!("a_lost_answer_again", snapshot(&again, &project));
    project.callform(["apply", "--auto-approve", "--allow-repeat", "--only", "C-02"]).run().exits(0);
    site.placed_once_each(3);
}

#[test]
fn nobody_is_asked_twice_about_a_refusal_and_a_refused_callee_is_no_unknown() {
    let refused = Project::callee(1);
    let site = Site::with(
        &json!({ "faults": [{ "callee": refused, "fault": { "error": "FailedOperation.CalleeIsLimited" } }] }),
    );
    let project = on(&site, 2);
    let applied = project.callform(["apply", "--auto-approve", "--format", "json"]).run();
    let applied = applied.exits(0).json();
    assert_eq!((&applied["counts"]["placed"], &applied["counts"]["refused"]), (&json!(1), &json!(1)));
    assert_eq!(applied["calls"].as_array().unwrap().iter().filter(|call| call["result"] == "refused").count(), 1);
    site.placed_once_each(1);
}

#[test]
fn a_real_site_without_a_terminal_and_without_a_word_is_4() {
    let site = Site::start();
    let project = on(&site, 2);
    let applied = project.callform(["apply"]).run().exits(4);
    insta::assert_snapshot!("not_approved", snapshot(&applied, &project));
    project.callform(["apply"]).stdin(b"2\n").run().exits(4);
    let tried = project.callform(["try", "caller", "--to", "+447700900190", "--var", "callee_name=Kim"]).run().exits(4);
    tried.says("Nothing was sent.");
    site.placed_once_each(0);
    project.callform(["apply", "--auto-approve"]).run().exits(0);
    site.placed_once_each(2);
}

#[test]
fn a_lock_that_another_run_holds_is_4() {
    let slow = Project::callee(1);
    let site = Site::with(&json!({ "faults": [{ "callee": slow, "fault": { "delayMs": 600_000 } }] }));
    let project = on(&site, 3);
    let first = project.callform(["apply", "--auto-approve", "--only", "C-01"]).env("USER", "alice").start();
    until("the first run's call rings", || (site.placed() == 1).then_some(()));

    let second = project.callform(["apply", "--auto-approve"]).run().exits(4);
    insta::assert_snapshot!("locked", snapshot(&second, &project));
    // Looking is always allowed.
    project.callform(["status"]).run().exits(0).says("being sent");
    project.callform(["plan"]).run().exits(0);
    site.placed_once_each(1);
    first.signal("INT");
    first.signal("TERM");
    first.finish().exits(3);
    site.placed_once_each(1);
}

#[test]
fn wrong_usage_is_64() {
    let project = Project::small("emulator", 1);
    let commands: [&[&str]; 12] = [
        &[],
        &["aply"],
        &["apply", "--frobnicate"],
        &["plan", "--format", "xml"],
        &["plan", "--no-ledger", "--out", "x.cfplan"],
        &["apply", "--plan", "x.cfplan", "--allow-repeat"],
        &["apply", "--campaign", "parcel"],
        &["render", "--campaign", "parcel"],
        &["try", "nobody", "--to", "+447700900123"],
        &["try", "caller", "--to", "12", "--var", "callee_name=Kim"],
        &["try", "caller", "--to", "+447700900123"],
        &["rule", "CF999"],
    ];
    for command in commands {
        let refused = project.callform(command.iter().copied()).run().exits(64);
        assert!(!refused.stderr.is_empty() && refused.stdout.is_empty(), "{command:?}\n{refused}");
    }
    assert!(!project.path(".callform/emulator.db").exists());
    project.callform(["--help"]).run().exits(0).says("64  wrong usage");
    project.callform(["--version"]).run().exits(0);
}
