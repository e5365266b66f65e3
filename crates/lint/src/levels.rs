//! How bad the findings of rules are in a project: `lint.levels` of its document.

use std::collections::BTreeMap;

use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::LintLevel;
use callform_spec::project::Project;

use crate::rules::{self, Rule};

/// Levels that differ from the rules' own, by code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels(BTreeMap<&'static str, LintLevel>);

impl Levels {
    /// Those of a project. Names that are no rule's are told by the rule `invalid-lint-level`.
    pub(crate) fn of(project: &Project) -> Self {
        let named = project.lint.levels.iter().flatten();
        Self(named.filter_map(|(name, level)| Some((settable(name)?.code, *level))).collect())
    }

    /// Whether a rule is off.
    pub(crate) fn is_off(&self, code: &str) -> bool {
        self.0.get(code) == Some(&LintLevel::Off)
    }

    /// Gives a finding the level of its rule.
    pub(crate) fn set(&self, finding: &mut Diagnostic) {
        match self.0.get(finding.code.0) {
            Some(LintLevel::Error) => finding.severity = Severity::Error,
            Some(LintLevel::Warning) => finding.severity = Severity::Warning,
            Some(LintLevel::Off) | None => {}
        }
    }
}

/// The rule of a code or a name, if projects may set its level.
fn settable(name: &str) -> Option<&'static Rule> {
    rules::find(name).filter(|rule| !rule.is_locked())
}
