//! With a person in front of it: the number of calls is typed, and only that number will do.

use crate::support::{Project, Site, callform};

#[test]
fn on_a_real_site_the_person_types_the_number_of_calls_and_nothing_else_will_do() {
    let site = Site::start();
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    for typed in ["\n", "y\n", "yes\n", "2\n", "33\n", "-3\n"] {
        let asked = project.callform_at_a_terminal(["apply"]).stdin(typed.as_bytes()).run().exits(4);
        asked.says("This places 3 calls").says("Type the number of calls to go on").says("Nothing was sent.");
        site.placed_once_each(0);
    }
    project.callform_at_a_terminal(["apply"]).stdin(b"3\n").run().exits(0).says("Placed 3.");
    site.placed_once_each(3);
    // There is nothing left to ask about.
    project.callform_at_a_terminal(["apply"]).run().exits(0).does_not_say("Type the number");
}

#[test]
fn a_try_is_asked_about_as_well() {
    let site = Site::start();
    let project = Project::small(site.url(), 1);
    project.callform(["ledger", "init"]).run().exits(0);
    let args = ["try", "caller", "--to", "+447700900190", "--var", "callee_name=Kim"];
    project.callform_at_a_terminal(args).stdin(b"0\n").run().exits(4).says("This places 1 call");
    site.placed_once_each(0);
    project.callform_at_a_terminal(args).stdin(b"1\n").run().exits(0).says("Placed 1.");
    assert_eq!(site.journal().calls_to("+447700900190").unwrap().len(), 1);
    site.placed_once_each(1);
}

#[test]
fn on_the_emulator_nobody_is_asked() {
    let project = Project::small("emulator", 2);
    project.callform_at_a_terminal(["apply"]).run().exits(0).says("Placed 2.").does_not_say("Type the number");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_want_it() {
    let project = Project::small("emulator", 1);
    let coloured = |said: crate::support::Captured| said.exits(0).stdout.contains("\u{1b}[");
    assert!(coloured(project.callform_at_a_terminal(["plan"]).run()));
    assert!(!coloured(project.callform_at_a_terminal(["plan"]).env("NO_COLOR", "1").run()));
    assert!(!coloured(project.callform_at_a_terminal(["plan", "--color", "never"]).run()));
    assert!(!coloured(project.callform(["plan"]).run()));
    assert!(coloured(project.callform(["plan", "--color", "always"]).run()));
}

#[test]
fn quiet_leaves_data_and_errors() {
    let project = Project::small("emulator", 1);
    let plan = project.callform(["plan", "--quiet"]).run().exits(0);
    assert_eq!(plan.stderr, "");
    assert!(plan.stdout.starts_with("Plan for small"), "{plan}");
    project.edit("agents/caller.yaml", "voice: ZhiXi", "vioce: WeRose");
    assert_ne!(project.callform(["plan", "--quiet"]).run().exits(1).stderr, "");
    assert_eq!(callform(["rule", "--quiet"]).run().exits(0).stderr, "");
}

#[test]
fn long_help_is_wrapped_at_the_width_of_the_terminal_and_in_a_pipe_it_is_one_line() {
    let project = Project::small("emulator", 1);
    project.edit("agents/caller.yaml", "Hello {{ callee_name }}.", "Hello {{> greeting }}.");
    let help = "a template can't read another one: a prompt is one file, so that a review shows all of it";
    project.callform(["validate"]).run().exits(1).says(help);
    project.callform_at_columns(200, ["validate"]).run().exits(1).says(help);
    let narrow = project.callform_at_columns(60, ["validate", "--color", "never"]).run().exits(1).does_not_say(help);
    // What stands beside a mark is not wrapped.
    let mut texts = narrow.stdout.lines().filter(|line| !line.contains('^'));
    assert!(texts.all(|line| line.trim_end().chars().count() <= 60), "{narrow}");
    let words: Vec<_> = narrow.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains(help), "{narrow}");
}
