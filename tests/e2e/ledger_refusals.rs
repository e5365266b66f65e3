//! A ledger that is not the one that this project used last never means "nothing has been done yet".

use callform_emulator::{Journal, JournalPlace, OsRandom};
use rusqlite::Connection;
use std::fs;

use serde_json::json;

use crate::support::{Project, Site, snapshot, until};

const LEDGER: &str = ".callform/ledger.db";

/// A project on `site` that has placed two of its three calls.
fn halfway(site: &Site) -> Project {
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform(["apply", "--auto-approve", "--limit", "2"]).run().exits(0);
    site.placed_once_each(2);
    project
}

/// Fails unless every command that needs the ledger is refused and says why, and nothing more is placed.
#[track_caller]
fn refused(site: &Site, project: &Project, placed: u64) -> String {
    for command in [
        &["plan"][..],
        &["status"],
        &["try", "caller", "--to", "+447700900190", "--var", "callee_name=Kim", "--auto-approve"],
    ] {
        project.callform(command.iter().copied()).run().exits(4).says("Nothing was sent.");
    }
    let applied = project.callform(["apply", "--auto-approve", "--allow-repeat"]).run().exits(4);
    assert!(applied.stderr.lines().count() >= 3, "it gives no advice:\n{applied}");
    site.placed_once_each(placed);
    snapshot(&applied, project)
}

#[test]
fn one_that_was_never_made_is_refused_and_ledger_init_is_named() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    insta::assert_snapshot!(refused(&site, &project, 0));
    assert!(!project.path(LEDGER).exists() && !project.path("callform.lock").exists());
}

#[test]
fn one_that_is_gone_is_refused_and_not_made_again() {
    let site = Site::start();
    let project = halfway(&site);
    fs::remove_dir_all(project.path(".callform")).unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
    project.callform(["ledger", "init"]).run().exits(4);
    assert!(!project.path(LEDGER).exists());
}

#[test]
fn an_empty_one_is_refused() {
    let site = Site::start();
    let project = halfway(&site);
    fs::write(project.path(LEDGER), "").unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
    project.callform(["ledger", "init"]).run().exits(4);
}

#[test]
fn another_projects_is_refused() {
    let site = Site::start();
    let project = halfway(&site);
    project.edit("callform.yaml", "name: small", "name: large");
    insta::assert_snapshot!(refused(&site, &project, 2));
}

#[test]
fn one_of_another_lineage_is_refused() {
    let site = Site::start();
    let (project, other) = (halfway(&site), Project::small(site.url(), 3));
    other.callform(["ledger", "init"]).run().exits(0);
    fs::remove_dir_all(project.path(".callform")).unwrap();
    fs::rename(other.path(".callform"), project.path(".callform")).unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
}

#[test]
fn a_copy_is_refused() {
    let site = Site::start();
    let project = halfway(&site);
    fs::copy(project.path(LEDGER), project.path("copy.db")).unwrap();
    fs::remove_file(project.path(LEDGER)).unwrap();
    fs::rename(project.path("copy.db"), project.path(LEDGER)).unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
}

/// Lock, mark and journal lie beside the name that is used, so two runs by two names would not meet.
#[test]
fn one_by_another_name_is_refused_by_both() {
    let site = Site::start();
    let project = halfway(&site).env("OTHER_NAME", "other/ledger.db");
    project.write("other/note.txt", "");
    fs::hard_link(project.path(LEDGER), project.path("other/ledger.db")).unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
    project.callform(["ledger", "check"]).run().exits(4).says("2 hard links");
    let named = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{named}ledger: ${{env:OTHER_NAME}}\n"));
    refused(&site, &project, 2);
    project.write("callform.yaml", &named);
    fs::remove_file(project.path("other/ledger.db")).unwrap();
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
    site.placed_once_each(3);
}

/// The name under which it was made, left behind by a process that was killed in that moment, is nobody's.
#[test]
fn a_name_that_was_left_behind_when_it_was_made_is_removed() {
    let site = Site::start();
    let project = halfway(&site);
    let left = project.path(".callform/ledger.db.new-0123456789abcdef0123456789abcdef");
    fs::hard_link(project.path(LEDGER), &left).unwrap();
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
    assert!(!left.exists());
}

/// A link leads to the file, and to the lock and the journal that lie beside it.
#[test]
fn one_behind_a_symbolic_link_is_used_by_one_run_at_a_time() {
    let site = Site::with(&json!({ "faults": [{ "fault": { "delayMs": 3000 } }] }));
    let shared = tempfile::tempdir().unwrap();
    let there = shared.path().join("kept/ledger.db");
    let (one, other) = (Project::small(site.url(), 6), Project::small(site.url(), 6));
    for project in [&one, &other] {
        fs::create_dir_all(project.path(".callform")).unwrap();
        std::os::unix::fs::symlink(&there, project.path(LEDGER)).unwrap();
        project.callform(["ledger", "init"]).run().exits(0);
    }
    let run = one.callform(["apply", "--auto-approve"]).start();
    until("a phone rings", || (site.placed() >= 1).then_some(()));
    other.callform(["apply", "--auto-approve"]).run().exits(4).says("another run holds the ledger");
    run.finish().exits(0).says("Placed 6.");
    site.placed_once_each(6);
    let beside = |project: &Project| project.files().into_iter().filter(|f| f.starts_with(LEDGER)).count();
    assert_eq!((beside(&one), beside(&other)), (1, 1));
}

/// The same file with the content of yesterday: its inode tells nothing.
#[test]
fn one_that_was_set_back_is_refused() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    let before = fs::read(project.path(LEDGER)).unwrap();
    project.callform(["apply", "--auto-approve", "--limit", "2"]).run().exits(0);
    fs::write(project.path(LEDGER), before).unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
}

#[test]
fn a_cut_one_is_refused_wherever_it_was_cut() {
    let site = Site::start();
    let project = halfway(&site);
    let whole = fs::read(project.path(LEDGER)).unwrap();
    for length in [1, 50, 100, 4095, 4096, whole.len() / 2, whole.len() - 4096] {
        fs::write(project.path(LEDGER), &whole[..length]).unwrap();
        let applied = project.callform(["apply", "--auto-approve"]).run();
        assert!(matches!(applied.code, Some(1 | 4)), "cut after {length} bytes:\n{applied}");
        applied.says("Nothing was sent.");
        site.placed_once_each(2);
    }
    fs::write(project.path(LEDGER), &whole).unwrap();
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
    site.placed_once_each(3);
}

/// A few bytes changed, and the database itself sees nothing wrong when it is opened.
#[test]
fn one_that_does_not_say_what_was_written_into_it_is_refused_before_anybody_is_phoned() {
    let site = Site::start();
    let project = halfway(&site);
    project.callform(["suppress", "add", "--reason", "asked", &Project::callee(3)]).run().exits(0);
    let whole = fs::read(project.path(LEDGER)).unwrap();
    assert_eq!(whole.len() % 4096, 0);
    // Nobody finds who was phoned, by the call or by the number, nor who asked not to be.
    for (pages, table, column) in [
        ("calls", "calls", "id"),
        ("attempts_by_number", "attempts", "number"),
        ("suppressions", "suppressions", "number"),
    ] {
        let ledger = Connection::open(project.path(LEDGER)).unwrap();
        let value: Vec<u8> =
            ledger.query_row(&format!("SELECT {column} FROM {table} LIMIT 1"), [], |row| row.get(0)).unwrap();
        let root = "SELECT (rootpage - 1) * 4096 FROM sqlite_schema WHERE name = ?1";
        let root: u32 = ledger.query_row(root, [pages], |row| row.get(0)).unwrap();
        let root = root as usize;
        drop(ledger);
        let mut bytes = whole.clone();
        let at = bytes[root..root + 4096].windows(value.len()).position(|part| part == value).unwrap();
        bytes[root + at + 3] ^= 1;
        fs::write(project.path(LEDGER), bytes).unwrap();
        let apply = ["apply", "--auto-approve", "--allow-repeat"];
        project.callform(apply).run().exits(4).says("is damaged").says("callform ledger check");
        let to = Project::callee(3);
        let try_call = ["try", "caller", "--to", &to, "--var", "callee_name=Kim", "--auto-approve"];
        project.callform(try_call).run().exits(4).says("is damaged").says("Nothing was sent.");
        project.callform(["ledger", "check"]).run().exits(1);
        site.placed_once_each(2);
        fs::write(project.path(LEDGER), &whole).unwrap();
    }
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("0 calls to place");
}

#[test]
fn what_is_no_ledger_at_all_is_refused() {
    let site = Site::start();
    let project = halfway(&site);
    fs::write(project.path(LEDGER), "id,phone\n".repeat(1000)).unwrap();
    insta::assert_snapshot!("a_text_file", refused(&site, &project, 2));
    // A database, and one of ours, but not a ledger. Closed first, so that all of it is in its file.
    let scratch = tempfile::tempdir().unwrap();
    let journal = scratch.path().join("emulator.db");
    drop(Journal::open(&JournalPlace::File(journal.clone()), &OsRandom).unwrap());
    fs::copy(journal, project.path(LEDGER)).unwrap();
    insta::assert_snapshot!("an_emulators_journal", refused(&site, &project, 2));
}

#[test]
fn one_that_callform_lock_does_not_name_is_refused_until_it_is_introduced() {
    let site = Site::start();
    let project = halfway(&site);
    let lock = project.read("callform.lock");
    fs::remove_file(project.path("callform.lock")).unwrap();
    insta::assert_snapshot!(refused(&site, &project, 2));
    project.callform(["ledger", "init"]).run().exits(0);
    assert_eq!(project.read("callform.lock"), lock);
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
    site.placed_once_each(3);
}

#[test]
fn a_callform_lock_that_cannot_be_read_is_never_taken_for_an_empty_one() {
    let site = Site::start();
    let project = halfway(&site);
    let lock = project.read("callform.lock");
    project.write("callform.lock", &format!("<<<<<<< ours\n{lock}=======\n>>>>>>> theirs\n"));
    insta::assert_snapshot!(refused(&site, &project, 2));
}

#[test]
fn making_one_twice_changes_nothing() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    let made = project.callform(["ledger", "init"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&made, &project));
    let (lock, ledger) = (project.read("callform.lock"), fs::read(project.path(LEDGER)).unwrap());
    project.callform(["ledger", "init"]).run().exits(0);
    assert_eq!(project.read("callform.lock"), lock);
    assert_eq!(fs::read(project.path(LEDGER)).unwrap(), ledger);
}

/// Who may read a ledger may guess at numbers.
#[test]
fn its_files_are_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::start();
    let project = halfway(&site);
    for path in project.files().into_iter().filter(|path| path.starts_with(".callform/")) {
        let mode = fs::metadata(project.path(&path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path}: {mode:o}");
    }
}
