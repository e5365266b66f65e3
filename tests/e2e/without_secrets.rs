//! A pull request from a fork is reviewed by a machine that has no secret and no ledger.

use serde_json::json;

use crate::support::{Project, snapshot};

/// An example as production would run it: at the real site, with a ledger that is named by a secret.
fn production(example: &str) -> Project {
    Project::copy_of(&format!("examples/{example}")).without_env()
}

#[test]
fn validate_render_and_a_plan_without_a_ledger_need_neither() {
    for example in ["checkup", "follow-up", "protocols"] {
        let project = production(example);
        let before = project.files();
        for command in [
            vec!["validate"],
            vec!["validate", "--format", "json"],
            vec!["render"],
            vec!["render", "--format", "json", "--limit", "3"],
            vec!["render", "--format", "yaml"],
            vec!["plan", "--no-ledger"],
            vec!["plan", "--no-ledger", "--format", "json"],
            vec!["plan", "--no-ledger", "--format", "markdown"],
            vec!["schema"],
        ] {
            project.callform(command).run().exits(0);
        }
        assert_eq!(project.files(), before, "{example}: nothing was made");
    }
}

#[test]
fn the_production_environment_is_reviewed_just_as_well() {
    let project = production("checkup");
    project.callform(["validate", "--env", "production"]).run().exits(0);
    project.callform(["render", "--env", "production"]).run().exits(0).says("${env:OPENAI_API_KEY}");
    let plan = project.callform(["plan", "--no-ledger", "--format", "json"]).env("CALLFORM_ENV", "production").run();
    assert_eq!(plan.exits(0).json()["environment"], json!("production"));
}

#[test]
fn its_counts_are_labelled_and_no_plan_file_comes_of_it() {
    let project = Project::small("http://127.0.0.1:9", 3).without_env();
    let plan = project.callform(["plan", "--no-ledger"]).run().exits(0);
    insta::assert_snapshot!(snapshot(&plan, &project));
    project.callform(["plan", "--no-ledger", "--out", "x.cfplan"]).run().exits(64);
    assert!(!project.path("x.cfplan").exists() && !project.path(".callform").exists());
}

#[test]
fn a_plan_with_a_ledger_says_which_variable_it_lacks() {
    let project = production("checkup");
    let plan = project.callform(["plan", "--env", "production"]).run().exits(4);
    insta::assert_snapshot!(snapshot(&plan, &project));
}

/// A missing secret is found before the first call, not at the first one that needs it.
#[test]
fn apply_names_the_secret_that_is_missing_before_anybody_is_phoned() {
    let site = crate::support::Site::start();
    let project = Project::small(site.url(), 3);
    project.callform(["ledger", "init"]).run().exits(0);
    for missing in ["LLM_API_KEY", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"] {
        let applied = project.callform(["apply", "--auto-approve"]).env(missing, "").run();
        assert_ne!(applied.code, Some(0), "{missing}");
        applied.says(&format!("the environment variable `{missing}` is not set")).says("Nothing was sent.");
    }
    site.placed_once_each(0);
    project.callform(["apply", "--auto-approve"]).run().exits(0);
    site.placed_once_each(3);
}
