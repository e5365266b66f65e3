//! An account that may be known by another address.

use callform_exec::apply::ApplyError;
use callform_exec::ledger::LedgerError;
use callform_exec::plan::{Plan, PlanError, PlanRequest, plan};

use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{Dir, PROJECT, Setting};

const EGRESS: &str = "site: https://egress.example\n  dialect: intl";

fn move_to(setting: &Setting, site: &str) {
    setting.dir.write("callform.yaml", &PROJECT.replace("site: emulator", site));
}

fn planned(setting: &Setting) -> Result<Plan, PlanError> {
    use callform_exec::clock::Clock;
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    plan(&PlanRequest::new(loaded.project().unwrap(), Some(&ledger), setting.clock.now()))
}

/// A site that was set to an address of one's own for the same account.
async fn another_address_of_the_same_account_phones_nobody_again(on: On) {
    let setting = Setting::new(Dir::on(on, 2));
    move_to(&setting, "site: intl");
    let provider = Provider::new([Act::Place]);
    setting.run(&provider).await;
    move_to(&setting, EGRESS);
    let Err(PlanError::Ledger(error)) = planned(&setting) else { panic!("it was planned") };
    let LedgerError::OtherAddress { known, account, .. } = &error else { panic!("{error}") };
    assert_eq!((known.as_str(), account.as_str()), ("intl / 1400000000", "https://egress.example / 1400000000"));
    assert!(error.is_refusal() && error.advice().iter().any(|line| line.contains("write `site`")));
    assert_eq!(provider.requests(), 2);
    // Another SdkAppId, the other dialect's site, and one on this machine are no such account.
    for site in ["site: china", "site: http://127.0.0.1:1\n  dialect: intl"] {
        move_to(&setting, site);
        assert_eq!(planned(&setting).unwrap().to_place(), 2, "{site}");
    }
    setting.dir.write("callform.yaml", &PROJECT.replace("site: emulator", EGRESS).replace("1400000000", "1400000001"));
    assert_eq!(planned(&setting).unwrap().to_place(), 2);
}

/// Also a plan that was made before anybody was phoned by the other address.
async fn a_plan_that_came_first_is_not_carried_out_either(on: On) {
    let setting = Setting::new(Dir::on(on, 2));
    move_to(&setting, EGRESS);
    let (loaded, mut ledger) = (setting.dir.load(), setting.ledger());
    let early = planned(&setting).unwrap();
    move_to(&setting, "site: intl");
    setting.run(&Provider::new([Act::Place])).await;
    let provider = Provider::new([Act::Place]);
    let refused = setting.carry_out(&loaded, &early, &mut ledger, provider.client()).await;
    assert!(matches!(refused, Err(ApplyError::Ledger(LedgerError::OtherAddress { .. }))), "{refused:?}");
    assert_eq!(provider.requests(), 0);
}

on_both!(async
    another_address_of_the_same_account_phones_nobody_again,
    a_plan_that_came_first_is_not_carried_out_either,
);
