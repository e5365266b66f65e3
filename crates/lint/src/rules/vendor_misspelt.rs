use callform_spec::diagnostic::{Diagnostic, Fix, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Vendor, replaced};

rule! {
    /// ## What it does
    ///
    /// Finds `minixmax` in addresses and names of models.
    ///
    /// ## Why it is bad
    ///
    /// The provider's documentation once spells Minimax so. No such host and no such model exists: the phone rings, the
    /// callee answers, and nobody speaks. Worse, the key travels to whoever registers the name.
    code: "CF030",
    name: "vendor-misspelt",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  minimax:
    model: abab6.5s-chat
    url: https://api.minixmax.chat/v1
    apiKey: ${env:MINIMAX_API_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  minimax:
    model: abab6.5s-chat
    url: https://api.minimax.chat/v1
    apiKey: ${env:MINIMAX_API_KEY}
")],
    check: Check::Agent(check),
}

const WRONG: &str = "minixmax";
const RIGHT: &str = "minimax";

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    if let Some(llm) = &spec.llm
        && let Some(protocol) = llm.protocol()
    {
        let model = llm.chat().and_then(|c| c.model.as_deref());
        judge(view, ["llm", protocol], llm.url(), model, found);
    }
    if let Some(minimax) = spec.tts.as_ref().and_then(|t| t.minimax.as_ref()) {
        judge(view, ["tts", "minimax"], minimax.url.as_deref(), minimax.model.as_deref(), found);
    }
}

fn judge(view: &AgentView<'_>, at: [&str; 2], url: Option<&str>, model: Option<&str>, found: &mut Vec<Diagnostic>) {
    // A host or a model of one's own may be called anything: then a person decides.
    let mended = url.map(|url| url.replace(WRONG, RIGHT));
    let safe = mended.as_deref().and_then(Vendor::of_url) == Some(Vendor::Minimax);
    for (field, text) in [("url", url), ("model", model)] {
        if !text.is_some_and(|t| t.to_lowercase().contains(WRONG)) {
            continue;
        }
        let place = view.place(&[at[0], at[1], field]);
        let edits = replaced(view.sources, place, WRONG, RIGHT);
        let mut finding = RULE
            .finding(format!("`{WRONG}` is a slip for `{RIGHT}`"), place, "a slip of the documentation")
            .help(format!("write `{RIGHT}`"));
        if !edits.is_empty() {
            finding = finding.fix(Fix { title: format!("write `{RIGHT}`"), edits, safe });
        }
        found.push(finding);
    }
}
