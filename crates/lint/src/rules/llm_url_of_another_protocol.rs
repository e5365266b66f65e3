use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Vendor, path_of};

rule! {
    /// ## What it does
    ///
    /// Finds an address of a vendor that does not speak the protocol that it stands under.
    ///
    /// ## Why it is bad
    ///
    /// The key under `llm` (`LLMType`) decides the path that is requested, the header that the key travels in, and the
    /// shape of body and answer. Azure, Minimax and Dify each have their own. The wrong one fails on the first sentence
    /// of every call: the callee answers, and nobody speaks.
    ///
    /// Only hosts of the vendors themselves are judged; a gateway of your own may speak anything. The OpenAI protocol
    /// is also spoken by DeepSeek, Hunyuan, Minimax, and by Azure below `/openai/v1/`.
    code: "CF031",
    name: "llm-url-of-another-protocol",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  minimax:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
")],
    check: Check::Agent(check),
}

/// Whether a vendor's address speaks a protocol.
pub(super) fn speaks(vendor: Vendor, url: &str, protocol: &str) -> bool {
    match vendor {
        Vendor::OpenAi | Vendor::DeepSeek | Vendor::Hunyuan => protocol == "openai",
        Vendor::Minimax => protocol == "minimax" || protocol == "openai",
        Vendor::Azure => protocol == "azure" || (protocol == "openai" && path_of(url).starts_with("/openai/v1")),
        Vendor::Dify => protocol == "dify",
    }
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(llm) = &view.agent.spec.llm else { return };
    let (Some(protocol), Some(url)) = (llm.protocol(), llm.url()) else { return };
    let Some(vendor) = Vendor::of_url(url) else { return };
    if speaks(vendor, url, protocol) {
        return;
    }
    let right = match vendor {
        Vendor::OpenAi | Vendor::DeepSeek | Vendor::Hunyuan => "openai",
        Vendor::Minimax => "minimax",
        Vendor::Azure => "azure",
        Vendor::Dify => "dify",
    };
    let name = vendor.name();
    found.push(
        RULE.finding(
            format!("the protocol is `{protocol}`, and the address one of {name}"),
            view.place(&["llm", protocol, "url"]),
            format!("speaks `{right}`"),
        )
        .related(view.key(&["llm", protocol]), "the protocol")
        .help(format!("move it under `llm.{right}`, or write the address of a model that speaks `{protocol}`")),
    );
}
