//! What the rules say of the projects that users copy.

use std::collections::BTreeSet;
use std::path::Path;

use callform_lint::rules;
use callform_spec::project::{Environment, LoadOptions, load};

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

/// Code and file of every finding, each pair once.
fn found(project: &str, environment: Option<&str>) -> BTreeSet<(&'static str, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(project);
    let loaded = load(&LoadOptions::new(&root, environment, &NoEnvironment));
    assert_eq!(loaded.diagnostics, [], "{project}");
    let found = rules::check(loaded.project().unwrap(), &loaded.sources);
    found.iter().map(|d| (d.code.0, loaded.sources.get(d.primary.as_ref().unwrap().span.source).path.clone())).collect()
}

#[test]
fn what_users_copy_is_free_of_findings() {
    for (project, environment) in
        [("examples/checkup", None), ("examples/checkup", Some("production")), ("examples/protocols", None)]
    {
        assert_eq!(found(project, environment), BTreeSet::new(), "{project} {environment:?}");
    }
}
#[test]
fn the_shortest_example_sends_what_the_providers_own_does_and_is_told_what_that_lacks() {
    // No limits, and a Chinese voice for an agent that speaks English.
    let told = ["CF005", "CF035"].map(|code| (code, "agents/follow-up.yaml".to_owned()));
    assert_eq!(found("examples/follow-up", None), BTreeSet::from(told));
}
