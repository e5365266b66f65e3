//! Plan files: exactly what was reviewed, or nothing.

use std::time::Duration;

use callform_ccc::Secret;
use callform_exec::clock::Clock;
use callform_exec::ledger::Ledger;
use callform_exec::plan::{Kind, Plan, PlanRequest, plan};
use callform_exec::plan_file::{DEFAULT_VALID_FOR, Place, PlanFile, PlanFileError};
use callform_spec::project::Loaded;

use crate::provider::{Act, Provider};
use crate::support::{AGENT, CAMPAIGN, Dir, PROJECT, Setting, number, plan_of, rows};

fn key() -> Secret {
    Secret::new("made-up-plan-key")
}

/// Through bytes, as a file goes.
fn written(plan: &Plan, key: Option<&Secret>) -> Vec<u8> {
    let mut bytes = Vec::new();
    PlanFile::of(plan, DEFAULT_VALID_FOR, key).unwrap().write(&mut bytes).unwrap();
    bytes
}

fn made(setting: &Setting, key: Option<&Secret>) -> PlanFile {
    let plan = plan_of(&setting.dir.load(), &setting.ledger(), &setting.clock);
    PlanFile::read(written(&plan, key).as_slice()).unwrap()
}

fn checked(setting: &Setting, file: &PlanFile, key: Option<&Secret>) -> Result<Plan, PlanFileError> {
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    check(setting, &loaded, &ledger, file, key)
}

fn check(
    setting: &Setting,
    loaded: &Loaded,
    ledger: &Ledger,
    file: &PlanFile,
    key: Option<&Secret>,
) -> Result<Plan, PlanFileError> {
    let (project, now) = (loaded.project().unwrap(), setting.clock.now());
    file.check(&Place { project, ledger, now, key })?;
    let request = PlanRequest { against: Some(file), ..PlanRequest::new(project, Some(ledger), now) };
    let plan = plan(&request).unwrap();
    file.check_rows(&plan)?;
    Ok(plan)
}

#[test]
fn it_authorises_what_was_planned_and_nothing_that_came_later() {
    let setting = Setting::new(Dir::with_people(5));
    let file = made(&setting, None);
    assert_eq!(file.calls(), 5);
    setting.dir.write("campaigns/callees.csv", &rows(1..=8));
    let plan = checked(&setting, &file, None).unwrap();
    assert_eq!((plan.to_place(), plan.count(Kind::HeldBack)), (5, 3));
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_plan_is_resumed_with_the_same_file() {
    let setting = Setting::new(Dir::with_people(6));
    let file = made(&setting, None);
    let provider = Provider::new([Act::Place]);
    for limit in [Some(2), None] {
        let (loaded, mut ledger) = (setting.dir.load(), setting.ledger());
        let project = loaded.project().unwrap();
        let request = PlanRequest {
            against: Some(&file),
            limit,
            ..PlanRequest::new(project, Some(&ledger), setting.clock.now())
        };
        file.check(&Place { project, ledger: &ledger, now: setting.clock.now(), key: None }).unwrap();
        let plan = plan(&request).unwrap();
        file.check_rows(&plan).unwrap();
        setting.carry_out(&loaded, &plan, &mut ledger, provider.client()).await.unwrap();
    }
    assert!((1..=6).all(|n| provider.rang(n) == 1));
    // A row that was placed may go, change, or stay.
    setting.dir.write("campaigns/callees.csv", &rows(2..=6).replace("Person 2", "Somebody"));
    assert_eq!(checked(&setting, &file, None).unwrap().to_place(), 0);
}

#[test]
fn it_holds_no_number_no_key_no_value_and_no_secret() {
    let setting = Setting::new(Dir::with_people(3));
    let plan = plan_of(&setting.dir.load(), &setting.ledger(), &setting.clock);
    let text = String::from_utf8(written(&plan, Some(&key()))).unwrap();
    for canary in [&number(1)[1..], &number(1)[4..], "P-1", "Person 1", "Be kind", "made-up", "OPENAI"] {
        assert!(!text.contains(canary), "{canary}");
    }
}

#[test]
fn changed_specs_are_refused_and_named() {
    let setting = Setting::new(Dir::with_people(3));
    let file = made(&setting, None);
    setting.dir.write("agents/checkup.yaml", &AGENT.replace("Be kind.", "Be brief."));
    setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}notAfter: 2026-05-01\n"));
    match checked(&setting, &file, None) {
        Err(PlanFileError::SpecsDiffer(lines)) => {
            assert_eq!(lines, ["agent checkup changed", "campaign april changed"])
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn changed_and_missing_rows_are_refused_and_named() {
    let setting = Setting::new(Dir::with_people(4));
    let file = made(&setting, None);
    let changed = rows(1..=3).replace("Person 2", "Somebody").replace(&number(3), &number(33));
    setting.dir.write("campaigns/callees.csv", &changed);
    let error = checked(&setting, &file, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the callees are not those that the plan was made from: 2 changed (P-2, P-3), 1 gone"
    );
}

#[test]
fn another_project_environment_account_or_ledger_is_refused() {
    let setting = Setting::new(Dir::with_people(1));
    let file = made(&setting, None);
    let other_account = PROJECT.replace("1400000000", "1400000001");
    setting.dir.write("callform.yaml", &other_account);
    assert!(matches!(checked(&setting, &file, None), Err(PlanFileError::OtherAccount { .. })));
    let elsewhere = Setting::new(Dir::with_people(1));
    assert!(matches!(checked(&elsewhere, &file, None), Err(PlanFileError::OtherLedger { .. })));
    let mut text: serde_json::Value = serde_json::to_value(&file).unwrap();
    for (field, value) in [("project", "another"), ("environment", "staging")] {
        text[field] = value.into();
        let changed = PlanFile::read(text.to_string().as_bytes()).unwrap();
        let error = checked(&setting, &changed, None).unwrap_err();
        assert!(error.to_string().contains(value), "{error}");
        text = serde_json::to_value(&file).unwrap();
    }
}

#[test]
fn a_position_that_the_ledger_never_went_through_is_refused() {
    let setting = Setting::new(Dir::with_people(1));
    let mut text = serde_json::to_value(made(&setting, None)).unwrap();
    let position = text["ledger"]["position"].as_str().unwrap().to_owned();
    for wrong in [position.replacen('1', "7", 1), format!("{}{}", &position[..position.len() - 1], 'x'), String::new()]
    {
        text["ledger"]["position"] = wrong.clone().into();
        let file = PlanFile::read(text.to_string().as_bytes()).unwrap();
        assert!(matches!(checked(&setting, &file, None), Err(PlanFileError::NotAnAncestor { .. })), "{wrong}");
    }
}

#[test]
fn it_expires() {
    let setting = Setting::new(Dir::with_people(1));
    let file = made(&setting, None);
    setting.clock.pass(DEFAULT_VALID_FOR - Duration::from_secs(60));
    checked(&setting, &file, None).unwrap();
    setting.clock.pass(Duration::from_secs(61));
    assert!(matches!(checked(&setting, &file, None), Err(PlanFileError::Expired(_))));
}

#[test]
fn signatures_are_checked_and_a_key_that_is_set_wants_one() {
    let setting = Setting::new(Dir::with_people(2));
    let (signed, unsigned) = (made(&setting, Some(&key())), made(&setting, None));
    checked(&setting, &signed, Some(&key())).unwrap();
    let other = Secret::new("another made-up key");
    assert!(matches!(checked(&setting, &signed, Some(&other)), Err(PlanFileError::BadSignature)));
    assert!(matches!(checked(&setting, &signed, None), Err(PlanFileError::NoKey)));
    assert!(matches!(checked(&setting, &unsigned, Some(&key())), Err(PlanFileError::Unsigned)));
    let text = serde_json::to_string(&signed).unwrap();
    for (from, to) in [("\"allowRepeat\":false", "\"allowRepeat\":true"), (",1]", ",3]")] {
        let changed = PlanFile::read(text.replacen(from, to, 1).as_bytes()).unwrap();
        assert_ne!(changed, signed);
        assert!(matches!(checked(&setting, &changed, Some(&key())), Err(PlanFileError::BadSignature)), "{to}");
    }
}

#[test]
fn a_project_can_demand_signatures() {
    let setting = Setting::new(Dir::with_people(1));
    setting.dir.write("callform.yaml", &format!("{PROJECT}plan:\n  requireSignature: true\n"));
    let unsigned = made(&setting, None);
    assert!(matches!(checked(&setting, &unsigned, None), Err(PlanFileError::KeyRequired)));
}

#[test]
fn other_formats_and_damaged_files_are_told_apart() {
    let setting = Setting::new(Dir::with_people(1));
    let text = serde_json::to_string(&made(&setting, None)).unwrap();
    let newer = text.replacen("\"format\":1", "\"format\":2,\"more\":true", 1);
    assert!(matches!(PlanFile::read(newer.as_bytes()), Err(PlanFileError::Format { found: 2 })));
    for damaged in [&text[..text.len() / 2], "", "[]", &text.replacen("\"calls\"", "\"call\"", 1)] {
        assert!(matches!(PlanFile::read(damaged.as_bytes()), Err(PlanFileError::Unreadable(_))));
    }
}

#[test]
fn a_plan_that_may_not_be_carried_out_is_not_written() {
    let setting = Setting::new(Dir::with_people(1));
    setting.dir.write("campaigns/callees.csv", "id,phone,callee_name\nP-1,+4412,X\n");
    let plan = plan_of(&setting.dir.load(), &setting.ledger(), &setting.clock);
    assert!(matches!(PlanFile::of(&plan, DEFAULT_VALID_FOR, None), Err(PlanFileError::NotApplicable)));
}
