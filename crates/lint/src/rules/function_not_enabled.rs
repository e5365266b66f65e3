use std::ops::Range;

use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::Placed;

use super::prompt_function_name::is_misnomer;
use super::{Check, rule};
use crate::inspect::{AgentView, Function, Group, called_functions, functions, literal, mentions};

rule! {
    /// ## What it does
    ///
    /// Finds functions that the prompt asks for and that are not enabled: `call_end`, `transfer_to_human`, the items of
    /// `functions`, and names that are no function at all.
    ///
    /// ## Why it is bad
    ///
    /// The model is told to end the call, or to hand it over, and has no means to: it says goodbye and stays on the
    /// line until the silence time-out, or promises a person who never comes. Often an item was renamed, and the prompt
    /// was not.
    ///
    /// An unknown name is reported where the prompt says that it is called, and it is written like a function: `call
    /// send_sms`, `use bookVisit`, `run lookup()`, `the book_visit function`, `调用send_sms`. Names of variables, of
    /// fields to extract and of files are none. Functions that `llm.openai.extraBody` brings as `tools` are not judged.
    code: "CF002",
    name: "function-not-enabled",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
functions:
  endCall: false
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person
      skillGroupId: 1234
"),
        ("agents/prompts/checkup.md", "\
- Wrong person: apologise, then call call_end.
- Asks for a person: call transfer_to_human.
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person
      skillGroupId: 1234
"),
        ("agents/prompts/checkup.md", "\
- Wrong person: apologise, then call call_end.
- Asks for a person: call transfer_to_human.
"),
    ],
    check: Check::Agent(check),
}

/// The name that the provider's documentation gives to handing over to a person.
const TRANSFER: &str = "transfer_to_human";

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(prompt) = view.agent.templates.prompt.as_ref().filter(|_| !view.is_dify()) else { return };
    let known = functions(&view.agent.spec);
    for function in known.iter().filter(|f| !f.enabled) {
        // Once for each function: where it is asked for first.
        if let Some(range) = mentions(prompt, function.name).into_iter().next() {
            let label = format!("`{}` is not enabled", function.name);
            let finding = RULE.finding(MESSAGE, prompt.place(range), label);
            found.push(explained(finding, view, function));
        }
    }
    if !known.iter().any(|f| f.name == TRANSFER)
        && let Some(range) = mentions(prompt, TRANSFER).into_iter().next()
    {
        let human: Vec<_> = known.iter().filter(|f| f.group == Group::Human).map(|f| f.name).collect();
        let finding =
            RULE.finding(MESSAGE, prompt.place(range), "no item of `functions.transferToHuman` has this name");
        found.push(finding.help(if human.is_empty() {
            format!("declare it under `functions.transferToHuman`, with `name: {TRANSFER}`")
        } else {
            format!("write the one that is meant (`{}`), or declare this one too", human.join("`, `"))
        }));
    }
    let enabled: Vec<_> = known.iter().filter(|f| f.enabled).map(|f| f.name).collect();
    for range in unknown(view, prompt, &known) {
        let finding = RULE.finding(MESSAGE, prompt.place(range), "no function has this name");
        found.push(finding.help(if enabled.is_empty() {
            "the model can only call `call_end` and items of `functions`: declare it, or do not ask for it".to_owned()
        } else {
            format!("the model can only call what `functions` offers: `{}`", enabled.join("`, `"))
        }));
    }
}

/// Whether the document hands the model tools of its own.
fn brings_tools(view: &AgentView<'_>) -> bool {
    let chat = view.agent.spec.llm.as_ref().and_then(|llm| llm.chat());
    chat.and_then(|chat| chat.extra_body.as_ref()).is_some_and(|body| body.contains_key("tools"))
}

/// The first place of each name that is called and no function.
fn unknown(view: &AgentView<'_>, prompt: &Placed, known: &[Function<'_>]) -> Vec<Range<usize>> {
    if brings_tools(view) {
        return Vec::new();
    }
    let text = literal(prompt.text());
    let mut seen: Vec<&str> = Vec::new();
    let mut places = Vec::new();
    for range in called_functions(&text) {
        let name = &text[range.clone()];
        let is_known =
            name == TRANSFER || is_misnomer(name) || known.iter().any(|f| f.name == name) || is_data(view, name);
        if !is_known && !seen.contains(&name) {
            seen.push(name);
            places.push(range);
        }
    }
    places
}

/// Whether the document has something of this name that is no function.
fn is_data(view: &AgentView<'_>, name: &str) -> bool {
    let spec = &view.agent.spec;
    let maps = [&spec.provider_variables, &spec.prompt_variables];
    view.agent.variables.iter().any(|v| v.name == name)
        || spec.extract.iter().flatten().any(|field| field.name.as_deref() == Some(name))
        || maps.into_iter().flatten().any(|map| map.contains_key(name))
}

const MESSAGE: &str = "the prompt asks for a function that is not enabled";

fn explained(finding: Diagnostic, view: &AgentView<'_>, function: &Function<'_>) -> Diagnostic {
    let field = function.group.field();
    let finding = match &function.path {
        Some(_) => {
            let switch = ["functions", field, "enabled"];
            let place = if function.group == Group::EndCall { view.place(&switch) } else { view.key(&switch) };
            finding.related(place, "switched off here")
        }
        None => finding,
    };
    match function.group {
        Group::EndCall => finding.help("write `functions.endCall: true`, or do not ask for it"),
        Group::Human | Group::Agent => {
            finding.help(format!("remove `enabled: false` of `functions.{field}`, or do not ask for it"))
        }
    }
}
