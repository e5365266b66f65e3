//! `callform init`: a project that runs, and the schemas that come with it.

use std::fs;

use crate::support::{Project, callform, journal, snapshot, workspace};

/// Commands that `init` prints, as variables and arguments.
fn printed(stdout: &str) -> Vec<(Vec<(String, String)>, Vec<String>)> {
    let line = |line: &str| {
        let (before, after) = line.trim().split_once("callform ")?;
        let env = before.split_whitespace().map(|pair| pair.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned())));
        let words = after.split("   ").next()?.split_whitespace().map(str::to_owned).collect();
        Some((env.collect::<Option<_>>()?, words))
    };
    stdout.lines().filter(|text| text.starts_with("  ")).filter_map(line).collect()
}

#[test]
fn the_commands_that_it_prints_validate_plan_and_apply_the_project_that_it_made() {
    let place = Project::empty("work");
    let made = place.callform(["init", "my-calls"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&made, &place));
    let commands = printed(&made.stdout);
    let names: Vec<_> = commands.iter().map(|(_, words)| words[0].as_str()).collect();
    assert_eq!(names, ["validate", "plan", "apply"]);
    for (env, words) in &commands {
        let env = env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let done = place.callform(words.iter().map(String::as_str)).envs(env).run().exits(0);
        assert!(words[0] != "validate" || done.stderr.contains("No errors, no warnings"), "{done}");
    }
    assert_eq!(journal(&place.path("my-calls/.callform/emulator.db")).count().unwrap(), 3);
    // What it says to check in is not ignored, and what belongs to one machine is.
    assert_eq!(
        place.read("my-calls/.gitignore").lines().filter(|line| line.starts_with('.')).collect::<Vec<_>>(),
        [".callform/*.db*"]
    );
    insta::assert_snapshot!("the_files_of_a_new_project", place.files().join("\n"));
}

#[test]
fn it_overwrites_nothing() {
    let place = Project::empty("work");
    place.write("agents/reminder.yaml", "mine\n");
    let refused = place.callform(["init"]).run().exits(4);
    insta::assert_snapshot!(snapshot(&refused, &place));
    assert_eq!(place.files(), ["agents/reminder.yaml"]);
    assert_eq!(place.read("agents/reminder.yaml"), "mine\n");

    let place = Project::empty("work");
    place.callform(["init"]).run().exits(0);
    let before: Vec<_> = place.files().into_iter().map(|path| (place.read(&path), path)).collect();
    place.callform(["init"]).run().exits(4);
    assert_eq!(before, place.files().into_iter().map(|path| (place.read(&path), path)).collect::<Vec<_>>());
}

#[test]
fn it_adds_to_the_gitignore_that_a_repository_has() {
    let place = Project::empty("work");
    place.write(".gitignore", "target");
    place.callform(["init"]).run().exits(0);
    let text = place.read(".gitignore");
    assert!(text.starts_with("target\n") && text.contains("\n.callform/*.db*\n"), "{text}");
}

#[test]
fn a_name_is_the_directorys_or_the_given_one() {
    let place = Project::empty("work");
    place.callform(["init", "a", "--name", "given"]).run().exits(0);
    assert!(place.read("a/callform.yaml").contains("name: given\n"));
    place.callform(["init", "spring-calls"]).run().exits(0);
    assert!(place.read("spring-calls/callform.yaml").contains("name: spring-calls\n"));
    place.callform(["init", "b", "--name", "not a name"]).run().exits(64).says("`not a name` is not a name");
    assert!(!place.path("b").exists());
}

#[test]
fn the_schemas_that_it_writes_are_those_that_the_schema_command_prints() {
    let place = Project::empty("work");
    place.callform(["init"]).run().exits(0);
    for (file, args) in [
        ("callform.json", vec!["schema"]),
        ("project.json", vec!["schema", "project"]),
        ("agent.json", vec!["schema", "agent"]),
        ("campaign.json", vec!["schema", "campaign"]),
    ] {
        let printed = place.callform(args).run().exits(0);
        assert!(printed.stdout == place.read(&format!(".callform/schema/{file}")), "{file}");
        let schema = printed.json();
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// The drift test: whoever changes the language writes its schemas anew.
#[test]
fn the_schemas_that_are_checked_in_are_those_of_this_version() {
    let schema = workspace().join("schema");
    callform(["schema", "--check"]).arg(&schema).run().exits(0);
}

#[test]
fn a_schema_that_was_changed_or_is_missing_is_found() {
    let place = Project::empty("work");
    place.callform(["schema", "--write", "schema"]).run().exits(0);
    place.callform(["schema", "--check", "schema"]).run().exits(0);
    let text = place.read("schema/agent.json");
    place.write("schema/agent.json", &text.replacen("\"description\"", "\"desc\"", 1));
    fs::remove_file(place.path("schema/campaign.json")).unwrap();
    let checked = place.callform(["schema", "--check", "schema"]).run().exits(1);
    checked.says("agent.json, campaign.json").says("callform schema --write schema").does_not_say("project.json");
}
