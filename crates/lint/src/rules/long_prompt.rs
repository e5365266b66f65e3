use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, said};

rule! {
    /// ## What it does
    ///
    /// Finds prompts that come to more than about 3,000 tokens: 12,000 Latin letters, or 3,000 Chinese, Japanese or
    /// Korean characters. Comments do not count, and variables count with their defaults or examples.
    ///
    /// ## Why it is bad
    ///
    /// The whole prompt is sent with every turn of the conversation, and the callee waits in silence until the model
    /// has read it. A second is what a call takes at its best; two are heard as a bad line, and people talk into the
    /// answer. Models also keep to the middle of a long prompt less than to a short one, and every turn is paid by the
    /// token.
    ///
    /// The count is an estimate: models differ in what they call a token.
    code: "CF023",
    name: "long-prompt",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
{% for question in 'abcdefghijklmnopqrstuvwxyz' %}
The callee may ask for the story of the clinic. It was founded by the harbour, by two doctors who had come there to
fish, and stayed. It had one room in its first year, and three in its second. Then came the laboratory, the garden
behind the house, and the wing for children, which has a painted ceiling. Tell all of it, and leave nothing out.
{%- if question == 'z' %}
Then call call_end, or transfer_to_human.
{%- endif %}
{% for again in 'ab' %} In 1931 it moved into the house with the green door, where it is to this day.{% endfor %}
{% endfor %}
")],
    good: &[("agents/prompts/checkup.md", "\
The callee may ask for the story of the clinic. Tell that it was founded in 1931, and that its website has the rest.
Then call call_end, or transfer_to_human.
")],
    check: Check::Agent(check),
}

/// Tokens above which a turn is noticeably slower.
const MOST: usize = 3000;

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(prompt) = view.prompt() else { return };
    let tokens = tokens(&said(view.agent, prompt));
    if tokens > MOST {
        let message = format!("the prompt comes to about {} tokens", rounded(tokens));
        found.push(
            RULE.finding(message, prompt.place(0..first_line(prompt.text())), "sent again with every turn")
                .help(format!(
                    "keep it below {}: say what the model shall do, and leave out what it knows",
                    rounded(MOST)
                ))
                .help("what only some callees need can stand in a condition: `{% if name %}...{% endif %}`"),
        );
    }
}

fn first_line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Roughly: four Latin letters, two of another alphabet, or one character of those that are words.
fn tokens(text: &str) -> usize {
    let quarters: usize = text
        .chars()
        .map(|c| match c {
            c if c.is_ascii() => 1,
            '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}' => 4,
            _ => 2,
        })
        .sum();
    quarters.div_ceil(4)
}

/// To hundreds, with a comma.
fn rounded(tokens: usize) -> String {
    let tokens = tokens.div_ceil(100) * 100;
    format!("{},{:03}", tokens / 1000, tokens % 1000)
}
