//! A ledger that is not the one that this project used last never means "nothing has been done yet".

use std::fs;

use crate::support::{Project, Site, snapshot};

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
    for length in [1, 50, 100, 4095, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
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

#[test]
fn what_is_no_ledger_at_all_is_refused() {
    let site = Site::start();
    let project = halfway(&site);
    fs::write(project.path(LEDGER), "id,phone\n".repeat(1000)).unwrap();
    insta::assert_snapshot!("a_text_file", refused(&site, &project, 2));
    // A database, and one of ours, but not a ledger.
    // Whole: what a running emulator has written may not be in the file itself yet.
    let journal = project.path("journal.db");
    let database = rusqlite::Connection::open(site.journal_path()).unwrap();
    database.execute("VACUUM INTO ?1", [journal.to_str().unwrap()]).unwrap();
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
