//! A ledger that is gone is made anew: nobody is phoned until a person decides.

use std::time::Duration;

use callform_exec::care::{self, CareError, Look, Part, Rebuilding, Rebuilt};
use callform_exec::ledger::{LedgerError, REBUILT, REBUILT_PHONED, Resolution};

use super::bench::{BOTH, Bench, In};
use crate::support::{Dice, PROJECT, actor, looked_up, plan_of, rows};

impl Bench {
    async fn rebuild(&self) -> Result<Rebuilt, CareError> {
        self.rebuild_with(&[]).await
    }

    async fn rebuild_with(&self, environments: &[&str]) -> Result<Rebuilt, CareError> {
        let (loaded, lock, actor) = (self.dir.load(), self.lock(), actor());
        let beside = self.path("rebuilding");
        let look = Look { client: self.client(), clock: self.clock.shared(), record_lag: Duration::ZERO };
        let part = |project| Part { project, look: Some(look.clone()) };
        let elsewhere: Vec<_> = environments.iter().map(|name| self.dir.load_in(Some(name))).collect();
        let parts: Vec<_> = [&loaded].into_iter().chain(&elsewhere).map(|l| part(l.project().unwrap())).collect();
        let rebuilding = Rebuilding {
            parts: &parts,
            stdin: None,
            access: self.access(&lock, &actor),
            beside: &beside,
            clock: self.clock.shared(),
        };
        care::rebuild(rebuilding, &mut Dice::new()).await
    }

    fn finish(&self, rebuilt: Rebuilt) {
        self.lock().register("default", rebuilt.lineage()).unwrap();
        rebuilt.finish().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn everybody_is_unknown_and_nobody_is_phoned_until_a_person_decides() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 3);
        bench.apply(Some(2)).await;
        bench.lose();
        bench.clock.pass(Duration::from_secs(100 * 24 * 3600));
        let rebuilt = bench.rebuild().await.unwrap();
        assert_eq!((rebuilt.calls, rebuilt.phoned, rebuilt.others()), (3, 2, 0), "{kind:?}");
        bench.finish(rebuilt);
        assert!(bench.inspect().unwrap().is_whole(), "{kind:?}");
        bench.clock.pass(Duration::from_secs(100 * 24 * 3600));
        assert_eq!(bench.apply(None).await.counts.placed, 0, "{kind:?}");
        let mut ledger = bench.open().unwrap();
        let unknown = ledger.unknown("emulator / 1400000000").unwrap();
        let codes: Vec<_> = unknown.iter().map(|attempt| attempt.code.as_deref().unwrap()).collect();
        assert_eq!(codes, [REBUILT_PHONED, REBUILT_PHONED, REBUILT], "{kind:?}");
        assert!(unknown.iter().all(|attempt| attempt.number.is_some() && attempt.label.starts_with("P-")));
        ledger.resolve(unknown[2].attempt, Resolution::NotPlaced, "never phoned").unwrap();
        drop(ledger);
        assert_eq!(bench.apply(None).await.counts.placed, 1, "{kind:?}");
        assert_eq!([1, 2, 3].map(|person| bench.rang(person)), [1, 1, 1], "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_calls_of_every_environment_of_the_lost_ledger_are_unknown() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 2);
        bench.dir.write("callform.yaml", &format!("{PROJECT}environments:\n  night: {{}}\n"));
        bench.apply(Some(1)).await;
        bench.lose();
        let rebuilt = bench.rebuild_with(&["night"]).await.unwrap();
        assert_eq!((rebuilt.calls, rebuilt.phoned, rebuilt.others()), (4, 2, 0), "{kind:?}");
        bench.finish(rebuilt);
        let ledger = bench.open().unwrap();
        let unknown = ledger.unknown("emulator / 1400000000").unwrap();
        let of = |name: &str| unknown.iter().filter(|attempt| attempt.environment == name).count();
        assert_eq!((of("default"), of("night")), (2, 2), "{kind:?}");
        assert!(bench.inspect().unwrap().is_whole(), "{kind:?}");
    }
}

/// However long one waits, and whatever else the records show.
#[tokio::test(start_paused = true)]
async fn a_missing_record_never_decides_that_a_call_was_not_placed() {
    let mut bench = Bench::new(In::File, 2);
    bench.lose();
    let rebuilt = bench.rebuild().await.unwrap();
    bench.finish(rebuilt);
    bench.dir.write("campaigns/callees.csv", &rows([1, 2, 3]));
    bench.apply(None).await;
    bench.clock.pass(Duration::from_secs(24 * 3600));
    let (loaded, mut ledger) = (bench.dir.load(), bench.open().unwrap());
    let report = looked_up(&loaded, &mut ledger, bench.client(), &bench.clock).await;
    assert_eq!(report.open(), 2, "{report:?}");
    assert_eq!(bench.rang(3), 1, "there is a later call of ours that shows");
}

#[tokio::test(start_paused = true)]
async fn whoever_the_provider_shows_beside_them_counts_as_phoned() {
    let mut bench = Bench::new(In::File, 2);
    bench.apply(None).await;
    bench.lose();
    bench.dir.write("campaigns/callees.csv", &rows([1]));
    let rebuilt = bench.rebuild().await.unwrap();
    assert_eq!((rebuilt.calls, rebuilt.phoned, rebuilt.others()), (1, 1, 1));
    bench.finish(rebuilt);
    bench.dir.write("campaigns/callees.csv", &rows([1, 2]));
    assert_eq!(plan_of(&bench.dir.load(), &bench.open().unwrap(), &bench.clock).to_place(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_answer_leaves_everybody_unknown() {
    let mut bench = Bench::new(In::File, 2);
    bench.apply(None).await;
    bench.lose();
    bench.change(|_, _| false);
    let rebuilt = bench.rebuild().await.unwrap();
    assert!(matches!(rebuilt.trouble, Some(CareError::Provider(_))));
    assert_eq!((rebuilt.calls, rebuilt.phoned), (2, 0));
    bench.finish(rebuilt);
    bench.change(|_, _| true);
    assert_eq!(bench.apply(None).await.counts.placed, 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_made_over_a_ledger_and_nothing_is_left_of_one_that_was_given_up() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 1);
        let refused = bench.rebuild().await.err();
        assert!(matches!(refused, Some(CareError::Ledger(LedgerError::Occupied { .. }))), "{kind:?}: {refused:?}");
        bench.lose();
        drop(bench.rebuild().await.unwrap());
        assert!(matches!(bench.open(), Err(LedgerError::Missing { .. })), "{kind:?}");
        bench.dir.write("campaigns/callees.csv", "id,phone,callee_name\nP-1,12,Ann\n");
        assert!(matches!(bench.rebuild().await.err(), Some(CareError::Rows { rows: 1, .. })), "{kind:?}");
        let names = |path| std::fs::read_dir(path).into_iter().flatten().flatten().map(|file| file.file_name());
        let left: Vec<_> = names(bench.path(".callform")).chain(names(bench.path(""))).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().contains("new-")), "{kind:?}: {left:?}");
    }
}
