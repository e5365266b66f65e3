//! A copy takes the place of a ledger that was lost: whoever was phoned meanwhile is not phoned again.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_exec::care::{self, Adopted, Adoption, CareError, Look};
use callform_exec::clock::Clock;
use callform_exec::ledger::{Candidate, LedgerError, Resolution, RunInfo, State};

use super::bench::{BOTH, Bench, In};
use crate::support::{Dice, PROJECT, actor, looked_up, plan_of, rows};

const HOUR: Duration = Duration::from_secs(3600);
const RUN: RunInfo<'_> = RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None };

impl Bench {
    fn candidate(&self, file: Option<&Path>) -> Result<Candidate, LedgerError> {
        let (lock, actor) = (self.lock(), actor());
        Candidate::open(&self.access(&lock, &actor), file, &self.clock.shared(), &mut Dice::new())
    }

    async fn adopt_with(&self, file: Option<&Path>, record_lag: Duration) -> Result<Adopted, CareError> {
        let loaded = self.dir.load();
        let candidate = self.candidate(file)?;
        let project = loaded.project().unwrap();
        let adoption = Adoption { project, environments: &[], stdin: None, candidate, other_accounts: None };
        let look = Look { client: self.client(), clock: self.clock.shared(), record_lag };
        care::adopt(adoption, &look).await
    }

    async fn adopt(&self, file: &str) -> Result<Adopted, CareError> {
        self.adopt_with(Some(&self.path(file)), Duration::ZERO).await
    }

    fn backup(&self, file: &str) {
        self.open().unwrap().backup(&self.path(file), &mut Dice::new()).unwrap();
    }

    fn to_place(&self) -> u64 {
        plan_of(&self.dir.load(), &self.open().unwrap(), &self.clock).to_place()
    }

    fn state(&self, person: usize) -> State {
        let (loaded, ledger) = (self.dir.load(), self.open().unwrap());
        let key = format!("P-{person}");
        callform_exec::status::find(loaded.project().unwrap(), &ledger, &key).unwrap()[0].call.state
    }
}

#[tokio::test(start_paused = true)]
async fn whom_the_lost_ledger_phoned_after_the_backup_is_not_phoned_again() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 4);
        bench.apply(Some(1)).await;
        bench.backup("backup.db");
        bench.clock.pass(HOUR);
        bench.apply(Some(2)).await;
        bench.lose();
        bench.clock.pass(48 * HOUR);
        let adopted = bench.adopt("backup.db").await.unwrap();
        assert_eq!((adopted.sessions, adopted.written.calls, adopted.written.others, adopted.left), (2, 2, 0, 0));
        assert_eq!(bench.state(2), State::PlacedInferred, "{kind:?}");
        assert_eq!(bench.to_place(), 1, "{kind:?}");
        bench.apply(None).await;
        for person in 1..=4 {
            assert_eq!(bench.rang(person), 1, "{kind:?}: {person}");
        }
        let seen = bench.inspect().unwrap();
        assert!(seen.is_whole() && seen.refusal.is_none(), "{kind:?}: {seen:?}");
        assert!(bench.path("backup.db").exists());
    }
}

/// The copy knows of an attempt that nobody answered; the lost ledger made another one, and somebody talked.
#[tokio::test(start_paused = true)]
async fn a_retry_that_the_lost_ledger_made_is_not_made_again() {
    for kind in BOTH {
        for outcome_is_known in [true, false] {
            let mut bench = Bench::new(kind, 1).trying_again(&[1]);
            bench.apply(None).await;
            bench.clock.pass(2 * HOUR);
            if outcome_is_known {
                bench.refresh().await;
            }
            bench.backup("backup.db");
            bench.refresh().await;
            assert_eq!(bench.to_place(), 1, "{kind:?}: the retry is due");
            bench.apply(None).await;
            bench.lose();
            bench.clock.pass(48 * HOUR);
            assert_eq!(bench.adopt("backup.db").await.unwrap().written.calls, 1);
            for _ in 0..2 {
                assert_eq!(bench.to_place(), 0, "{kind:?}: {outcome_is_known}");
                bench.refresh().await;
            }
            bench.apply(None).await;
            assert_eq!(bench.rang(1), 2, "{kind:?}: {outcome_is_known}");
            assert!(bench.inspect().unwrap().is_whole(), "{kind:?}");
        }
    }
}

/// Both environments phone through one account and keep one ledger; one of them adopts it.
#[tokio::test(start_paused = true)]
async fn the_calls_of_every_environment_of_the_account_are_placed_by_what_the_provider_shows() {
    let mut bench = Bench::new(In::File, 2);
    bench.dir.write("callform.yaml", &format!("{PROJECT}environments:\n  night: {{}}\n"));
    bench.backup("backup.db");
    bench.apply(None).await;
    bench.lose();
    let (night, day) = (bench.dir.load_in(Some("night")), bench.dir.load());
    let adoption = Adoption {
        project: night.project().unwrap(),
        environments: &[day.project().unwrap()],
        stdin: None,
        candidate: bench.candidate(Some(&bench.path("backup.db"))).unwrap(),
        other_accounts: None,
    };
    let look = Look { client: bench.client(), clock: bench.clock.shared(), record_lag: Duration::ZERO };
    let adopted = care::adopt(adoption, &look).await.unwrap();
    assert_eq!((adopted.written.calls, adopted.written.others), (4, 0));
    assert_eq!([1, 2].map(|person| bench.state(person)), [State::PlacedInferred; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_copy_whose_last_event_was_written_by_a_clock_that_is_ahead_misses_nobody() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 3);
        bench.apply(Some(1)).await;
        bench.clock.set_ahead(30 * 24 * HOUR);
        bench.open().unwrap().stop("default", Some("another")).unwrap();
        bench.clock.set_back(30 * 24 * HOUR);
        bench.backup("backup.db");
        bench.clock.pass(HOUR);
        bench.apply(None).await;
        bench.lose();
        bench.clock.pass(2 * HOUR);
        assert_eq!(bench.adopt("backup.db").await.unwrap().written.calls, 2, "{kind:?}");
        assert_eq!(bench.to_place(), 0, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_lies_in_the_ledger_s_place_is_adopted_where_it_lies() {
    let bench = Bench::new(In::File, 3);
    bench.apply(Some(1)).await;
    assert!(matches!(bench.candidate(None).err(), Some(LedgerError::InUse { .. })));
    let old = std::fs::read(bench.dir.ledger_path()).unwrap();
    bench.apply(Some(1)).await;
    // Set back: the same file with older content.
    std::fs::write(bench.dir.ledger_path(), &old).unwrap();
    assert!(matches!(bench.open(), Err(LedgerError::Restored { .. })));
    let adopted = bench.adopt_with(None, Duration::ZERO).await.unwrap();
    assert_eq!(adopted.written.calls, 1);
    assert_eq!(bench.to_place(), 1);
    // Moved to another disk: another file with the same content.
    let bytes = std::fs::read(bench.dir.ledger_path()).unwrap();
    std::fs::write(bench.path("copy.db"), bytes).unwrap();
    std::fs::rename(bench.path("copy.db"), bench.dir.ledger_path()).unwrap();
    assert!(matches!(bench.open(), Err(LedgerError::Copied { .. })));
    assert_eq!(bench.adopt_with(None, Duration::ZERO).await.unwrap().sessions, 0);
    bench.apply(None).await;
    assert_eq!([1, 2, 3].map(|person| bench.rang(person)), [1, 1, 1]);
}

/// As after a failover or a point-in-time recovery: the same tables on another timeline.
#[tokio::test(start_paused = true)]
async fn a_server_s_ledger_that_is_on_another_timeline_is_adopted_where_it_lies() {
    let bench = Bench::new(In::Server, 2);
    bench.apply(Some(1)).await;
    bench.tamper("UPDATE callform.meta SET file = replace(file, '/00000001/', '/00000009/')");
    assert!(matches!(bench.open(), Err(LedgerError::Copied { .. })));
    bench.adopt_with(None, Duration::ZERO).await.unwrap();
    assert_eq!(bench.to_place(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_no_call_is_for_counts_as_phoned_whatever_key_it_comes_back_under() {
    let mut bench = Bench::new(In::File, 2);
    bench.backup("backup.db");
    bench.apply(None).await;
    bench.lose();
    bench.dir.write("campaigns/callees.csv", &rows([1]));
    let adopted = bench.adopt("backup.db").await.unwrap();
    assert_eq!((adopted.written.calls, adopted.written.others), (1, 1));
    bench.dir.write("campaigns/callees.csv", &rows([1, 2]).replace("P-", "N-"));
    assert_eq!(bench.to_place(), 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_adopted_while_it_is_not_certain_who_was_phoned() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 2);
        bench.backup("backup.db");
        bench.apply(None).await;
        bench.lose();
        bench.clock.pass(HOUR);
        bench.change(|_, _| false);
        assert!(matches!(bench.adopt("backup.db").await, Err(CareError::Provider(_))), "{kind:?}");
        bench.change(|action, answer| {
            if action == "DescribeTelCdr" {
                answer["TotalCount"] = 3.into();
            }
            true
        });
        assert!(matches!(bench.adopt("backup.db").await, Err(CareError::Incomplete)), "{kind:?}");
        bench.change(|_, answer| {
            for record in answer["TelCdrList"].as_array_mut().into_iter().flatten() {
                record["ProtectedCallee"] = "hidden".into();
                record.as_object_mut().unwrap().remove("Callee");
            }
            true
        });
        let hidden = bench.adopt("backup.db").await;
        assert!(matches!(hidden, Err(CareError::Hidden { sessions: 2 })), "{kind:?}: {hidden:?}");
        bench.change(|_, _| true);
        bench.dir.write("campaigns/callees.csv", "id,phone,callee_name\nP-1,12,Ann\n");
        assert!(matches!(bench.adopt("backup.db").await, Err(CareError::Rows { rows: 1, .. })), "{kind:?}");
        assert!(matches!(bench.open(), Err(LedgerError::Missing { .. })), "{kind:?}");
        let left = std::fs::read_dir(bench.dir.path()).unwrap().flatten();
        assert!(left.into_iter().all(|file| !file.file_name().to_string_lossy().contains("new-")));
        bench.clock.pass(200 * 24 * HOUR);
        assert!(matches!(bench.adopt("backup.db").await, Err(CareError::TooOld { .. })), "{kind:?}");
    }
}

/// A call that had just ended when the look began may have no record for so long.
#[tokio::test(start_paused = true)]
async fn records_are_read_when_the_late_ones_must_be_there() {
    let mut bench = Bench::new(In::File, 1);
    bench.backup("backup.db");
    bench.lose();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (log, clock) = (asked.clone(), bench.clock.clone());
    bench.change(move |action, _| {
        log.lock().unwrap().push((action.to_owned(), clock.now()));
        true
    });
    bench.adopt_with(Some(&bench.path("backup.db")), HOUR / 2).await.unwrap();
    let asked = asked.lock().unwrap().clone();
    let (first, last) = (asked.first().unwrap(), asked.last().unwrap());
    assert_eq!((first.0.as_str(), last.0.as_str()), ("DescribePSTNActiveSessionList", "DescribeTelCdr"));
    assert!(last.1.duration_since(first.1) >= jiff::SignedDuration::from_mins(30));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_may_answer_an_open_attempt_is_left_to_the_usual_look() {
    let mut bench = Bench::new(In::File, 2).losing(&[1]);
    bench.apply(Some(1)).await;
    bench.backup("backup.db");
    bench.lose();
    let adopted = bench.adopt("backup.db").await.unwrap();
    assert_eq!((adopted.sessions, adopted.left), (0, 1));
    assert_eq!(bench.state(1), State::Unknown);
    let (loaded, mut ledger) = (bench.dir.load(), bench.open().unwrap());
    looked_up(&loaded, &mut ledger, bench.client(), &bench.clock).await;
    drop(ledger);
    assert_eq!(bench.state(1), State::PlacedInferred);
}

/// The lost ledger knew that an unknown call was not placed, and placed it; the copy learns both the other way round.
#[tokio::test(start_paused = true)]
async fn what_is_learned_late_of_an_earlier_attempt_does_not_permit_another_call() {
    let mut bench = Bench::new(In::File, 1).losing(&[1]);
    bench.apply(None).await;
    bench.backup("backup.db");
    let deny = |bench: &Bench| {
        let mut ledger = bench.open().unwrap();
        let first = ledger.unknown("emulator / 1400000000").unwrap().remove(0);
        ledger.resolve(first.attempt, Resolution::NotPlaced, "asked").unwrap();
    };
    deny(&bench);
    bench.clock.pass(2 * HOUR);
    bench.apply(None).await;
    bench.lose();
    let adopted = bench.adopt("backup.db").await.unwrap();
    assert_eq!((adopted.sessions, adopted.left), (1, 1));
    deny(&bench);
    assert_eq!(bench.state(1), State::PlacedInferred);
    bench.clock.pass(48 * HOUR);
    assert_eq!(bench.to_place(), 0);
    assert!(bench.inspect().unwrap().is_whole());
}

#[tokio::test(start_paused = true)]
async fn a_person_s_word_stands_in_for_the_records_and_is_kept() {
    let mut bench = Bench::new(In::File, 2);
    bench.backup("backup.db");
    bench.lose();
    let candidate = bench.candidate(Some(&bench.path("backup.db"))).unwrap();
    care::adopt_without_records(candidate, "the disk was moved while nothing ran").unwrap();
    let event = bench.ask("SELECT detail FROM events WHERE kind = 'adopted'");
    assert!(event.contains("the disk was moved while nothing ran"), "{event}");
    assert_eq!(bench.to_place(), 2);
}

#[tokio::test(start_paused = true)]
async fn no_ledger_is_put_over_another_one_and_none_of_another_lineage_is_taken() {
    for kind in BOTH {
        let mut bench = Bench::new(kind, 1);
        bench.backup("backup.db");
        assert!(matches!(bench.candidate(Some(&bench.path("backup.db"))).err(), Some(LedgerError::Occupied { .. })));
        bench.lose();
        let other = Bench::new(In::File, 0);
        other.backup("backup.db");
        let wrong = bench.candidate(Some(&other.path("backup.db"))).err();
        assert!(matches!(wrong, Some(LedgerError::WrongLineage { .. })), "{kind:?}: {wrong:?}");
        // Made by somebody else while the provider was asked.
        let candidate = bench.candidate(Some(&bench.path("backup.db"))).unwrap();
        std::fs::remove_file(bench.path("callform.lock")).unwrap();
        bench.init();
        let late = care::adopt_without_records(candidate, "it is the same").unwrap_err();
        assert!(matches!(late, CareError::Ledger(LedgerError::Occupied { .. })), "{kind:?}: {late:?}");
    }
}

#[test]
fn nothing_is_adopted_while_a_run_holds_it() {
    for kind in BOTH {
        let bench = Bench::new(kind, 0);
        let mut ledger = bench.open().unwrap();
        ledger.start_run(&RUN).unwrap();
        bench.tamper(match kind {
            In::File => "UPDATE meta SET file = '1:1'",
            In::Server => "UPDATE callform.meta SET file = '1/2/3.4'",
        });
        let refused = bench.candidate(None).err();
        assert!(matches!(refused, Some(LedgerError::Locked { holder: Some(_) })), "{kind:?}: {refused:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_damaged_copy_is_not_adopted() {
    let mut bench = Bench::new(In::File, 1);
    bench.apply(None).await;
    bench.backup("backup.db");
    bench.lose();
    let raw = rusqlite::Connection::open(bench.path("backup.db")).unwrap();
    raw.execute_batch("UPDATE attempts SET session = NULL").unwrap();
    drop(raw);
    let refused = bench.candidate(Some(&bench.path("backup.db"))).err();
    assert!(matches!(refused, Some(LedgerError::Damaged { .. })), "{refused:?}");
}
