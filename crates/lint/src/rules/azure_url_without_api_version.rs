use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Vendor};

rule! {
    /// ## What it does
    ///
    /// Finds an `llm.azure.url` without `?api-version=`.
    ///
    /// ## Why it is bad
    ///
    /// Azure OpenAI answers "not found" to a request that names no version: the phone rings, the callee answers, and
    /// nobody speaks. The provider's form is `https://RESOURCE.openai.azure.com?api-version=VERSION`, without the path
    /// of a deployment; the deployment's name is `model`.
    code: "CF011",
    name: "azure-url-without-api-version",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  azure:
    model: checkup-gpt-4o
    url: https://clinic.openai.azure.com
    apiKey: ${env:AZURE_OPENAI_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  azure:
    model: checkup-gpt-4o
    url: https://clinic.openai.azure.com?api-version=2024-10-21
    apiKey: ${env:AZURE_OPENAI_KEY}
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let azure = view.agent.spec.llm.as_ref().and_then(|l| l.azure.as_ref());
    let Some(url) = azure.and_then(|a| a.url.as_deref()) else { return };
    // Another vendor's address has another fault, which CF031 tells.
    if Vendor::of_url(url).is_some_and(|vendor| vendor != Vendor::Azure) {
        return;
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    if query.split('&').any(|p| p.strip_prefix("api-version=").is_some_and(|v| !v.is_empty())) {
        return;
    }
    let place = view.place(&["llm", "azure", "url"]);
    let finding = RULE.finding("the Azure address names no `api-version`", place, "Azure answers \"not found\"");
    found.push(if url.contains("/openai/v1") {
        finding.help("this address speaks the OpenAI protocol: say it under `llm.openai`")
    } else {
        finding.help("append `?api-version=VERSION` with the version that your deployment is used with")
    });
}
