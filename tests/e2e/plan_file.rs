//! A plan on disk: exactly what was reviewed is placed, or nothing is.

use serde_json::Value;

use crate::support::{Captured, Project, Site, journal, snapshot};

fn planned(callees: usize) -> Project {
    let project = Project::small("emulator", callees);
    project.callform(["plan", "--out", "plan.cfplan"]).run().exits(0);
    project
}

fn apply(project: &Project) -> Captured {
    project.callform(["apply", "--plan", "plan.cfplan"]).run()
}

/// Fails unless it was refused and the emulator was never reached.
#[track_caller]
fn refused(project: &Project, words: &str) {
    apply(project).exits(4).says(words).says("Nothing was sent.");
    assert!(!project.path(".callform/emulator.db").exists(), "something reached the emulator");
}

#[test]
fn a_plan_is_written_and_applied_and_applied_again_places_nothing() {
    let project = Project::small("emulator", 3);
    let plan = project.callform(["plan", "--out", "plan.cfplan"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&plan, &project));
    apply(&project).exits(0).says("Placed 3.");
    apply(&project).exits(0).says("0 calls to place: 3 already placed");
    let journal = journal(&project.path(".callform/emulator.db"));
    assert_eq!(journal.count().unwrap(), 3);
    assert!(journal.phoned_again().unwrap().is_empty());
}

#[test]
fn a_plan_is_the_approval_that_a_real_site_wants() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["plan", "--out", "plan.cfplan", "--only", "C-02"]).run().exits(0);
    apply(&project).exits(0).says("Placed 1.");
    assert_eq!(site.journal().calls_to(&Project::callee(2)).unwrap().len(), 1, "nobody else was in the plan");
    site.placed_once_each(1);
}

#[test]
fn changed_documents_and_rows_are_refused_with_the_difference_named() {
    let project = planned(3);
    project.edit("agents/caller.yaml", "parcel came", "letter came");
    let changed = apply(&project).exits(4);
    insta::assert_snapshot!("a_changed_agent", snapshot(&changed, &project));

    let project = planned(3);
    project.edit("campaigns/callees.csv", "C-02,+447700900102", "C-02,+447700900192");
    let changed = apply(&project).exits(4);
    insta::assert_snapshot!("a_changed_number", snapshot(&changed, &project));

    let project = planned(3);
    project.edit("campaigns/callees.csv", "C-02,+447700900102,Robin\n", "");
    refused(&project, "the callees are not those that the plan was made from");

    let project = planned(3);
    project.edit(
        "campaigns/parcels.yaml",
        "key: id",
        "key: id\nretry:\n  maxAttempts: 3\n  wait: 2h\n  when:\n    - busy",
    );
    refused(&project, "the specs are not those that the plan was made from: campaign parcels changed");
}

#[test]
fn whoever_came_after_the_review_is_not_phoned() {
    let project = planned(3);
    let rows = project.read("campaigns/callees.csv");
    project.write("campaigns/callees.csv", &format!("{rows}C-90,+447700900190,Noor\n"));
    let applied = apply(&project);
    let journal_path = project.path(".callform/emulator.db");
    let phoned =
        if journal_path.exists() { journal(&journal_path).calls_to("+447700900190").unwrap().len() } else { 0 };
    assert_eq!(phoned, 0, "\n{applied}");
}

#[test]
fn a_plan_of_another_project_or_ledger_or_environment_is_refused() {
    let (project, other) = (Project::small("emulator", 3), planned(3));
    project.write("plan.cfplan", &other.read("plan.cfplan"));
    project.callform(["plan"]).run().exits(0);
    refused(&project, "the plan was made from the ledger");

    let project = planned(3);
    project.edit("callform.yaml", "name: small", "name: other");
    refused(&project, "`small`");

    let project = planned(3);
    project.edit("callform.yaml", "sdkAppId: 1400000000", "sdkAppId: 1400000001");
    refused(&project, "1400000001");

    let project = Project::small("emulator", 3);
    let text = project.read("callform.yaml");
    project
        .write("callform.yaml", &format!("{text}environments:\n  staging:\n    provider:\n      concurrentCalls: 1\n"));
    project.callform(["plan", "--env", "staging", "--out", "plan.cfplan"]).run().exits(0);
    refused(&project, "the plan is for the environment `staging`, and this is `default`");
}

#[test]
fn an_expired_plan_is_refused() {
    let project = Project::small("emulator", 3);
    let text = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{text}plan:\n  validFor: 1ms\n"));
    project.callform(["plan", "--out", "plan.cfplan"]).run().exits(0);
    refused(&project, "the plan expired at");
}

#[test]
fn a_signature_is_demanded_checked_and_never_ignored() {
    let project = planned(2);
    let sign = |project: &Project| {
        let plan = project.callform(["plan", "--out", "plan.cfplan"]).env("CALLFORM_PLAN_KEY", "example-plan-key");
        plan.run().exits(0).says(", signed)");
    };
    let apply_with = |project: &Project, key: &str| {
        project.callform(["apply", "--plan", "plan.cfplan"]).env("CALLFORM_PLAN_KEY", key).run()
    };
    // Who has a key wants it used.
    apply_with(&project, "example-plan-key").exits(4).says("the plan is not signed");
    let text = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{text}plan:\n  requireSignature: true\n"));
    project.callform(["plan", "--out", "plan.cfplan"]).run().exits(0);
    refused(&project, "this project accepts signed plans only");
    sign(&project);
    refused(&project, "there is no key to check it with");
    apply_with(&project, "another-plan-key").exits(4).says("the plan's signature does not fit");
    assert!(!project.path(".callform/emulator.db").exists());
    apply_with(&project, "example-plan-key").exits(0).says("Placed 2.");
}

#[test]
fn a_project_that_demands_signatures_takes_no_other_approval_on_a_real_site() {
    let site = Site::start();
    let project = Project::small(site.url(), 2);
    let text = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{text}plan:\n  requireSignature: true\n"));
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["apply", "--auto-approve"]).run().exits(4).says("this project applies signed plans only");
    site.placed_once_each(0);
}

/// Every member of a signed plan is tampered with, one after the other.
#[test]
fn whatever_is_changed_in_a_signed_plan_is_found() {
    let project = Project::small("emulator", 2).env("CALLFORM_PLAN_KEY", "example-plan-key");
    project.callform(["plan", "--out", "plan.cfplan"]).run().exits(0);
    let good: Value = serde_json::from_str(&project.read("plan.cfplan")).unwrap();
    let members: Vec<_> = good.as_object().unwrap().keys().cloned().collect();
    assert!(members.len() >= 10, "{members:?}");
    for member in members {
        let mut bad = good.clone();
        bad[&member] = other(&good[&member]);
        project.write("plan.cfplan", &bad.to_string());
        let applied = apply(&project).exits(4);
        assert!(applied.stderr.contains("Nothing was sent."), "{member}: {applied}");
    }
    project.write("plan.cfplan", &good.to_string()[..good.to_string().len() / 2]);
    refused(&project, "this is not a plan, or a damaged one");
    project.write("plan.cfplan", &good.to_string());
    apply(&project).exits(0).says("Placed 2.");
}

/// A value of the same type that says something else.
fn other(value: &Value) -> Value {
    match value {
        Value::Bool(value) => Value::Bool(!value),
        Value::Number(number) => Value::from(number.as_u64().unwrap() + 1),
        Value::String(text) => match text.parse::<jiff::Timestamp>() {
            Ok(time) => Value::String((time + jiff::SignedDuration::from_hours(1)).to_string()),
            Err(_) => Value::String(text.chars().rev().collect::<String>() + "0"),
        },
        Value::Array(items) => Value::Array(items[1..].to_vec()),
        Value::Object(members) => {
            let mut members = members.clone();
            let first = members.values_mut().next().unwrap();
            *first = other(first);
            Value::Object(members)
        }
        Value::Null => Value::Bool(true),
    }
}

#[test]
fn a_plan_that_is_not_there_is_refused() {
    let project = Project::small("emulator", 2);
    refused(&project, "can't read the plan plan.cfplan");
}
