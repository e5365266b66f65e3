use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, addresses, host_of, is_unreachable};

rule! {
    /// ## What it does
    ///
    /// Finds addresses of language models and voices that only your machine or network can reach: `localhost`,
    /// loopback, private and link-local addresses, `0.0.0.0`, names without a domain. On the emulator it is silent.
    ///
    /// ## Why it is bad
    ///
    /// The provider's cloud calls these addresses, not callform. It can't reach yours: the phone rings, the callee
    /// answers, and nobody speaks.
    code: "CF012",
    name: "unreachable-url",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: qwen-local
    url: http://localhost:8000/v1
    apiKey: ${env:LLM_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: qwen-local
    url: https://llm.clinic.example/v1
    apiKey: ${env:LLM_KEY}
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if view.project.site.is_loopback() {
        return;
    }
    for address in addresses(&view.agent.spec) {
        let Some(why) = host_of(address.url).as_deref().and_then(is_unreachable) else { continue };
        let message = format!("`{}` can't be reached from the provider's cloud", address.path.join("."));
        found.push(
            RULE.finding(message, view.place(&address.path), why)
                .help("give the service a public address, behind a key; a tunnel will do for a try"),
        );
    }
}
