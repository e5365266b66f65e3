use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::Welcome;
use callform_spec::project::Placed;

use super::{Check, rule};
use crate::inspect::{AgentView, called, sample, ways};

rule! {
    /// ## What it does
    ///
    /// Finds prompts, welcome messages and reminders that are written and come out blank: nothing but comments, a
    /// condition that is not true for what variables are by default, or, for a prompt, a condition on a boolean or a
    /// choice that leaves nothing in one of its cases. And agents without a prompt, unless a Dify application, which
    /// holds its own, talks.
    ///
    /// ## Why it is bad
    ///
    /// With a blank prompt the model talks to the callee without knowing why it phones. With a blank welcome nobody
    /// says anything: the platform waits for the callee to speak first. A call can't be undone, and this one was for
    /// nothing.
    code: "CF022",
    name: "blank-text",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
variables:
  returning:
    type: boolean
    default: false
welcome: \"{% if returning %}Hi, this is the assistant of the clinic again.{% endif %}\"
")],
    good: &[("agents/checkup.yaml", "\
variables:
  returning:
    type: boolean
    default: false
welcome: \"Hi, this is the assistant of the clinic{% if returning %} again{% endif %}.\"
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if view.agent.spec.prompt.is_none() && view.agent.spec.llm.as_ref().is_some_and(|llm| llm.dify.is_none()) {
        found.push(
            RULE.finding("the agent has no prompt", view.name(), "`prompt` is not set")
                .help("say in `prompt` whom the agent speaks for and what it shall do"),
        );
    }
    let defaults = sample(view.agent);
    // An empty welcome lets the callee speak first, and one with settings is told by CF042; of blanks nobody is sure.
    let short = matches!(view.agent.spec.welcome, Some(Welcome::Short(_)));
    let written = |p: &&Placed| {
        p.field == "prompt" || !p.text().trim().is_empty() || (short && p.field == "welcome" && !p.text().is_empty())
    };
    for placed in view.spoken().chain(view.prompt()).filter(written) {
        let known = placed
            .template
            .uses()
            .iter()
            .all(|used| view.agent.variables.iter().any(|v| v.name == used.name && v.default.is_some()));
        let blank = |context| placed.template.render(context).is_ok_and(|text| text.trim().is_empty());
        if known && blank(&defaults) {
            found.push(finding(placed, ""));
        } else if placed.field == "prompt"
            && let Some((_, tried)) = ways(view.agent, placed).iter().find(|(context, _)| blank(context))
            && !tried.is_empty()
        {
            let tried: Vec<_> = tried.iter().map(|(name, value)| format!("`{name}` is {value}")).collect();
            found.push(finding(placed, &tried.join(" and ")));
        }
    }
}

fn finding(placed: &Placed, when: &str) -> Diagnostic {
    let (when, label) = match (when, placed.template.uses().is_empty()) {
        ("", true) => (String::new(), "nothing is left of this"),
        ("", false) => (" with the defaults".to_owned(), "nothing is left of this with the defaults"),
        _ => (format!(" when {when}"), "nothing is left of this in that case"),
    };
    let help = match placed.field.as_str() {
        "prompt" => "say what the model shall do in every case",
        "silence.message" => "write what is said, or remove `message`",
        _ => "write what is said in the other case too; if the callee shall speak first, leave `welcome` out",
    };
    RULE.finding(format!("{} is blank{when}", called(placed)), placed.span, label).help(help)
}
