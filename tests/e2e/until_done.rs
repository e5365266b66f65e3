//! Calls that are tried again after how they ended, and runs that go on until nothing is left to do.

use serde_json::{Value, json};

use crate::support::{Project, Site};

const RETRY: &str = "retry:\n  maxAttempts: 3\n  wait: 1s\n  when: [noAnswer, busy]\n";

/// Everybody answers at once, but for those named: each of their calls ends as the list says, the last one for ever.
fn ending(courses: &[(usize, &[u32])]) -> Site {
    let mut all = Vec::new();
    for (callee, ends) in courses {
        for (n, status) in ends.iter().enumerate() {
            let mut course = json!({
                "callee": Project::callee(*callee), "nth": n + 1, "ringSeconds": 0, "endStatus": status,
            });
            // Somebody picked up.
            if ![202, 203, 205, 206].contains(status) {
                course["talkSeconds"] = json!(0);
            }
            all.push(course);
        }
    }
    all.push(json!({ "ringSeconds": 0, "talkSeconds": 0 }));
    Site::with(&json!({ "courses": all }))
}

fn on(site: &Site, callees: usize) -> Project {
    let project = Project::small(site.url(), callees);
    // An attempt in a second is more than most people would bear; nobody is phoned here.
    project.edit(
        "callform.yaml",
        "concurrentCalls: 3",
        "concurrentCalls: 3\n  reconcile:\n    recordLag: 1s\n    requestLife: 1s",
    );
    let campaign = project.read("campaigns/parcels.yaml");
    project.write("campaigns/parcels.yaml", &format!("{campaign}{RETRY}"));
    project.callform(["ledger", "init"]).run().exits(0);
    project
}

fn campaign(project: &Project) -> Value {
    project.callform(["status", "--format", "json"]).run().exits(0).json()["campaigns"][0].clone()
}

fn rang(site: &Site, callee: usize) -> usize {
    site.journal().calls_to(&Project::callee(callee)).unwrap().len()
}

#[test]
fn one_command_goes_on_until_every_call_has_ended() {
    // Answered at the third attempt; never; refused by the callee, which is no reason to try again.
    let site = ending(&[(1, &[202, 206, 1]), (2, &[202, 202, 202, 202]), (3, &[203])]);
    let project = on(&site, 5);
    let done = project.callform(["apply", "--auto-approve", "--until-done"]).run().exits(0);
    assert_eq!((1..=5).map(|n| rang(&site, n)).collect::<Vec<_>>(), [3, 3, 1, 1, 1]);
    done.says("Placed 9.").says("Ended: answered 3, no answer 1, rejected 1.");
    let status = campaign(&project);
    assert_eq!(status["states"], json!({ "placed": 5 }));
    assert_eq!(status["outcomes"], json!({ "answered": 3, "noAnswer": 1, "rejected": 1 }));
    // Nothing is left for anybody.
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("0 calls to place");
    project.callform(["status"]).run().exits(0).says("ended: no answer");
    project.callform(["why", "C-02"]).run().exits(0).says("the call ended: no answer (202)");
}

/// What cron does, pass by pass, comes to the same.
#[test]
fn repeated_runs_come_to_the_same() {
    let site = ending(&[(1, &[202, 206, 1]), (2, &[202, 202, 202, 202]), (3, &[203])]);
    let project = on(&site, 5);
    let mut passes = 0;
    crate::support::until("nothing is left to do", || {
        passes += 1;
        assert!(passes < 200, "it does not come to an end");
        project.callform(["apply", "--auto-approve"]).run().exits(0);
        let calls = project.callform(["status", "--format", "json", "--calls"]).run().exits(0).json();
        let ended = calls["calls"].as_array().unwrap().iter().filter(|call| !call["outcome"].is_null()).count();
        let placed: usize = (1..=5).map(|n| rang(&site, n)).sum();
        (ended == 5 && placed == 9).then_some(())
    });
    assert_eq!((1..=5).map(|n| rang(&site, n)).collect::<Vec<_>>(), [3, 3, 1, 1, 1]);
}

#[test]
fn a_number_that_does_not_exist_is_never_phoned_again_by_any_campaign() {
    let site = ending(&[(1, &[205])]);
    let project = on(&site, 2);
    project.callform(["apply", "--auto-approve", "--until-done"]).run().exits(0);
    project.edit("campaigns/parcels.yaml", "name: parcels", "name: letters\nrepeat: allowed");
    let plan = project.callform(["plan", "--format", "json"]).run().exits(0).json();
    let reasons = plan["campaigns"][0]["blocked"].to_string();
    assert!(reasons.contains("suppressed"), "{plan:#}");
    project.callform(["suppress", "list"]).run().exits(0).says("numberNotExist");
    assert_eq!(rang(&site, 1), 1);
}

#[test]
fn an_ai_that_failed_after_somebody_picked_up_is_not_tried_again_by_itself() {
    let site = ending(&[(1, &[226]), (2, &[4711])]);
    let project = on(&site, 2);
    project.callform(["apply", "--auto-approve", "--until-done"]).run().exits(0);
    assert_eq!((rang(&site, 1), rang(&site, 2)), (1, 1));
    assert_eq!(campaign(&project)["outcomes"], json!({ "aiFault": 1, "unmapped": 1 }));
}

#[test]
fn a_lost_answer_is_decided_and_tried_again_only_when_the_records_show_that_nobody_rang() {
    let site = Site::with(&json!({ "faults": [
        { "callee": Project::callee(1), "nth": 1, "fault": "dropAfter" },
        { "callee": Project::callee(2), "nth": 1, "fault": "dropBefore" },
    ] }));
    let project = on(&site, 4);
    project.edit("agents/caller.yaml", "ring: 30s", "ring: 1s");
    project.edit("agents/caller.yaml", "call: 1m", "call: 1s");
    project.callform(["apply", "--auto-approve", "--until-done"]).run().exits(0);
    site.placed_once_each(4);
}

/// It is one run: its ceiling holds for all of it, and who is beyond it is not passed over in silence.
#[test]
fn who_is_beyond_the_ceiling_of_the_run_is_told_at_its_end() {
    let site = ending(&[]);
    let project = on(&site, 5);
    let campaign = project.read("campaigns/parcels.yaml");
    project.write("campaigns/parcels.yaml", &format!("{campaign}limits:\n  perRun: 2\n"));
    let arguments = ["apply", "--auto-approve", "--until-done"];
    let first = project.callform(arguments).run().exits(4).says("Placed 2.").says("3 calls are held back");
    first.says("limits.perRun").says("Run the same command again");
    project.callform(arguments).run().exits(4).says("1 call is held back");
    let last = project.callform(["apply", "--auto-approve", "--until-done", "--format", "json"]).run().exits(0);
    assert_eq!((&last.json()["stopped"], &last.json()["exitCode"]), (&Value::Null, &json!(0)));
    site.placed_once_each(5);
}

/// An attempt is counted by the run, too: who was not reached is tried again by another one.
#[test]
fn a_second_attempt_beyond_the_ceiling_of_the_run_is_left_to_another_one() {
    let site = ending(&[(1, &[202, 1])]);
    let project = on(&site, 1);
    let campaign = project.read("campaigns/parcels.yaml");
    project.write("campaigns/parcels.yaml", &format!("{campaign}limits:\n  perRun: 1\n"));
    let arguments = ["apply", "--auto-approve", "--until-done", "--format", "json"];
    let first = project.callform(arguments).run().exits(4).json();
    assert!(first["stopped"].as_str().is_some_and(|why| why.contains("1 call is held back")), "{first}");
    assert_eq!((rang(&site, 1), &first["exitCode"]), (1, &json!(4)));
    project.callform(arguments).run().exits(0);
    assert_eq!(rang(&site, 1), 2);
}

#[test]
fn an_interruption_ends_the_wait() {
    let site = ending(&[(1, &[202])]);
    let project = on(&site, 1);
    project.edit("campaigns/parcels.yaml", "wait: 1s", "wait: 20h");
    let run = project.callform(["apply", "--auto-approve", "--until-done"]).start();
    crate::support::until("it waits for the next attempt", || {
        campaign(&project)["outcomes"]["noAnswer"].as_u64().filter(|n| *n == 1)
    });
    run.signal("TERM");
    run.finish().exits(1).says("interrupted");
    assert_eq!(rang(&site, 1), 1);
}

#[test]
fn a_run_waits_for_another_one_as_long_as_it_was_told() {
    let site = Site::with(&json!({ "faults": [{ "callee": Project::callee(1), "fault": { "delayMs": 6000 } }] }));
    let project = on(&site, 2);
    // The second call waits for the first one's line.
    project.edit("callform.yaml", "concurrentCalls: 3", "concurrentCalls: 1");
    let first = project.callform(["apply", "--auto-approve"]).start();
    crate::support::until("the first one is at work", || {
        let status = project.callform(["status", "--format", "json"]).run().exits(0).json();
        status["campaigns"][0]["states"]["sending"].is_u64().then_some(())
    });
    // Somebody else's calls: another run.
    let other = |more: &[&str]| {
        let mut arguments = vec!["apply", "--auto-approve", "--only", "C-02"];
        arguments.extend(more);
        project.callform(arguments).run()
    };
    other(&[]).exits(4).says("--lock-timeout");
    other(&["--lock-timeout", "60s"]).exits(0).says("… waiting: another run holds the ledger");
    first.finish().exits(0);
    site.placed_once_each(2);
    project.callform(["unlock", "1-1"]).run().exits(4).says("Nobody holds it");
}
