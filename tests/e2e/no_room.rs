//! A disk that is full or must not be written: nothing is sent that could not be written down first.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Project, Site, snapshot};

/// Files may grow to so many bytes; a write beyond fails, as on a full disk, instead of ending the process.
fn no_file_over(blocks: u32) -> String {
    format!("trap '' XFSZ\nulimit -f {blocks}")
}

#[test]
fn on_a_full_disk_no_call_is_placed() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    // Room for messages, and for no page of the ledger's log.
    let applied = project.callform_after(&no_file_over(8), ["apply", "--auto-approve"]).run().exits(1);
    applied.says("Nothing was sent.");
    site.placed_once_each(0);
    project.callform(["apply", "--auto-approve"]).run().exits(0);
    site.placed_once_each(3);
}

/// The disk fills up while calls are placed. However far the run gets, the next one phones nobody again.
#[test]
fn a_disk_that_fills_up_stops_the_run_and_doubles_nothing() {
    let mut stopped = 0;
    // In units of 512 bytes; every step lets the ledger's log take a few more transactions.
    for blocks in (8..=328).step_by(32) {
        let site = Site::start();
        let project = Project::small(site.url(), 6);
        project.callform(["ledger", "init"]).run().exits(0);
        let applied = project.callform_after(&no_file_over(blocks), ["apply", "--auto-approve"]).run();
        assert!(matches!(applied.code, Some(0 | 1 | 3)), "{blocks}: {applied}");
        stopped += u32::from(applied.code != Some(0));
        let placed = site.placed();
        assert!(placed == 0 || !applied.stderr.contains("Nothing was sent."), "{blocks}: {applied}");
        if applied.code == Some(1) && placed > 0 {
            assert!(applied.stderr.contains("Stopped:"), "{blocks}: {applied}");
        }
        // With room again.
        let resumed = project.callform(["apply", "--auto-approve"]).run();
        assert!(matches!(resumed.code, Some(0 | 3)), "{blocks}: {resumed}");
        assert_eq!(site.journal().phoned_again().unwrap(), Vec::<Vec<_>>::new(), "{blocks}: {applied}\n{resumed}");
        if resumed.code == Some(0) {
            site.placed_once_each(6);
        }
    }
    assert!(stopped >= 2, "no limit was in the way");
}

/// A process that the system ends for a file that grew too large is a process that was killed.
#[test]
fn a_run_that_the_system_ends_phones_nobody_twice() {
    let site = Site::start();
    let project = Project::small(site.url(), 6);
    project.callform(["ledger", "init"]).run().exits(0);
    let applied = project.callform_after("ulimit -f 64", ["apply", "--auto-approve"]).run();
    assert_ne!(applied.code, Some(0), "the limit was not in the way: {applied}");
    let resumed = project.callform(["apply", "--auto-approve"]).run();
    assert!(matches!(resumed.code, Some(0 | 3)), "{resumed}");
    assert_eq!(site.journal().phoned_again().unwrap(), Vec::<Vec<_>>::new());
}

#[test]
fn where_no_ledger_can_be_made_nothing_is_sent() {
    let project = Project::small("emulator", 3);
    // A file where a directory should be: not even root can make one inside.
    project.write(".callform", "");
    let applied = project.callform(["apply"]).run().exits(1);
    insta::assert_snapshot!(snapshot(&applied, &project));

    let site = Site::start();
    let project = Project::small(site.url(), 3);
    project.write(".callform", "");
    project.callform(["ledger", "init"]).run().exits(4).says("Nothing was sent.");
    project.callform(["apply", "--auto-approve"]).run().says("Nothing was sent.");
    site.placed_once_each(0);
}

/// Root may write anywhere; without this capability it is a user like any other.
const AS_A_USER: &str = "if [ \"$(id -u)\" = 0 ]; then set -- setpriv --bounding-set=-dac_override --inh-caps=-dac_override \"$0\" \"$@\"; \
     shell=$1; shift; exec \"$shell\" \"$@\"; fi";

#[test]
fn in_a_directory_that_must_not_be_written_nothing_is_sent() {
    let site = Site::start();
    let project = Project::small(site.url(), 3).env("PATH", "/usr/bin:/bin");
    project.callform(["ledger", "init"]).run().exits(0);
    for path in project.files().into_iter().filter(|path| path.starts_with(".callform/")) {
        fs::set_permissions(project.path(&path), fs::Permissions::from_mode(0o400)).unwrap();
    }
    fs::set_permissions(project.path(".callform"), fs::Permissions::from_mode(0o500)).unwrap();
    let applied = project.callform_after(AS_A_USER, ["apply", "--auto-approve"]).run();
    fs::set_permissions(project.path(".callform"), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(applied.code, Some(1 | 4)), "{applied}");
    applied.says("Nothing was sent.");
    site.placed_once_each(0);
}

/// Standard output may be as full as a disk; what was placed is in the ledger all the same.
#[test]
fn a_report_that_cannot_be_written_loses_nothing() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    project.callform_after("exec >/dev/full", ["apply", "--auto-approve"]).run();
    site.placed_once_each(3);
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("0 calls to place: 3 already placed");
    site.placed_once_each(3);
}

#[test]
fn a_plan_that_cannot_be_written_is_a_failure() {
    let project = Project::small("emulator", 3);
    let planned = project.callform(["plan", "--out", "/dev/full"]).run();
    assert_ne!(planned.code, Some(0), "{planned}");
    planned.says("No space left on device").says("Nothing was sent.");
}
