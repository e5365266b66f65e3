//! The plan after something was placed: editing words phones nobody again, and phoning people again needs a word.

use crate::support::{Project, journal, snapshot};

fn placed(project: &Project) -> u64 {
    journal(&project.path(".callform/emulator.db")).count().unwrap()
}

#[test]
fn an_edited_prompt_shows_as_a_text_diff_and_phones_nobody_again() {
    let project = Project::small("emulator", 3);
    project.callform(["apply"]).run().exits(0);
    let unchanged = project.callform(["plan"]).run().exits(0).says("0 calls to place");
    assert!(!unchanged.stdout.contains("prompt"), "{unchanged}");

    project.edit(
        "agents/caller.yaml",
        "Ask whether the parcel came.",
        "Ask whether the parcel came,\n  and whether it was whole.",
    );
    project.edit("agents/caller.yaml", "call: 1m", "call: 2m");
    let edited = project.callform(["plan"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&edited, &project));

    project.callform(["apply"]).run().exits(0).says("0 calls to place");
    assert_eq!(placed(&project), 3);
}

#[test]
fn a_new_occurrence_shows_everybody_as_phoned_before_and_is_refused_until_somebody_means_it() {
    let project = Project::small("emulator", 3);
    project.callform(["apply"]).run().exits(0);
    project.edit("campaigns/parcels.yaml", "agent: caller", "occurrence: again\nagent: caller");

    let plan = project.callform(["plan"]).run().exits(0);
    insta::assert_snapshot!("a_new_occurrence_is_planned", snapshot(&plan, &project));
    let apply = project.callform(["apply"]).run().exits(4);
    insta::assert_snapshot!("a_new_occurrence_is_refused", snapshot(&apply, &project));
    let out = project.callform(["plan", "--out", "again.cfplan"]).run().exits(4);
    out.says("No plan file was written");
    assert!(!project.path("again.cfplan").exists());
    assert_eq!(placed(&project), 3);
}

/// On a loopback site no conversation goes on; elsewhere whoever may still be talking is left alone (crates/exec).
#[test]
fn people_are_phoned_again_once_for_every_time_that_somebody_means_it() {
    let project = Project::small("emulator", 3);
    project.callform(["apply"]).run().exits(0);
    project.edit("campaigns/parcels.yaml", "agent: caller", "occurrence: second\nagent: caller");
    project.callform(["apply", "--allow-repeat"]).run().exits(0).says("Placed 3.");
    project.callform(["apply", "--allow-repeat"]).run().exits(0).says("0 calls to place: 3 already placed");
    assert_eq!(placed(&project), 6);

    project.edit("campaigns/parcels.yaml", "occurrence: second", "occurrence: third\nrepeat: allowed");
    project.callform(["apply"]).run().exits(0).says("Placed 3.");
    project.callform(["apply"]).run().exits(0).says("0 calls to place: 3 already placed");
    assert_eq!(placed(&project), 9);
}

/// A ceiling that was written down holds whatever else is allowed.
#[test]
fn meaning_it_does_not_lift_a_ceiling_of_the_campaign() {
    let project = Project::example("checkup");
    project.callform(["apply", "--limit", "2"]).run().exits(0);
    project.edit("campaigns/april-checkups.yaml", "occurrence: \"2031-04\"", "occurrence: \"2032-04\"");
    let applied = project.callform(["apply", "--allow-repeat", "--only", "P-1001", "--only", "P-1002"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&applied, &project));
    assert_eq!(placed(&project), 2);
}

#[test]
fn neither_a_new_key_nor_a_new_name_nor_another_way_to_write_a_number_phones_anybody_again() {
    let project = Project::small("emulator", 3);
    project.callform(["apply"]).run().exits(0);

    let rows = project.read("campaigns/callees.csv");
    project.write("campaigns/callees.csv", &rows.replace("C-0", "D-0"));
    project.callform(["apply"]).run().exits(4).says("3 of 3 people were phoned before");
    project.callform(["apply", "--allow-repeat"]).run().exits(0).says("0 calls to place");

    project.write("campaigns/callees.csv", &rows.replace("C-0", "E-0").replace(",+44", ",0044"));
    project.callform(["apply"]).run().exits(4).says("3 of 3 people were phoned before");

    project.write("campaigns/callees.csv", &rows);
    project.edit("campaigns/parcels.yaml", "name: parcels", "name: packages\nmovedFrom: parcels");
    project.callform(["apply"]).run().exits(0).says("0 calls to place: 3 already placed");
    assert_eq!(placed(&project), 3);
}

#[test]
fn whoever_joins_the_list_is_phoned_and_whoever_leaves_it_is_told() {
    let project = Project::small("emulator", 3);
    project.callform(["apply"]).run().exits(0);
    let rows = project.read("campaigns/callees.csv").replace("C-02,+447700900102,Robin\n", "");
    project.write("campaigns/callees.csv", &format!("{rows}C-90,+447700900190,Noor\n"));
    let plan = project.callform(["plan"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&plan, &project));
    project.callform(["apply"]).run().exits(0);
    let journal = journal(&project.path(".callform/emulator.db"));
    assert_eq!((journal.count().unwrap(), journal.calls_to("+447700900190").unwrap().len()), (4, 1));
}

#[test]
fn a_plan_can_be_for_some_callees_only() {
    let project = Project::small("emulator", 5);
    project.callform(["apply", "--only", "C-04"]).run().exits(0).says("Placed 1.");
    project.callform(["apply", "--limit", "2"]).run().exits(0).says("Placed 2");
    let journal = journal(&project.path(".callform/emulator.db"));
    assert_eq!(journal.calls_to(&Project::callee(4)).unwrap().len(), 1);
    assert_eq!(journal.count().unwrap(), 3);
    project.callform(["apply", "--campaign", "parcels"]).run().exits(0).says("Placed 2.");
    assert!(journal.phoned_again().unwrap().is_empty());
    assert_eq!(journal.count().unwrap(), 5);
}
