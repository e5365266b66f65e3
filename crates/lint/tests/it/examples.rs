//! What the rules say of the projects that users copy.

use std::collections::BTreeSet;
use std::path::Path;

use callform_lint::findings::judge;
use callform_lint::rules;
use callform_lint::selection::Selection;
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
    let found = judge(&loaded, rules::check(&loaded), &Selection::default()).told;
    found.iter().map(|d| (d.code.0, loaded.sources.get(d.primary.as_ref().unwrap().span.source).path.clone())).collect()
}

#[test]
fn what_users_copy_is_free_of_findings() {
    for (project, environment) in [
        ("examples/checkup", None),
        ("examples/checkup", Some("production")),
        ("examples/follow-up", None),
        ("examples/protocols", None),
    ] {
        assert_eq!(found(project, environment), BTreeSet::new(), "{project} {environment:?}");
    }
}
