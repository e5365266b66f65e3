//! Checks, exports and backups.

use callform_exec::ledger::{Address, BackupError, LedgerError, RunInfo, State};

use super::bench::{BOTH, Bench, In, ask_file};
use crate::support::Dice;

const RUN: RunInfo<'_> = RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None };

#[tokio::test(start_paused = true)]
async fn a_whole_ledger_is_found_whole_and_tells_how_calls_stand() {
    for kind in BOTH {
        let bench = Bench::new(kind, 3).losing(&[2]);
        bench.apply(None).await;
        let seen = bench.inspect().unwrap();
        assert!(seen.is_whole() && seen.refusal.is_none(), "{kind:?}: {seen:?}");
        assert_eq!(seen.counts, [(State::Placed, 2), (State::Unknown, 1)], "{kind:?}");
        assert_eq!((seen.numbers, seen.names, seen.holders.len()), (1, 3, 0), "{kind:?}");
        assert_eq!(seen.integrity.unwrap().events, u64::try_from(seen.position.number()).unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_written_past_callform_is_found() {
    for kind in BOTH {
        let bench = Bench::new(kind, 2);
        bench.apply(None).await;
        bench.tamper(match kind {
            In::File => "UPDATE calls SET state = 'rejected'",
            In::Server => "UPDATE callform.calls SET state = 'rejected'",
        });
        let seen = bench.inspect().unwrap();
        assert!(!seen.is_whole(), "{kind:?}");
        assert_eq!(seen.integrity.unwrap().different, ["calls"], "{kind:?}");
        bench.tamper(match kind {
            In::File => "DROP TRIGGER events_are_not_changed; UPDATE events SET actor = 'me' WHERE position = 3",
            In::Server => {
                "ALTER TABLE callform.events DISABLE TRIGGER ALL;
                 UPDATE callform.events SET actor = 'me' WHERE position = 3"
            }
        });
        assert_eq!(bench.inspect().unwrap().integrity.unwrap().broken_at, Some(3), "{kind:?}");
    }
}

#[test]
fn who_holds_the_ledger_is_told_and_nothing_is_taken_away() {
    for kind in BOTH {
        let bench = Bench::new(kind, 0);
        let mut ledger = bench.open().unwrap();
        ledger.start_run(&RUN).unwrap();
        let seen = bench.inspect().unwrap();
        assert!(seen.is_whole() && seen.holders.len() == 1, "{kind:?}: {seen:?}");
        ledger.renew().unwrap();
        ledger.end_run("finished").unwrap();
        assert!(bench.inspect().unwrap().holders.is_empty(), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_refused_is_looked_at_all_the_same() {
    let bench = Bench::new(In::File, 2);
    let before = std::fs::read(bench.dir.ledger_path()).unwrap();
    bench.apply(None).await;
    let whole = std::fs::read(bench.dir.ledger_path()).unwrap();
    std::fs::write(bench.dir.ledger_path(), before).unwrap();
    let seen = bench.inspect().unwrap();
    assert!(seen.is_whole() && matches!(seen.refusal, Some(LedgerError::Restored { .. })), "{seen:?}");
    std::fs::remove_file(bench.dir.ledger_path()).unwrap();
    std::fs::write(bench.path("copy.db"), whole).unwrap();
    let seen = bench.inspect_at(&Address::File(bench.path("copy.db"))).unwrap();
    assert!(seen.is_whole() && matches!(seen.refusal, Some(LedgerError::Copied { .. })), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn an_export_has_every_event_and_no_number_and_no_key() {
    for kind in BOTH {
        let bench = Bench::new(kind, 3).losing(&[2]);
        bench.apply(None).await;
        let ledger = bench.open().unwrap();
        let mut out = Vec::new();
        let events = ledger.export(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines[0]["lineage"], ledger.lineage().as_str());
        assert_eq!(lines[0]["events"], events);
        assert_eq!(lines.len() as u64, events + 1);
        for (n, line) in lines.iter().enumerate().skip(1) {
            assert_eq!(line["position"], n);
        }
        let last = lines.last().unwrap();
        let end = format!("{}.{}", last["position"], last["chain"].as_str().unwrap());
        assert_eq!(lines[0]["position"], end.as_str());
        assert_eq!(end, ledger.position().unwrap().to_string());
        assert!(text.contains("\"kind\":\"unknown\""));
        let key: String = bench.ask("SELECT lineage FROM callform.meta");
        assert!(text.contains(&key));
        for canary in ["7700900", "P-1", "P-2", "Person"] {
            assert!(!text.contains(canary), "{kind:?}: {canary}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_backup_holds_everything_and_never_passes_for_the_ledger() {
    for kind in BOTH {
        let bench = Bench::new(kind, 3).losing(&[2]);
        bench.apply(None).await;
        let ledger = bench.open().unwrap();
        let file = bench.path("backup.db");
        let position = ledger.backup(&file, &mut Dice::new()).unwrap();
        assert_eq!(position, ledger.position().unwrap());
        let address = Address::File(file.clone());
        let seen = bench.inspect_at(&address).unwrap();
        assert!(seen.is_whole() && seen.is_backup, "{kind:?}: {seen:?}");
        assert_eq!((seen.position, seen.numbers, seen.names), (position, 1, 3));
        for table in ["events", "calls", "attempts", "open_numbers", "names", "agents"] {
            let sql = format!("SELECT count(*) FROM callform.{table}");
            assert_eq!(ask_file(&file, &sql), bench.ask(&sql), "{kind:?}: {table}");
        }
        let (lock, actor) = (bench.lock(), crate::support::actor());
        let access = callform_exec::ledger::Access { address: &address, ..bench.access(&lock, &actor) };
        let opened = callform_exec::ledger::Ledger::open(&access, &bench.clock.shared(), &mut Dice::new());
        assert!(matches!(opened, Err(LedgerError::Copied { .. })), "{kind:?}: {opened:?}");
        if kind == In::File {
            // Over the ledger itself, so that file and inode are the ledger's.
            drop(ledger);
            std::fs::write(bench.dir.ledger_path(), std::fs::read(&file).unwrap()).unwrap();
            assert!(matches!(bench.open(), Err(LedgerError::Copied { .. })));
        }
    }
}

#[test]
fn a_backup_is_its_owner_s_only_and_takes_no_other_file_s_place() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new(In::File, 0);
    let ledger = bench.open().unwrap();
    let file = bench.path("kept/backup.db");
    ledger.backup(&file, &mut Dice::new()).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&file, "something else").unwrap();
    let error = ledger.backup(&file, &mut Dice::new()).unwrap_err();
    assert!(matches!(error, BackupError::File { .. }) && error.is_refusal(), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "something else");
    let left: Vec<_> = std::fs::read_dir(bench.path("kept")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["backup.db"], "what was in the making is gone");
}

#[test]
fn a_backup_is_made_while_a_run_goes_on() {
    for kind in BOTH {
        let bench = Bench::new(kind, 0);
        let mut running = bench.open().unwrap();
        running.start_run(&RUN).unwrap();
        let file = bench.path("backup.db");
        bench.open().unwrap().backup(&file, &mut Dice::new()).unwrap();
        assert_eq!(ask_file(&file, "SELECT count(*) FROM leases"), "0", "{kind:?}");
        running.renew().unwrap();
        running.end_run("finished").unwrap();
    }
}
