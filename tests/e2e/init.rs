//! `callform init`: a project that runs, and the schemas that come with it.

use std::fs;

use crate::support::{Project, callform, journal, snapshot, workspace};

/// The arguments of the commands that `init` prints. They need no variable.
fn printed(stdout: &str) -> Vec<Vec<&str>> {
    let commands = stdout.lines().filter_map(|line| line.strip_prefix("  callform "));
    commands.map(|line| line.split("   ").next().unwrap().split_whitespace().collect()).collect()
}

#[test]
fn the_commands_that_it_prints_validate_plan_and_apply_the_project_that_it_made() {
    let place = Project::empty("work");
    let made = place.callform(["init", "my-calls"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&made, &place));
    let commands = printed(&made.stdout);
    assert_eq!(commands.iter().map(|words| words[0]).collect::<Vec<_>>(), ["validate", "plan", "apply"]);
    for words in commands {
        let done = place.callform(words.iter().copied()).run().exits(0);
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
    for (args, directory, name) in [
        (vec!["init", "a", "--name", "given"], "a", "given"),
        (vec!["init", "spring-calls"], "spring-calls", "spring-calls"),
        // What YAML would read as something else stays a name.
        (vec!["init", "2031"], "2031", "2031"),
        (vec!["init", "c", "--name", "no"], "c", "no"),
    ] {
        place.callform(args).run().exits(0);
        place.callform(["plan", directory]).run().exits(0).says(&format!("Plan for {name} / default"));
    }
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

/// An editor that follows a modeline finds a schema, and one that has none finds it through the settings.
#[test]
fn every_document_names_a_schema_that_is_there() {
    let place = Project::empty("work");
    place.callform(["init"]).run().exits(0);
    let documents: Vec<_> = place.files().into_iter().filter(|path| path.ends_with(".yaml")).collect();
    assert_eq!(documents.len(), 3);
    for document in &documents {
        let text = place.read(document);
        let named = text.strip_prefix("# yaml-language-server: $schema=").unwrap().lines().next().unwrap();
        let schema = place.path(document).parent().unwrap().join(named);
        assert!(schema.exists(), "{document} names {named}");
    }
    let settings: serde_json::Value = serde_json::from_str(&place.read(".vscode/settings.json")).unwrap();
    let schemas = settings["yaml.schemas"].as_object().unwrap();
    assert!(!schemas.is_empty() && schemas.keys().all(|schema| place.path(schema).exists()), "{schemas:?}");
}
