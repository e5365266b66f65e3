//! `stop`, `resume` and `suppress`: whoever must not be phoned is not, by runs that are under way either.

use serde_json::json;

use crate::support::{Project, Site, journal, snapshot, until};

fn placed(project: &Project) -> u64 {
    journal(&project.path(".callform/emulator.db")).count().unwrap()
}

#[test]
fn a_suppressed_number_is_blocked_and_in_no_file() {
    let project = Project::small("emulator", 3);
    let number = Project::callee(2);
    let add = ["suppress", "add", number.as_str(), "--reason", "asked by mail, call back on +1 212 555 0199"];
    let added = project.callform(add).run().exits(0);
    insta::assert_snapshot!("a_number_is_suppressed", snapshot(&added, &project));
    let again = project.callform(add).run().exits(0);
    insta::assert_snapshot!("a_number_is_suppressed_again", snapshot(&again, &project));
    let plan = project.callform(["plan"]).run().exits(0);
    insta::assert_snapshot!("a_suppressed_number_in_the_plan", snapshot(&plan, &project));
    project
        .callform(["suppress", "list"])
        .run()
        .exits(0)
        .says("asked by mail")
        .says("1 number. The numbers themselves");
    project.callform(["suppress", "list", "--number", &number]).run().exits(0).says("asked by mail");
    let other = Project::callee(1);
    project.callform(["suppress", "list", "--number", &other]).run().exits(0).says("That number is not suppressed.");
    for ending in ["", "-wal"] {
        let bytes = std::fs::read(project.path(&format!(".callform/ledger.db{ending}"))).unwrap_or_default();
        for canary in [&number[4..], "555 0199"] {
            assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()), "{canary}");
        }
    }
    project.callform(["apply"]).run().exits(0).says("Placed 2.");
    assert_eq!(placed(&project), 2);
    // Another key does not help.
    project.edit("campaigns/parcels.yaml", "key: id", "key: phone");
    project.callform(["plan", "--only", &number, "--format", "json"]).run().exits(0).says("\"suppressed\"");
}

#[test]
fn a_list_is_imported_whole_or_not_at_all_and_exported_as_digests() {
    let project = Project::small("emulator", 4);
    let (one, two) = (Project::callee(1), Project::callee(3));
    project.write("bad.csv", &format!("number,since\n{one},2026\n0770090,2026\n"));
    let refused = project.callform(["suppress", "import", "bad.csv"]).run().exits(1);
    insta::assert_snapshot!("a_bad_line_refuses_the_whole_list", snapshot(&refused, &project));
    project.callform(["suppress", "list"]).run().exits(0).says("No number is suppressed.");

    project.write("good.csv", &format!("# asked by mail\nnumber,since\n{one},2026\n\n{two},2026\n{one},2027\n"));
    let done = project.callform(["suppress", "import", "good.csv", "--reason", "asked by mail"]).run().exits(0);
    insta::assert_snapshot!("a_list_is_imported", snapshot(&done, &project));
    project.callform(["suppress", "import", "good.csv"]).run().exits(0).says("0 numbers added; 2 on the list before.");
    let exported = project.callform(["suppress", "export"]).run().exits(0);
    insta::assert_snapshot!("the_list_is_exported", snapshot(&exported, &project));
    project.write("exported.jsonl", &exported.stdout);
    project.callform(["suppress", "import", "exported.jsonl"]).run().exits(1).says("No number was added");
    project.callform(["apply"]).run().exits(0).says("Placed 2.");
    assert_eq!(placed(&project), 2);
}

#[test]
fn a_stopped_environment_places_nothing_until_it_is_resumed() {
    let project = Project::small("emulator", 3);
    let stopped = project.callform(["stop"]).run().exits(0);
    insta::assert_snapshot!("an_environment_is_stopped", snapshot(&stopped, &project));
    project.callform(["stop", "./"]).run().exits(0).says("that stays so");
    let plan = project.callform(["plan"]).run().exits(0);
    insta::assert_snapshot!("a_stopped_environment_in_the_plan", snapshot(&plan, &project));
    let status = project.callform(["status"]).run().exits(0);
    insta::assert_snapshot!("a_stopped_environment_in_status", snapshot(&status, &project));
    project.callform(["apply"]).run().exits(0).says("0 calls to place: 3 blocked");
    project.callform(["try", "caller", "--to", &Project::callee(50), "--var", "callee_name=Robin"]).run().exits(1);
    project.callform(["stop", "parcels"]).run().exits(0);
    let resumed = project.callform(["resume"]).run().exits(0);
    insta::assert_snapshot!("an_environment_is_resumed_but_a_campaign_is_not", snapshot(&resumed, &project));
    let status = project.callform(["status", "--format", "json"]).run().exits(0).json();
    assert_eq!(status["stops"][0]["campaign"], "parcels");
    project.callform(["apply"]).run().exits(0).says("0 calls to place: 3 blocked");
    project.callform(["resume", "parcels"]).run().exits(0).says("it may place calls again");
    project.callform(["resume", "parcels"]).run().exits(0).says("was not stopped");
    project.callform(["apply"]).run().exits(0).says("Placed 3.");
}

#[test]
fn a_campaign_that_nobody_knows_is_not_stopped() {
    let project = Project::small("emulator", 1);
    let unknown = project.callform(["stop", "parcel"]).run().exits(64);
    insta::assert_snapshot!("a_campaign_that_is_not_there", snapshot(&unknown, &project));
    project.callform(["stop", "parcels@2026-04"]).run().exits(64).says("as a whole, by its name: parcels");
    project.callform(["suppress", "add", "0770090", "--reason", "x"]).run().exits(64).does_not_say("0770090");
    let (number, repeated) = (Project::callee(1), "it is 07700 900 101");
    project.callform(["suppress", "add", &number, "--reason", repeated]).run().exits(64).says("repeats the number");
    project.callform(["suppress", "add", &number, "--reason", " "]).run().exits(64).says("--reason is empty");
}

/// It waits for an answer, with one line only, and is held there while somebody suppresses and stops.
#[test]
fn a_run_that_is_under_way_obeys_before_its_next_call() {
    let slow = |n| json!({ "callee": Project::callee(n), "fault": { "delayMs": 3000 } });
    let site = Site::with(&json!({ "faults": [slow(1), slow(3)] }));
    let project = Project::small(site.url(), 6);
    project.edit("campaigns/parcels.yaml", "  key: id", "  key: id\nlimits:\n  concurrent: 1");
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(["apply", "--auto-approve"]).start();
    until("the first phone rings", || (site.placed() == 1).then_some(()));
    run.signal("STOP");
    project.callform(["suppress", "add", &Project::callee(2), "--reason", "asked"]).run().exits(0);
    run.signal("CONT");
    until("the third phone rings", || (site.placed() == 2).then_some(()));
    run.signal("STOP");
    project.callform(["stop"]).run().exits(0);
    run.signal("CONT");
    let end = run.finish().exits(1);
    insta::assert_snapshot!("a_run_that_was_stopped", snapshot(&end, &project));
    site.placed_once_each(2);
    project.callform(["resume"]).run().exits(0);
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 3.");
    site.placed_once_each(5);
}
