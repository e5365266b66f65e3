//! All rules, and running them.

use callform_spec::diagnostic::Diagnostic;
use callform_spec::parallel;
use callform_spec::project::{Loaded, PROJECT_FILE, Project};
use callform_spec::source::Sources;

use super::rule::{Check, Rule};
use crate::inspect::{AgentView, CampaignView, FileView, SettingsView, WaiversView, yaml_files};
use crate::needs;

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
    &super::functions_alike::RULE,
    &super::vague_function::RULE,
    &super::overridden_constant::RULE,
    &super::never_varying_variable::RULE,
    &super::shadowed_variable::RULE,
    &super::personal_data_in_logs::RULE,
    &super::reserved_provider_variable::RULE,
    &super::possible_secret::RULE,
    &super::leftover_placeholder::RULE,
    &super::blank_text::RULE,
    &super::long_prompt::RULE,
    &super::several_questions::RULE,
    &super::undisclosed_ai::RULE,
    &super::not_speakable::RULE,
    &super::long_welcome::RULE,
    &super::deceptive_characters::RULE,
    &super::html_comment::RULE,
    &super::vendor_misspelt::RULE,
    &super::llm_url_of_another_protocol::RULE,
    &super::llm_model_of_another_vendor::RULE,
    &super::url_path::RULE,
    &super::extra_sets_a_field::RULE,
    &super::voice_language::RULE,
    &super::azure_voice_language::RULE,
    &super::azure_region::RULE,
    &super::audio_format_not_played::RULE,
    &super::cloned_voice::RULE,
    &super::volcengine_range::RULE,
    &super::languages_without_effect::RULE,
    &super::welcome_says_nothing::RULE,
    &super::setting_without_effect::RULE,
    &super::extraction_ambiguous::RULE,
    &super::limits_too_short::RULE,
    &super::window_never_opens::RULE,
    &super::window_at_night::RULE,
    &super::retry_without_effect::RULE,
    &super::above_ceiling::RULE,
    &super::steering_value::RULE,
    &super::leftover_value::RULE,
    &super::callee_on_do_not_call_list::RULE,
    &super::callee_in_two_campaigns::RULE,
    &super::callee_is_no_person::RULE,
    &super::empty_campaign::RULE,
    &super::time_zone_unknown::RULE,
    &super::unused_column::RULE,
    &super::same_for_everybody::RULE,
    &super::unfit_key::RULE,
    &super::voice_unset::RULE,
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

/// Runs every rule over what has no errors, except those over rows ([`super::RowRules`]): a mistake hides what is found
/// in its own campaign or in its own field of an agent, what a rule can't know without that field, and nothing else.
/// Findings come in the order of files and lines, the project file first, as
/// those of [`callform_spec::project::load`] do.
pub fn check(loaded: &Loaded) -> Vec<Diagnostic> {
    let Some((project, sound)) = loaded.partial().zip(loaded.sound()) else { return Vec::new() };
    let sources = &loaded.sources;
    let checks: Vec<(&str, &Check)> =
        ALL.iter().flat_map(|rule| rule.check.parts().into_iter().map(|part| (rule.code, part))).collect();
    // Rows are read once, by whoever reads them for their errors: see `RowRules`. Settings and waivers are judged apart.
    let of_agents: Vec<_> = checks
        .iter()
        .filter_map(|(code, check)| match check {
            Check::Agent(check) => Some((needs::of(code), check)),
            Check::AgentInCampaigns(check) if sound.is_whole() => Some((None, check)),
            _ => None,
        })
        .collect();
    let of_campaigns =
        checks.iter().filter_map(|(_, c)| if let Check::Campaign(check) = c { Some(check) } else { None });
    let agents: Vec<_> = project.agents.iter().collect();
    let judged = parallel::map(
        &agents,
        |agent| agent.node.span.range().len(),
        |agent| {
            let mut found = Vec::new();
            let view = AgentView { project, agent, sources };
            if sound.agent(agent) {
                of_agents.iter().for_each(|(_, check)| check(&view, &mut found));
                return found;
            }
            let faults = sound.faults(agent);
            let known = of_agents.iter().filter(|(needs, _)| needs.is_some_and(|needs| faults.leave(needs)));
            known.for_each(|(_, check)| check(&view, &mut found));
            found.retain(|finding| !finding.primary.as_ref().is_some_and(|label| faults.touch(label.span)));
            found
        },
    );
    let mut found: Vec<_> = judged.into_iter().flatten().collect();
    let campaigns = || project.campaigns.iter().filter(|campaign| sound.campaign(project, campaign));
    for check in of_campaigns {
        campaigns().for_each(|campaign| check(&CampaignView { project, campaign }, &mut found));
    }
    let of_files = checks.iter().filter_map(|(_, c)| if let Check::File(check) = c { Some(check) } else { None });
    let environment = &*project.environment;
    for check in of_files {
        let view = |file| FileView { sources, file, is_good: sound.text(file), environment };
        yaml_files(sources).for_each(|file| check(&view(file), &mut found));
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
    // By byte and not by line: finding a line reads the text from its beginning. A row is a text of its own.
    found.sort_by_cached_key(|d| {
        let at = d.primary.as_ref().map(|l| {
            let source = sources.get(l.span.source);
            (source.path.clone(), source.first_line, l.span.start, l.span.end)
        });
        (at.as_ref().is_some_and(|(path, ..)| path != PROJECT_FILE), at, d.code)
    });
}
