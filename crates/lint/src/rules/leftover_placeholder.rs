use std::ops::Range;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;
use callform_spec::source::Span;

use super::{Check, rule};
use crate::inspect::{AgentView, called, has_raw, literal, name_in, placeholders};

rule! {
    /// ## What it does
    ///
    /// Finds what was left to be filled in, in prompts, messages and descriptions: `TODO`, `FIXME`, `TBD`, `XXX`,
    /// `{name}`, `${name}`, `{0}`, `[Your Name]`, `[date]`, `[姓名]`, `您好【姓名】`, `<name>`, `%s`, `%name%`, `__NAME__`, `____`,
    /// `XX医院`, `○○様` and lorem ipsum.
    ///
    /// Tags in pairs (`<instructions>...</instructions>`), directions such as `[pause]`, values in examples of JSON and
    /// links of Markdown are none.
    ///
    /// ## Why it is bad
    ///
    /// Only `{{ name }}` becomes a value. Everything else is sent as it is: the callee hears `Hello open brace name`,
    /// or the model makes up what should stand there.
    code: "CF021",
    name: "leftover-placeholder",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
- You speak for [Company Name].
- When you are done, call call_end.
- Asks for a person: call transfer_to_human. TODO: opening hours
")],
    good: &[("agents/prompts/checkup.md", "\
- You speak for Harbour Clinic.
- When you are done, call call_end.
- Asks for a person: call transfer_to_human. The clinic is open from 8 to 6.
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.texts() {
        for range in placeholders(&literal(placed.text())) {
            found.push(finding(view, placed, range));
        }
    }
}

fn finding(view: &AgentView<'_>, placed: &Placed, range: Range<usize>) -> Diagnostic {
    let message = format!("{} holds a placeholder that nothing fills in", called(placed));
    let text = &placed.text()[range.clone()];
    let finding = RULE.finding(message, placed.place(range.clone()), "sent as it is");
    let Some(name) = name_in(text) else { return finding.help("write what belongs here, or remove it") };
    let braces = text.ends_with('}');
    if !view.agent.variables.iter().any(|v| v.name == name) {
        let value = "a value is written as `{{ name }}`, and declared under `variables:`";
        return finding.help(if braces { value } else { "write what belongs here, or remove it" });
    }
    let value = format!("{{{{ {name} }}}}");
    let finding = finding.help(format!("a value is written as `{value}`"));
    match edits(view, placed, range, &value).filter(|_| !has_raw(placed.text())) {
        // What stands in other signs may be a word of its own.
        Some(edits) => finding.fix(Fix { title: format!("write `{value}`"), edits, safe: braces }),
        None => finding,
    }
}

/// The placeholder's change. YAML takes a plain scalar for a map that begins with `{{`: it gets quotes.
fn edits(view: &AgentView<'_>, placed: &Placed, range: Range<usize>, value: &str) -> Option<Vec<(Span, String)>> {
    let (at, value) = view.edit(placed, range, value)?;
    let whole = placed.span;
    let before = view.sources.get(at.source).text[..at.start].trim_end();
    // Behind its key, and not behind quotes or the sign of a block.
    if at.source != view.agent.node.span.source || at.start != whole.start || !before.ends_with(':') {
        return Some(vec![(at, value)]);
    }
    let text = placed.text();
    let can_be_quoted = view.sources.slice(whole) == text && !text.contains(['"', '\\']);
    let behind = Span { start: whole.end, ..whole };
    can_be_quoted.then(|| vec![(at, format!("\"{value}")), (behind, "\"".to_owned())])
}
