use std::ops::Range;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;

use super::{Check, rule};
use crate::inspect::{AgentView, called, has_raw, literal};

rule! {
    /// ## What it does
    ///
    /// Finds HTML comments (`<!-- -->`) in prompts, messages and descriptions.
    ///
    /// ## Why it is bad
    ///
    /// A preview of Markdown hides them, but nothing takes them out: they are sent, and the model reads notes,
    /// half-finished instructions and names that were meant for colleagues. Text that is to stay here is written as a
    /// comment of the template: `{# ... #}`.
    code: "CF029",
    name: "html-comment",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
<!-- Dr. Obi wants this shorter -->
- When you are done, call call_end.
- Asks for a person: call transfer_to_human.
")],
    good: &[("agents/prompts/checkup.md", "\
{# Dr. Obi wants this shorter #}
- When you are done, call call_end.
- Asks for a person: call transfer_to_human.
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.texts() {
        let text = literal(placed.text());
        let mut from = 0;
        while let Some(start) = text[from..].find("<!--").map(|at| from + at) {
            // One that is never closed is no comment.
            let Some(end) = text[start + 4..].find("-->").map(|at| start + 4 + at + 3) else { break };
            found.push(finding(view, placed, start..end));
            from = end;
        }
    }
}

fn finding(view: &AgentView<'_>, placed: &Placed, range: Range<usize>) -> Diagnostic {
    let message = format!("an HTML comment in {} is sent with it", called(placed));
    let finding = RULE
        .finding(message, placed.place(range.clone()), "nothing takes it out")
        .help("write a comment of the template, `{# ... #}`, or remove it");
    let inner = &placed.text()[range.start + 4..range.end - 3];
    // A tag in it may be one half of a pair; at its edge, some characters would be a part of the delimiter.
    let whole = !inner.contains("#}") && !inner.contains("{%");
    let whole = whole && !inner.starts_with(['-', '+', '}']) && !inner.ends_with(['-', '+']);
    // Nobody meant to waive anything, nor does a template have comments where its syntax is text.
    let whole = whole && !inner.trim_start().starts_with("callform:") && !has_raw(placed.text());
    match view.edit(placed, range, &format!("{{#{inner}#}}")).filter(|_| whole) {
        Some(edit) => {
            finding.fix(Fix { title: "make it a comment of the template".into(), edits: vec![edit], safe: true })
        }
        None => finding,
    }
}
