use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::model::Dialect;
use callform_spec::source::Span;

use super::{Check, rule};
use crate::inspect::{
    Address, AgentView, addresses, family_of_locale, host_of, region_meant, region_of_host, replaced,
};

rule! {
    /// ## What it does
    ///
    /// Finds an Azure region that is written as people say it, one with a slip of the hand, there or in a URL, and one of
    /// the China cloud for a voice that is not Chinese.
    ///
    /// ## Why it is bad
    ///
    /// The region becomes part of a host: `westeurope` of `westeurope.tts.speech.microsoft.com`. "West Europe", as the
    /// portal shows it, is part of none, and nobody speaks. Nor does `westerope`; a region that callform does not know and
    /// that is like none that it knows is not reported, for it may be new.
    ///
    /// Regions such as `chinanorth3` belong to a cloud of their own (`tts.speech.azure.cn`), with accounts and keys of
    /// their own. The provider's sample has one, and it is easily copied together with the key of a usual account. On
    /// the international site it is reported where the voice is not Chinese.
    code: "CF037",
    name: "azure-region",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
kind: Agent
name: checkup
prompt: Be kind.
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
tts:
  azure:
    subscriptionKey: ${env:AZURE_SPEECH_KEY}
    region: West Europe
    voiceName: en-GB-SoniaNeural
    language: en-GB
languages:
  - en
limits:
  ring: 45s
  call: 10m
")],
    good: &[("agents/checkup.yaml", "\
kind: Agent
name: checkup
prompt: Be kind.
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
tts:
  azure:
    subscriptionKey: ${env:AZURE_SPEECH_KEY}
    region: westeurope
    voiceName: en-GB-SoniaNeural
    language: en-GB
languages:
  - en
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for Address { path, url } in addresses(&view.agent.spec) {
        let Some(host) = host_of(url) else { continue };
        if let Some(region) = region_of_host(&host) {
            found.extend(slip(view, region, view.place(&path)));
        }
    }
    let Some(azure) = view.agent.spec.tts.as_ref().and_then(|t| t.azure.as_ref()) else { return };
    let Some(region) = azure.region.as_deref() else { return };
    let place = view.place(&["tts", "azure", "region"]);
    if !region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        let mut finding = RULE.finding("the Azure region is not a region's name", place, "becomes part of a host");
        let name = region.to_lowercase().replace(' ', "");
        if name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            finding = finding.help(format!("write `{name}`"));
            let edits = replaced(view.sources, place, region, &name);
            if edits.len() == 1 {
                finding = finding.fix(Fix { title: format!("write `{name}`"), edits, safe: true });
            }
        } else {
            finding = finding.help("write the region alone, in small letters and without blanks: `westeurope`");
        }
        found.push(finding);
    } else if let Some(finding) = slip(view, region, place) {
        found.push(finding);
    } else if view.project.dialect == Dialect::Intl
        && region.starts_with("china")
        && let Some(language) = azure.language.as_deref()
        && family_of_locale(language) != "zh"
    {
        found.push(
            RULE.finding("the Azure region is one of the China cloud", place, "takes no key of a usual account")
                .related(view.place(&["tts", "azure", "language"]), "though the voice is not Chinese")
                .help("write the region of your Speech resource, as the portal shows it beside the key"),
        );
    }
}

/// A region that is nearly one that there is.
fn slip(view: &AgentView<'_>, region: &str, place: Span) -> Option<Diagnostic> {
    let meant = region_meant(region)?;
    let finding = RULE
        .finding(format!("no Azure region is known as `{region}`"), place, "becomes part of a host")
        .help(format!("did you mean `{meant}`?"));
    let edits = replaced(view.sources, place, region, meant);
    if edits.len() != 1 {
        return Some(finding);
    }
    // There may be a new one of this name.
    Some(finding.fix(Fix { title: format!("write `{meant}`"), edits, safe: false }))
}
