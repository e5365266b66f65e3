//! `lint`: what it tells, what it mends, and how it ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Project, snapshot};

const AGENT: &str = "agents/caller.yaml";

/// A project with a finding that can be mended, one that a person should look at, and one that is waived.
fn with_findings() -> Project {
    let project = Project::small("emulator", 2);
    project.edit(AGENT, "call call_end", "call end_call");
    project.edit(AGENT, "  ring: 30s\n", "");
    project.edit(AGENT, "voice: ZhiXi\n", "voice: ZhiXi\ncomplianceAudio: false # callform: allow[CF008] it says so\n");
    project
}

#[test]
fn a_project_without_findings_is_done() {
    let linted = Project::small("emulator", 2).callform(["lint"]).run().exits(0);
    assert_eq!(linted.stdout, "");
    assert_eq!(linted.stderr, "No errors, no warnings in 4 files. 2 rows read.\n");
}

#[test]
fn a_warning_fails_lint_and_not_validate() {
    let project = with_findings();
    let linted = project.callform(["lint"]).run().exits(1);
    insta::assert_snapshot!(snapshot(&linted, &project));
    project.callform(["validate"]).run().exits(0).says("limits.ring");
    project.callform(["lint", "--exit-zero"]).run().exits(0).says("limits.ring");
}

#[test]
fn rules_are_selected_and_ignored() {
    let project = with_findings();
    project.callform(["lint", "--select", "CF005"]).run().exits(1).says("CF005").does_not_say("CF001");
    project.callform(["lint", "--select", "CF9"]).run().exits(0);
    project.callform(["lint", "--ignore", "limits-unset,prompt-function-name"]).run().exits(0);
}

#[test]
fn a_rule_that_does_not_exist_is_wrong_usage() {
    let project = with_findings();
    project.callform(["lint", "--select", "limits-unst"]).run().exits(64).says("Did you mean `limits-unset`?");
    project.callform(["lint", "--ignore", "E0107"]).run().exits(64).says("Errors are always told");
    project.callform(["lint", "--unsafe-fixes"]).run().exits(64);
}

#[test]
fn levels_of_the_project_hold_for_both_commands() {
    let project = with_findings();
    let text = project.read("callform.yaml");
    let levels = "lint:\n  levels:\n    limits-unset: error\n    CF001: off\n";
    project.write(
        "callform.yaml",
        &format!("{text}{levels}environments:\n  calm:\n    lint:\n      levels:\n        limits-unset: off\n"),
    );
    for command in ["lint", "validate"] {
        project.callform([command]).run().exits(1).says("error[CF005]").does_not_say("CF001");
        project.callform([command, "--env", "calm"]).run().exits(0).does_not_say("CF005");
    }
    // A lint stops nobody from planning.
    project.callform(["plan"]).run().exits(0);
    project.write("callform.yaml", &format!("{text}lint:\n  levels:\n    limits-unst: off\n"));
    project.callform(["validate"]).run().exits(1).says("error[CF904]").says("did you mean `limits-unset`?");
}

#[test]
fn a_diff_writes_nothing() {
    let project = with_findings();
    let before = project.read(AGENT);
    let shown = project.callform(["lint", "--diff"]).run().exits(1);
    insta::assert_snapshot!(snapshot(&shown, &project));
    assert_eq!(project.read(AGENT), before);
    project.callform(["lint", "--diff", "--select", "CF005"]).run().exits(0).says("Nothing to mend.");
}

#[test]
fn mending_changes_the_wrong_bytes_and_tells_what_is_left() {
    let project = with_findings();
    let before = project.read(AGENT);
    let path = project.path(AGENT);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let mended = project.callform(["lint", "--fix"]).run().exits(1);
    insta::assert_snapshot!(snapshot(&mended, &project));
    assert_eq!(project.read(AGENT), before.replace("end_call", "call_end"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    let files = project.files();
    assert!(!files.iter().any(|file| file.contains("callform-new")), "{files:?}");
    project.callform(["lint", "--fix", "--ignore", "CF005"]).run().exits(0).does_not_say("Mended");
}

#[test]
fn errors_are_mended_too_where_there_is_one_right_answer() {
    let project = Project::small("emulator", 2);
    project.edit(AGENT, "  call: 1m\n", "  Call: 1 min # enough\n");
    project.callform(["lint", "--fix"]).run().exits(0).says("Mended 2 findings in 1 file.");
    assert!(project.read(AGENT).ends_with("  call: 1m # enough\n"));
}

#[test]
fn a_link_stays_a_link_and_a_file_that_must_not_be_written_stays_as_it_is() {
    let project = with_findings();
    let (link, real) = (project.path(AGENT), project.path("shared.yaml"));
    fs::rename(&link, &real).unwrap();
    std::os::unix::fs::symlink("../shared.yaml", &link).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o444)).unwrap();
    let before = project.read("shared.yaml");
    project.callform(["lint", "--fix"]).run().exits(1).says("it is read-only").says("No file was changed.");
    assert_eq!(project.read("shared.yaml"), before);
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    project.callform(["lint", "--fix"]).run().exits(1).says("Mended 1 finding");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(project.read("shared.yaml"), before.replace("end_call", "call_end"));
}

#[test]
fn a_link_that_was_laid_beside_a_file_is_not_written_through() {
    let project = with_findings();
    project.write("outside.txt", "precious\n");
    std::os::unix::fs::symlink("../outside.txt", project.path("agents/.caller.yaml.callform-new")).unwrap();
    project.callform(["lint", "--fix"]).run().exits(1).says("is in the way");
    assert_eq!(project.read("outside.txt"), "precious\n");
    assert!(project.read(AGENT).contains("end_call"));
}

#[test]
fn a_waiver_that_another_environment_uses_is_not_unused() {
    let project = Project::small("emulator", 2);
    let text = project.read(AGENT);
    let overlay =
        "environments:\n  quiet:\n    # callform: allow[CF008] nobody is phoned\n    complianceAudio: false\n";
    project.write(AGENT, &format!("{text}{overlay}"));
    let text = project.read("callform.yaml");
    project.write("callform.yaml", &format!("{text}environments:\n  quiet: {{}}\n"));
    project.callform(["lint"]).run().exits(0);
    project.callform(["lint", "--env", "quiet"]).run().exits(0).says("1 waived.");
    // What is mended before it moves it.
    project.edit(AGENT, "call call_end", "call end_call in the end");
    project.edit(AGENT, "  ring: 30s\n", "  ring: 30 seconds\n");
    project.callform(["lint", "--fix"]).run().exits(0).says("Mended 2 findings");
    assert!(project.read(AGENT).ends_with(overlay));
    project.edit(AGENT, "    complianceAudio: false\n", "    complianceAudio: true\n");
    project.callform(["lint"]).run().exits(1).says("CF902");
}

#[test]
fn programs_find_the_files_from_where_the_command_was_started() {
    let project = with_findings();
    let above = project.root().parent().unwrap();
    for (format, place) in [
        ("concise", "small/agents/caller.yaml:6:"),
        ("github", "::warning file=small/agents/caller.yaml,line=6,"),
        ("sarif", "\"uri\": \"small/agents/caller.yaml\""),
        ("junit", "classname=\"small/agents/caller.yaml\""),
    ] {
        let args = ["lint", "small", "--format", format];
        project.callform(args).inside(above).run().exits(1).says(place);
        let inside = place.replace("small/", "");
        project.callform(["validate", "--format", format]).run().exits(0).says(&inside);
        let absolute = project.root().to_str().unwrap();
        project.callform(["lint", absolute, "--format", format]).run().exits(1).says(&inside);
    }
}

#[test]
fn what_users_copy_passes() {
    for name in ["checkup", "follow-up", "protocols"] {
        Project::example(name).callform(["lint"]).run().exits(0).says("No errors, no warnings");
    }
}
