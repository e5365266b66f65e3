//! All rules, and running them.

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{PROJECT_FILE, Project};
use callform_spec::source::Sources;

use super::rule::{Check, Rule};
use crate::inspect::{AgentView, CampaignView, SettingsView, WaiversView};

/// All rules, by code.
pub static ALL: &[&Rule] = &[
    &super::prompt_function_name::RULE,
    &super::function_not_enabled::RULE,
    &super::function_never_mentioned::RULE,
    &super::prompt_variables_deprecated::RULE,
    &super::limits_unset::RULE,
    &super::unused_variable::RULE,
    &super::unusual_number::RULE,
    &super::compliance_audio_off::RULE,
    &super::silence_never_reminds::RULE,
    &super::dify_with_prompt::RULE,
    &super::azure_url_without_api_version::RULE,
    &super::unreachable_url::RULE,
    &super::waiver_without_reason::RULE,
    &super::waiver_unknown_rule::RULE,
    &super::unused_waiver::RULE,
    &super::waiver_of_error::RULE,
    &super::invalid_lint_level::RULE,
];

/// The rule of a code (`CF005`, in any case) or of a name (`limits-unset`).
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|r| r.code.eq_ignore_ascii_case(code_or_name) || r.name == code_or_name)
}

/// The name of a rule that is near enough to be meant.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    callform_spec::schema::nearest(name, ALL.iter().flat_map(|r| [r.name, r.code]))
}

/// Runs every rule over a project that has no errors. Findings come in the order of files and lines, the project file
/// first, as those of [`callform_spec::project::load`] do.
pub fn check(project: &Project, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in ALL {
        match rule.check {
            Check::Agent(check) => {
                for agent in &project.agents {
                    check(&AgentView { project, agent, sources }, &mut found);
                }
            }
            Check::Campaign(check) => {
                for campaign in &project.campaigns {
                    check(&CampaignView { project, campaign }, &mut found);
                }
            }
            Check::Settings(_) | Check::Waivers(_) => {}
        }
    }
    sort(&mut found, sources);
    found
}

/// Runs the rules over the project's settings, which are judged even where documents have errors.
pub(crate) fn check_settings(project: &Project, found: &mut Vec<Diagnostic>) {
    for rule in ALL {
        if let Check::Settings(check) = rule.check {
            check(&SettingsView { project }, found);
        }
    }
}

/// Runs the rules over waivers.
pub(crate) fn check_waivers(view: &WaiversView<'_>, found: &mut Vec<Diagnostic>) {
    for rule in ALL {
        if let Check::Waivers(check) = rule.check {
            check(view, found);
        }
    }
}

/// By files and lines, the project file first.
pub(crate) fn sort(found: &mut [Diagnostic], sources: &Sources) {
    // By byte and not by line: finding a line reads the text from its beginning.
    found.sort_by_cached_key(|d| {
        let at = d.primary.as_ref().map(|l| (sources.get(l.span.source).path.clone(), l.span.start, l.span.end));
        (at.as_ref().is_some_and(|(path, ..)| path != PROJECT_FILE), at, d.code)
    });
}
