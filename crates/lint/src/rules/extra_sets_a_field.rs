use callform_spec::diagnostic::{Diagnostic, Severity};
use serde_json::{Map, Value};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds members of `extraBody` that have a field of their own, or that the platform sets.
    ///
    /// ## Why it is bad
    ///
    /// `extraBody` (`LLMExtraBody`) is merged into the body of every request to the model, beside what the platform
    /// writes there itself. Which of the two wins is not documented: a `temperature` may be another one than the plan
    /// shows, and `messages`, `stream` or `tools` take the conversation out of the platform's hands.
    code: "CF034",
    name: "extra-sets-a-field",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
    extraBody:
      temperature: 0.2
      max_completion_tokens: 120
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
    temperature: 0.2
    extraBody:
      max_completion_tokens: 120
")],
    check: Check::Agent(check),
}

/// A member as it is sent, and the field that sets it; none where the platform does.
type Known = &'static [(&'static str, Option<&'static str>)];

const CHAT: Known = &[
    ("model", Some("model")),
    ("temperature", Some("temperature")),
    ("top_p", Some("topP")),
    ("messages", None),
    ("stream", None),
    ("tools", None),
];
const DIFY: Known = &[
    ("inputs", Some("inputs")),
    ("user", Some("user")),
    ("conversation_id", Some("conversationId")),
    ("query", None),
    ("response_mode", None),
];
fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    if let Some(llm) = &spec.llm
        && let Some(protocol) = llm.protocol()
    {
        let (body, known) = match &llm.dify {
            Some(dify) => (&dify.extra_body, DIFY),
            None => (llm.chat().map_or(&None, |c| &c.extra_body), CHAT),
        };
        judge(view, ["llm", protocol, "extraBody"], body.as_ref(), known, found);
    }
}

fn judge(
    view: &AgentView<'_>,
    at: [&str; 3],
    extra: Option<&Map<String, Value>>,
    known: Known,
    found: &mut Vec<Diagnostic>,
) {
    for name in extra.into_iter().flat_map(Map::keys) {
        let Some((_, field)) = known.iter().find(|(member, _)| member == name) else { continue };
        let place = view.key(&[at[0], at[1], at[2], name]);
        let [group, vendor, extra] = at;
        found.push(match field {
            Some(field) => RULE
                .finding(format!("`{extra}` sets `{name}`, which has a field"), place, "which of the two wins?")
                .help(format!("write it as `{group}.{vendor}.{field}`")),
            None => RULE
                .finding(format!("`{extra}` sets `{name}`, which is not yours to set"), place, "set by the platform")
                .help("remove it"),
        });
    }
}
