use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, functions};

rule! {
    /// ## What it does
    ///
    /// Finds `prompt` and `functions` beside `llm.dify`.
    ///
    /// ## Why it is bad
    ///
    /// A Dify application holds its prompt and its tools itself; its protocol has no place for a system prompt or for
    /// functions from outside. What stands here looks as if it were said, is reviewed as if it were said, and is not.
    code: "CF010",
    name: "dify-with-prompt",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  dify:
    url: https://api.dify.ai/v1
    apiKey: ${env:DIFY_API_KEY}
prompt: Speak slowly.
")],
    good: &[("agents/checkup.yaml", "\
kind: Agent
name: checkup
llm:
  dify:
    url: https://api.dify.ai/v1
    apiKey: ${env:DIFY_API_KEY}
    inputs:
      manner: slowly
voice: ZhiXi
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if !view.is_dify() {
        return;
    }
    let spec = &view.agent.spec;
    let dify = view.key(&["llm", "dify"]);
    if spec.prompt.is_some() {
        found.push(
            RULE.finding(
                "a Dify application does not see the prompt",
                view.key(&["prompt"]),
                "never reaches the model",
            )
            .related(dify, "the application holds its own prompt")
            .help("write it in Dify; what differs from call to call goes into `llm.dify.inputs`"),
        );
    }
    // Functions that are switched off say what is true.
    if functions(spec).iter().any(|f| f.enabled) {
        found.push(
            RULE.finding(
                "a Dify application does not see functions",
                view.key(&["functions"]),
                "never offered to the model",
            )
            .related(dify, "the application holds its own tools")
            .help("remove them"),
        );
    }
}
