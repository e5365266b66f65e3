//! Many rows: time and memory stay in bounds.

use crate::support::{CAMPAIGN, Dir, Setting, plan_of};

#[test]
fn fifty_thousand_people_are_planned_and_only_small_records_are_kept() {
    const PEOPLE: usize = 50_000;
    let setting = Setting::new(Dir::with_people(0));
    setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}limits: {{ perRun: 40000 }}\n"));
    let mut csv = "id,phone,callee_name\n".to_owned();
    for n in 0..PEOPLE {
        csv.push_str(&format!("P-{n},+8613{:09},Person {n}\n", n));
    }
    setting.dir.write("campaigns/callees.csv", &csv);
    let plan = plan_of(&setting.dir.load(), &setting.ledger(), &setting.clock);
    assert_eq!((plan.to_place(), plan.calls.len()), (40_000, 40_000));
    assert!(size_of::<callform_exec::plan::PlannedCall>() <= 40);
    assert!(plan.campaigns[0].samples.len() <= 10);
}
