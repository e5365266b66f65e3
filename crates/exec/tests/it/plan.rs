//! Plans: which calls, and why not the others.

use std::time::Duration;

use callform_exec::clock::Clock;
use callform_exec::ledger::Resolution;
use callform_exec::plan::{Blocked, ChangeKind, History, Kind, LineTag, Plan, PlanError, PlanRequest, Refusal, plan};
use jiff::Timestamp;

use crate::provider::{Act, Provider};
use crate::support::{AGENT, CAMPAIGN, Dir, Setting, number, plan_of, rows};

async fn placed(people: usize) -> Setting {
    let setting = Setting::new(Dir::with_people(people));
    let result = setting.run(&Provider::new([Act::Place])).await;
    assert_eq!(result.counts.placed as usize, people);
    setting
}

fn current(setting: &Setting) -> Plan {
    plan_of(&setting.dir.load(), &setting.ledger(), &setting.clock)
}

fn reasons(plan: &Plan) -> Vec<(Blocked, u64)> {
    plan.campaigns[0].blocked.iter().map(|blocked| (blocked.reason.clone(), blocked.count)).collect()
}

fn add_to_campaign(setting: &Setting, text: &str) {
    setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}{text}"));
}

#[test]
fn a_first_plan_places_everybody_and_says_how_long_that_takes() {
    let setting = Setting::new(Dir::with_people(307));
    add_to_campaign(&setting, "retry: { maxAttempts: 3 }\nlimits: { concurrent: 5 }\n");
    let plan = current(&setting);
    assert_eq!((plan.to_place(), plan.calls.len()), (307, 307));
    assert!(plan.is_applicable() && plan.has_work());
    assert_eq!(plan.estimate.attempts_at_most, 921);
    assert_eq!(plan.estimate.at_rate.as_secs(), 17);
    assert_eq!(plan.estimate.on_lines, Duration::from_secs(62 * 5 * 60));
    assert_eq!(plan.agents[0].kind, ChangeKind::New);
    assert_eq!(plan.agents[0].touches, 307);
}

#[test]
fn a_secret_that_would_go_to_a_new_host_is_named_until_it_went_there() {
    let setting = Setting::new(Dir::with_people(1));
    let new = current(&setting).new_secret_hosts;
    assert_eq!((new[0].secret.name(), new[0].host.as_str()), ("OPENAI_API_KEY", "api.openai.com"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(setting.run(&Provider::new([Act::Place])));
    assert!(current(&setting).new_secret_hosts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn editing_the_prompt_phones_nobody_again_and_shows_what_changed() {
    let setting = placed(4).await;
    setting.dir.write("agents/checkup.yaml", &AGENT.replace("Be kind.", "Be kind.\n  Be short."));
    let plan = current(&setting);
    assert_eq!((plan.to_place(), plan.count(Kind::Placed), plan.count(Kind::PlacedEarlier)), (0, 0, 4));
    let agent = &plan.agents[0];
    assert_eq!((agent.kind, agent.texts[0].added, agent.texts[0].removed), (ChangeKind::Changed, 1, 0));
    let added: Vec<_> = agent.texts[0].lines.iter().filter(|line| line.tag == LineTag::Added).collect();
    assert_eq!((added[0].new, added[0].text.as_str()), (Some(3), "Be short."));
}

#[tokio::test(start_paused = true)]
async fn moved_from_keeps_the_calls_of_a_renamed_campaign() {
    let setting = placed(4).await;
    let renamed = CAMPAIGN.replace("name: april", "name: spring");
    setting.dir.write("campaigns/april.yaml", &format!("{renamed}movedFrom: april\n"));
    let plan = current(&setting);
    assert_eq!((plan.to_place(), plan.count(Kind::Placed), plan.refusals.len()), (0, 4, 0));
}

#[tokio::test(start_paused = true)]
async fn a_second_renaming_that_forgets_the_first_is_refused_although_repeating_is_allowed() {
    let setting = placed(4).await;
    let renamed = CAMPAIGN.replace("name: april", "name: summer");
    setting.dir.write("campaigns/april.yaml", &format!("{renamed}movedFrom: spring\nrepeat: allowed\n"));
    setting.clock.pass(Duration::from_secs(30 * 24 * 3600));
    let plan = current(&setting);
    let refusal = Refusal::MovedFromNobody { campaign: "summer".into(), former: "spring".into(), phoned: 4 };
    assert_eq!(plan.refusals, [refusal]);
}

#[tokio::test(start_paused = true)]
async fn a_renamed_campaign_without_moved_from_is_blocked_today_and_refused_for_ever() {
    let setting = placed(4).await;
    setting.dir.write("campaigns/april.yaml", &CAMPAIGN.replace("name: april", "name: spring"));
    let plan = current(&setting);
    assert_eq!(reasons(&plan), [(Blocked::PhonedBefore { campaign: "april".into() }, 4)]);
    setting.clock.pass(Duration::from_secs(30 * 24 * 3600));
    let plan = current(&setting);
    assert_eq!(plan.to_place(), 4);
    assert_eq!(plan.refusals, [Refusal::Repeat { campaign: "spring".into(), phoned: 4, people: 4 }]);
    assert!(!plan.is_applicable());
}

#[tokio::test(start_paused = true)]
async fn a_new_key_column_and_a_spreadsheet_that_ate_zeros_are_noticed() {
    let setting = placed(4).await;
    for changed in [rows(1..=4).replace("P-", ""), rows(1..=4).replace("P-", "Q-")] {
        setting.dir.write("campaigns/callees.csv", &changed);
        let plan = current(&setting);
        assert_eq!(reasons(&plan), [(Blocked::PhonedBefore { campaign: "april".into() }, 4)]);
        assert_eq!(plan.refusals.len(), 1);
        assert_eq!(plan.count(Kind::NoLongerDeclared), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn up_to_five_percent_who_were_phoned_before_need_nobody_s_word() {
    let setting = placed(1).await;
    setting.clock.pass(Duration::from_secs(48 * 3600));
    for (people, refused) in [(20, 0), (19, 1)] {
        setting.dir.write("campaigns/callees.csv", &rows(1..=people).replace("P-1,", "Q-1,"));
        assert_eq!(current(&setting).refusals.len(), refused, "1 of {people}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_occurrence_asks_for_somebody_s_word_and_then_calls_everybody_again() {
    let setting = placed(4).await;
    add_to_campaign(&setting, "occurrence: may\n");
    assert_eq!(current(&setting).refusals, [Refusal::Repeat { campaign: "april@may".into(), phoned: 4, people: 4 }]);
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    setting.clock.pass(Duration::from_secs(3600));
    let request = PlanRequest::new(loaded.project().unwrap(), Some(&ledger), setting.clock.now());
    let by_person = plan(&PlanRequest { allow_repeat: true, ..request }).unwrap();
    assert_eq!((by_person.to_place(), by_person.refusals.len()), (4, 0));
    drop(ledger);
    add_to_campaign(&setting, "occurrence: may\nrepeat: allowed\n");
    let plan = current(&setting);
    assert_eq!((plan.to_place(), plan.refusals.len(), plan.campaigns[0].phoned_before), (4, 0, 4));
    let again = setting.run(&Provider::new([Act::Place])).await;
    assert_eq!(again.counts.placed, 4);
}

#[tokio::test(start_paused = true)]
async fn a_declared_ceiling_holds_even_where_repeating_is_allowed() {
    let setting = placed(4).await;
    add_to_campaign(&setting, "occurrence: may\nrepeat: allowed\nlimits:\n  perCallee: { calls: 1, every: 2d }\n");
    setting.clock.pass(Duration::from_secs(47 * 3600));
    assert_eq!(reasons(&current(&setting)), [(Blocked::PhonedBefore { campaign: "april".into() }, 4)]);
    setting.clock.pass(Duration::from_secs(2 * 3600));
    assert_eq!(current(&setting).to_place(), 4);
}

#[tokio::test(start_paused = true)]
async fn unknown_calls_are_not_placed_and_what_a_person_resolves_as_not_placed_is() {
    let setting = Setting::new(Dir::with_people(3));
    setting.run(&Provider::new([Act::PlaceAndLose, Act::Place])).await;
    let plan = current(&setting);
    assert_eq!((plan.count(Kind::Unknown), plan.to_place()), (1, 0));
    let sample = plan.campaigns[0].samples.iter().find(|sample| sample.kind == Kind::Unknown).unwrap();
    assert_eq!((sample.key.as_str(), sample.number.contains(&number(1)[6..])), ("P-1", false));
    let (loaded, mut ledger) = (setting.dir.load(), setting.ledger());
    let course = callform_exec::status::why(loaded.project().unwrap(), &ledger, "P-1").unwrap().remove(0);
    let unknown = ledger.unknown_of(course.call).unwrap().unwrap();
    ledger.resolve(unknown.attempt, Resolution::NotPlaced, "the callee heard nothing").unwrap();
    drop(ledger);
    assert_eq!(current(&setting).count(Kind::ToRetry), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_without_a_row_are_named_and_unknown_ones_of_other_campaigns_are_counted() {
    let setting = Setting::new(Dir::with_people(3));
    setting.run(&Provider::new([Act::PlaceAndLose, Act::Place])).await;
    setting.dir.write("campaigns/callees.csv", &rows(3..=3));
    let plan = current(&setting);
    assert_eq!((plan.count(Kind::NoLongerDeclared), plan.unknown_elsewhere), (2, 1));
}

#[test]
fn do_not_call_lists_windows_and_zones_block() {
    let setting = Setting::new(Dir::with_people(0));
    setting.dir.write("dnc.csv", "number\n+447700900001\n");
    add_to_campaign(
        &setting,
        "doNotCall: [../dnc.csv]\nwindow:\n  timeZone: callee\n  open:\n    - from: \"09:00\"\n      to: \"17:00\"\n",
    );
    let phones = [number(1), number(2), "+61491570156".into(), "+80012345678".into()];
    let csv: String = phones.iter().enumerate().map(|(n, phone)| format!("K{n},{phone},X\n")).collect();
    setting.dir.write("campaigns/callees.csv", &format!("id,phone,callee_name\n{csv}"));
    let plan = current(&setting);
    let mut found = reasons(&plan);
    found.sort();
    assert_eq!(found, [(Blocked::DoNotCall, 1), (Blocked::ZoneUnknown, 1)]);
    // 13:00 in London; in Australia it is night.
    assert_eq!((plan.to_place(), plan.count(Kind::Deferred)), (1, 1));
    assert!(plan.campaigns[0].opening.as_ref().unwrap().first > setting.clock.now());
}

#[test]
fn two_campaigns_of_one_plan_do_not_call_the_same_person() {
    let setting = Setting::new(Dir::with_people(3));
    setting.dir.write("campaigns/zulu.yaml", &CAMPAIGN.replace("name: april", "name: zulu"));
    let plan = current(&setting);
    assert_eq!((plan.to_place(), plan.count(Kind::Blocked)), (3, 3));
    assert_eq!(plan.campaigns[1].blocked[0].reason, Blocked::SameNumber);
}

#[test]
fn a_window_that_has_passed_never_opens() {
    let setting = Setting::new(Dir::with_people(2));
    add_to_campaign(&setting, "notAfter: 2026-03-01\n");
    assert_eq!(reasons(&current(&setting)), [(Blocked::NeverOpens, 2)]);
}

#[test]
fn per_run_and_limit_hold_back_the_rest() {
    let setting = Setting::new(Dir::with_people(10));
    add_to_campaign(&setting, "limits: { perRun: 7 }\n");
    assert_eq!(reasons(&current(&setting)), [(Blocked::PerRun, 3)]);
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    let request = PlanRequest::new(loaded.project().unwrap(), Some(&ledger), setting.clock.now());
    let limited = plan(&PlanRequest { limit: Some(2), ..request }).unwrap();
    assert_eq!((limited.to_place(), limited.count(Kind::HeldBack)), (2, 8));
    let only = ["P-3".to_owned()];
    let only = plan(&PlanRequest { only: &only, ..request }).unwrap();
    assert_eq!(only.to_place(), 1);
}

#[test]
fn every_bad_row_is_named_and_nothing_can_be_applied() {
    let setting = Setting::new(Dir::with_people(3));
    setting.dir.write("campaigns/callees.csv", &format!("{}P-9,+4412,X\nP-8,+447700900008,\n", rows(1..=3)));
    let plan = current(&setting);
    assert_eq!((plan.problem_count, plan.problems.len(), plan.to_place()), (2, 2, 3));
    assert_eq!(plan.refusals, [Refusal::BadRows { count: 2 }]);
    assert!(!plan.is_applicable());
}

#[test]
fn without_a_ledger_nothing_is_known_and_nothing_can_be_applied() {
    let setting = Setting::new(Dir::with_people(3));
    let loaded = setting.dir.load();
    let now: Timestamp = crate::support::START.parse().unwrap();
    let plan = plan(&PlanRequest::new(loaded.project().unwrap(), None, now)).unwrap();
    assert_eq!(plan.to_place(), 3);
    assert_eq!(plan.history, History::Unknown);
    assert!(!plan.is_applicable());
    assert!(!setting.dir.ledger_path().exists());
}

#[test]
fn a_campaign_that_nobody_knows_is_named() {
    let setting = Setting::new(Dir::with_people(1));
    let loaded = setting.dir.load();
    let names = ["aprli".to_owned()];
    let request = PlanRequest::new(loaded.project().unwrap(), None, setting.clock.now());
    let error = plan(&PlanRequest { campaigns: &names, ..request }).unwrap_err();
    assert!(matches!(error, PlanError::NoSuchCampaign { known, .. } if known == ["april"]));
}

#[test]
fn a_limit_is_of_deferred_calls_too() {
    let setting = Setting::new(Dir::with_people(10));
    add_to_campaign(&setting, "notBefore: 2999-01-01T00:00:00Z\n");
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    let request = PlanRequest::new(loaded.project().unwrap(), Some(&ledger), setting.clock.now());
    let limited = plan(&PlanRequest { limit: Some(2), ..request }).unwrap();
    assert_eq!((limited.count(Kind::Deferred), limited.count(Kind::HeldBack)), (2, 8));
    assert!(limited.calls.len() == 2 && limited.calls.iter().all(|call| call.deferred));
}
