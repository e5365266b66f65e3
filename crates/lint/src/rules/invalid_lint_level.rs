use std::collections::BTreeMap;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};

use super::{Check, find, nearest, rule};
use crate::inspect::{SettingsView, keys};
use crate::selection::is_error_code;

rule! {
    /// ## What it does
    ///
    /// Finds names under `lint.levels` of the project that are no rule's, and rules that are set twice.
    ///
    /// ## Why it is bad
    ///
    /// Whoever wrote the level relies on it: a misspelt rule keeps its own level, and of two levels one has no effect.
    /// Errors of the language (`E....`) have no level, since the provider or callform refuses what they find. This rule
    /// can't be switched off.
    code: "CF904",
    name: "invalid-lint-level",
    level: Severity::Error,
    bad: &[("callform.yaml", "\
lint:
  levels:
    limits-unst: error
")],
    good: &[("callform.yaml", "\
lint:
  levels:
    limits-unset: error
")],
    check: Check::Settings(check),
}

fn check(view: &SettingsView<'_>, found: &mut Vec<Diagnostic>) {
    let Some((node, _)) = view.project.node.at(&keys(&["lint", "levels"])) else { return };
    let callform_spec::yaml::Yaml::Mapping(entries) = &node.value else { return };
    let mut set = BTreeMap::new();
    for entry in entries {
        let (name, at) = (entry.key.text.as_str(), entry.key.span);
        let Some(rule) = find(name) else {
            found.push(unknown(name, at));
            continue;
        };
        if rule.is_locked() {
            let message = format!("the level of `{}` can't be set", rule.name);
            found.push(RULE.finding(message, at, "always an error").help("remove it"));
        } else if let Some((first, before)) = set.insert(rule.code, (name, at)) {
            let message = format!("the level of `{}` is set twice", rule.name);
            let finding = RULE.finding(message, at, "again here");
            found.push(finding.related(before, format!("set here as `{first}`")).help("keep one of the two"));
        }
    }
}

fn unknown(name: &str, at: callform_spec::source::Span) -> Diagnostic {
    if is_error_code(name) {
        return RULE
            .finding(format!("`{name}` is an error of the language"), at, "has no level")
            .help("what it finds is refused by the provider or by callform, so it can't be switched off");
    }
    let finding = RULE.finding(format!("no rule is called `{name}`"), at, "not a rule");
    match nearest(name) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(Fix {
            title: format!("write `{near}`"),
            edits: vec![(at, near.to_owned())],
            safe: false,
        }),
        None => finding.help("`callform rule` lists the rules"),
    }
}
