use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds keys of `providerVariables` and `promptVariables` that are the provider's own (`welcome-message-delay`,
    /// `dify-inputs-...`), or nearly.
    ///
    /// ## Why it is bad
    ///
    /// They set what has a field of its own, unseen by its checks: a delay without a unit, an input of an application
    /// that is not there. With both, the request carries the key twice, and which value counts is not documented. A key
    /// that is spelt nearly like one sets nothing at all.
    code: "CF019",
    name: "reserved-provider-variable",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
welcome: Hello, this is the automated assistant of the clinic.
providerVariables:
  welcome-message-delay: \"2\"
")],
    good: &[("agents/checkup.yaml", "\
welcome:
  message: Hello, this is the automated assistant of the clinic.
  delay: 2s
")],
    check: Check::Agent(check),
}

const DELAY: &str = "welcome-message-delay";
const INPUTS: &str = "dify-inputs-";

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    for (field, map) in [("providerVariables", &spec.provider_variables), ("promptVariables", &spec.prompt_variables)] {
        for key in map.iter().flat_map(|m| m.keys()) {
            let alike = key.to_lowercase().replace(['_', ' ', '.'], "-");
            let (own, help) = if alike == DELAY {
                (DELAY.to_owned(), "write `welcome.delay`, with a unit: `delay: 2s`")
            } else if let Some(input) = alike.strip_prefix(INPUTS) {
                let help = match input {
                    "user" => "write `llm.dify.user`",
                    "conversation-id" => "write `llm.dify.conversationId`",
                    _ => "write it under `llm.dify.inputs`, without `dify-inputs-`",
                };
                (format!("{INPUTS}{}", &key[key.len() - input.len()..]), help)
            } else {
                continue;
            };
            let (message, label) = if key.starts_with(INPUTS) || *key == own {
                (format!("`{key}` is a variable of the provider's own"), "has a field of its own".to_owned())
            } else {
                (
                    format!("`{key}` is spelt nearly like a variable of the provider's own"),
                    format!("that one is `{own}`"),
                )
            };
            found.push(RULE.finding(message, view.key(&[field, key]), label).help(help));
        }
    }
}
