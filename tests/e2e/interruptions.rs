//! Two runs at once, a run that is killed, a run that is asked to stop: nobody is phoned twice, and no answer is lost.

use serde_json::json;

use crate::support::{Project, Site, journal, snapshot, until};

fn on(site: &Site, callees: usize) -> Project {
    let project = Project::small(site.url(), callees);
    project.callform(["ledger", "init"]).run().exits(0);
    project
}

/// Calls to these callees are placed, and the answers take very long.
fn slow(callees: impl IntoIterator<Item = usize>) -> serde_json::Value {
    let faults: Vec<_> =
        callees.into_iter().map(|n| json!({ "callee": Project::callee(n), "fault": { "delayMs": 600_000 } })).collect();
    json!({ "faults": faults })
}

/// Started together on a project that nobody has used yet, so that they race for making ledger and journal, too.
#[test]
fn several_runs_at_once_phone_everybody_once() {
    for _ in 0..3 {
        let project = Project::small("emulator", 6);
        let running: Vec<_> = (0..3).map(|_| project.callform(["apply"]).start()).collect();
        let ends: Vec<_> = running.into_iter().map(|run| run.finish()).collect();
        for end in &ends {
            assert!(matches!(end.code, Some(0 | 4)), "{end}");
            assert!(end.code == Some(0) || end.stderr.contains("Nothing was sent."), "{end}");
        }
        assert!(ends.iter().any(|end| end.stderr.contains("Placed 6.")), "{}", ends[0]);
        let journal = journal(&project.path(".callform/emulator.db"));
        assert_eq!((journal.count().unwrap(), journal.phoned_again().unwrap().len()), (6, 0));
    }
}

#[test]
fn a_run_that_was_killed_is_resumed_and_who_was_being_phoned_is_not_phoned_again() {
    let site = Site::with(&slow(1..=3));
    let project = on(&site, 8);
    let mut run = project.callform(["apply", "--auto-approve"]).start();
    until("three phones ring", || (site.placed() == 3).then_some(()));
    run.kill();
    assert_eq!(run.finish().signal, Some(9));

    let resumed = project.callform(["apply", "--auto-approve"]).run().exits(0);
    assert!(resumed.stderr.contains("Placed 5."), "{resumed}");
    site.placed_once_each(8);
    let status = project.callform(["status"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&status, &project));
    // And again, and again.
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("0 calls to place: 8 already placed");
    project.callform(["apply", "--auto-approve", "--allow-repeat"]).run().exits(0);
    site.placed_once_each(8);
}

/// Killed wherever it happens to be, many times over, until everything is settled.
#[test]
fn a_run_that_is_killed_again_and_again_phones_nobody_twice() {
    let site = Site::start();
    let project = on(&site, 12);
    let mut kills = 0;
    for already in 1.. {
        let mut run = project.callform(["apply", "--auto-approve"]).start();
        until("the next call, or the end", || (run.has_ended() || site.placed() >= already).then_some(()));
        run.kill();
        let end = run.finish();
        if end.signal.is_none() {
            assert!(matches!(end.code, Some(0 | 3)), "{end}");
            break;
        }
        kills += 1;
    }
    assert!(kills >= 3, "it was killed {kills} times only");
    let journal = site.journal();
    assert_eq!(journal.phoned_again().unwrap(), Vec::<Vec<_>>::new());
    let states = project.callform(["status", "--format", "json"]).run().exits(0).json();
    let states = &states["campaigns"][0]["states"];
    let count = |state: &str| states[state].as_u64().unwrap_or(0);
    let placed = count("placed") + count("placed_inferred");
    assert_eq!(placed + count("unknown"), 12, "everybody is settled: {states}");
    assert!(journal.count().unwrap() >= placed, "what is said to be placed was placed");
}

#[test]
fn a_first_signal_lets_running_requests_finish_and_records_their_answers() {
    for signal in ["INT", "TERM", "HUP"] {
        let site = Site::with(&json!({ "faults": [{ "fault": { "delayMs": 400 } }] }));
        let project = on(&site, 10);
        let run = project.callform(["apply", "--auto-approve"]).start();
        until("two phones ring", || (site.placed() >= 2).then_some(()));
        run.signal(signal);
        let end = run.finish().exits(1);
        assert!(end.stderr.contains("Stopped: interrupted."), "{end}");
        let placed = site.placed();
        assert!((2..10).contains(&placed), "{signal}: {placed} were placed");
        assert!(end.stderr.contains(&format!("Placed {placed}, left {}.", 10 - placed)), "no answer was lost:\n{end}");
        assert_eq!(end.stdout.lines().count() as u64, 1 + placed);

        project.callform(["apply", "--auto-approve"]).run().exits(0).says(&format!("Placed {}.", 10 - placed));
        site.placed_once_each(10);
    }
}

/// `nohup`, and whatever else starts a process that is to outlive its terminal.
#[test]
fn a_terminal_that_goes_away_ends_no_run_that_was_to_outlive_it() {
    let site = Site::with(&json!({ "faults": [{ "fault": { "delayMs": 400 } }] }));
    let project = on(&site, 6);
    let run = project.callform_after("trap '' HUP", ["apply", "--auto-approve"]).start();
    until("two phones ring", || (site.placed() >= 2).then_some(()));
    run.signal("HUP");
    run.finish().exits(0).says("Placed 6.");
    site.placed_once_each(6);
}

#[test]
fn after_a_second_signal_what_was_under_way_is_unknown() {
    let site = Site::with(&slow(1..=3));
    let project = on(&site, 6);
    let run = project.callform(["apply", "--auto-approve"]).start();
    until("three phones ring", || (site.placed() == 3).then_some(()));
    run.signal("INT");
    run.signal("TERM");
    let end = run.finish().exits(3).says("Placed 0, unknown 3, left 3.");
    for key in ["C-01", "C-02", "C-03"] {
        let told = end.stderr.lines().any(|line| line.trim_start().starts_with(&format!("! {key}  +44 77****01")));
        assert!(told, "{key}: {end}");
    }
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 3.");
    site.placed_once_each(6);
}

/// The provider goes away in the middle: what was not sent is not lost, what may have been sent is not repeated.
#[test]
fn a_site_that_goes_away_leaves_nothing_to_doubt_that_was_not_sent() {
    let site = Site::start();
    let project = on(&site, 4);
    project.callform(["apply", "--auto-approve", "--limit", "2"]).run().exits(0);
    let path = site.journal_path();
    let calls = journal(&path).count().unwrap();
    assert_eq!(calls, 2);
    drop(site);
    let run = project.callform(["apply", "--auto-approve"]).start();
    until("it waits before it tries again", || run.stderr().contains("waiting").then_some(()));
    run.signal("INT");
    run.finish().exits(1).says("Placed 0, left 2.");
    let status = project.callform(["status", "--format", "json"]).run().exits(0).json();
    assert_eq!(status["campaigns"][0]["states"]["unknown"], serde_json::Value::Null, "{status}");
}
