//! Forgetting people: their keys and numbers are in no file any more, and nobody is phoned again because of it.

use callform_exec::ledger::{Forgotten, LedgerError, RunInfo, Whom};
use callform_spec::phone::PhoneNumber;
use jiff::SignedDuration;

use callform_exec::clock::Clock;

use super::bench::{BOTH, Bench, In};
use crate::support::{number, plan_of};

impl Bench {
    fn whom(&self, person: usize) -> Whom {
        Whom::Number(self.open().unwrap().key().number(&PhoneNumber::parse(&number(person)).unwrap()))
    }

    fn forget(&self, whom: Whom, also_open: bool) -> Result<Forgotten, LedgerError> {
        self.open().unwrap().forget(whom, also_open)
    }

    /// All bytes of a file's ledger; all rows of a server's.
    fn everything(&self, kind: In) -> Vec<u8> {
        match kind {
            In::File => {
                let files = std::fs::read_dir(self.path(".callform")).unwrap();
                files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
            }
            In::Server => ["names", "open_numbers", "events", "calls", "attempts"]
                .map(|table| self.ask(&format!("SELECT * FROM callform.{table}")))
                .join("\n")
                .into_bytes(),
        }
    }

    fn holds(&self, kind: In, needle: &str) -> bool {
        self.everything(kind).windows(needle.len()).any(|window| window == needle.as_bytes())
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_s_key_is_nowhere_any_more_and_nobody_is_phoned_again() {
    for kind in BOTH {
        let bench = Bench::new(kind, 40);
        bench.apply(None).await;
        assert!(bench.holds(kind, "P-27"), "{kind:?}: the canary would be seen");
        let forgotten = bench.forget(bench.whom(27), false).unwrap();
        assert_eq!(forgotten, Forgotten { keys: 1, numbers: 0, kept: 0, journal: true }, "{kind:?}");
        assert!(!bench.holds(kind, "P-27"), "{kind:?}");
        assert!(bench.holds(kind, "P-28"), "{kind:?}");
        let loaded = bench.dir.load();
        assert_eq!(plan_of(&loaded, &bench.open().unwrap(), &bench.clock).to_place(), 0, "{kind:?}");
        assert!(bench.inspect().unwrap().is_whole(), "{kind:?}");
        let again = bench.forget(bench.whom(27), false).unwrap();
        assert_eq!((again.keys, again.numbers), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_call_keeps_key_and_number_unless_a_person_gives_up_the_records() {
    for kind in BOTH {
        let bench = Bench::new(kind, 2).losing(&[2]);
        bench.apply(None).await;
        let kept = bench.forget(bench.whom(2), false).unwrap();
        assert_eq!((kept.keys, kept.numbers, kept.kept), (0, 0, 1), "{kind:?}");
        assert!(bench.holds(kind, "P-2") && bench.holds(kind, &number(2)), "{kind:?}");
        let forgotten = bench.forget(bench.whom(2), true).unwrap();
        assert_eq!((forgotten.keys, forgotten.numbers, forgotten.kept), (1, 1, 0), "{kind:?}");
        assert!(!bench.holds(kind, "P-2") && !bench.holds(kind, "7700900"), "{kind:?}");
        assert!(bench.holds(kind, "P-1"), "{kind:?}");
        assert!(bench.inspect().unwrap().is_whole(), "{kind:?}");
        assert_eq!(bench.apply(None).await.counts.placed, 0, "{kind:?}");
        assert_eq!(bench.rang(2), 1, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_calls_that_ended_before_a_day_are_forgotten_and_later_ones_are_not() {
    for kind in BOTH {
        let bench = Bench::new(kind, 2);
        bench.apply(Some(1)).await;
        let between = bench.clock.now() + SignedDuration::from_secs(1);
        bench.clock.pass(std::time::Duration::from_secs(2));
        bench.apply(None).await;
        assert_eq!(bench.forget(Whom::Before(between), true).unwrap().keys, 1, "{kind:?}");
        assert!(!bench.holds(kind, "P-1") && bench.holds(kind, "P-2"), "{kind:?}");
        let event = bench.ask("SELECT detail FROM callform.events WHERE kind = 'forgotten'");
        assert!(event.contains("\"keys\":1"), "{kind:?}: {event}");
    }
}

#[test]
fn nothing_is_forgotten_while_a_run_holds_the_ledger() {
    for kind in BOTH {
        let bench = Bench::new(kind, 0);
        let whom = bench.whom(1);
        let mut running = bench.open().unwrap();
        running
            .start_run(&RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None })
            .unwrap();
        let refused = bench.forget(whom, false);
        assert!(matches!(refused, Err(LedgerError::Locked { holder: Some(_) })), "{kind:?}: {refused:?}");
    }
}

/// While another process reads, the journal stays; that is told.
#[tokio::test(start_paused = true)]
async fn a_reader_that_holds_the_journal_is_told_and_the_next_command_wipes_it() {
    let bench = Bench::new(In::File, 2);
    bench.apply(None).await;
    let reader = rusqlite::Connection::open(bench.dir.ledger_path()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    let mut ledger = bench.open().unwrap();
    let whom = bench.whom(1);
    assert!(!ledger.forget(whom, false).unwrap().journal);
    drop((reader, ledger));
    assert!(!bench.holds(In::File, "P-1"));
}
