use std::ops::Range;
use std::sync::LazyLock;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;
use regex::Regex;

use super::{Check, rule};
use crate::inspect::{AgentView, called, has_raw, literal};

rule! {
    /// ## What it does
    ///
    /// Finds what was left to be filled in, in prompts, messages and descriptions: `TODO`, `FIXME`, `TBD`, `XXX`,
    /// `{name}`, `${name}`, `[Your Name]`, `[姓名]`, `<your name>`, `%s`, `____` and lorem ipsum.
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

/// What is looked for; the group is the placeholder. What stands beside it rules out other meanings: links, closing
/// braces, formulas, rules and tables of Markdown.
const SHAPES: [&str; 9] = [
    r"(?-u:\b)(TODO|FIXME|TBD|TBC)(?-u:\b)",
    r"(?:^|[^A-Za-z0-9_-])(XXX)(?:$|[^A-Za-z0-9_-])",
    r"(?i)(?-u:\b)(lorem ipsum)(?-u:\b)",
    r"(?:^|[^\\{}A-Za-z0-9_$])(\$?\{[^{}]+\})(?:$|[^}])",
    r"(?:^|[^\\!\]])(\[(?:(?i:your|insert|enter|fill in)\s[^\]\n]{1,40}|(?:[A-Z][A-Za-z']*\s){0,3}(?:Name|NAME|Company|COMPANY|Date|DATE|Time|TIME|Address|ADDRESS|Phone|PHONE|Number|NUMBER|City|CITY|Amount|AMOUNT|Product|PRODUCT|Clinic|CLINIC|Doctor|DOCTOR|Title|TITLE)|[\p{Han}的]{0,6}(?:姓名|名字|名称|公司|日期|时间|地址|电话|号码|金额|城市|产品|医院|医生))\])(?:$|[^(\[:])",
    r"(<(?i:your|insert|enter)[ _-][A-Za-z _-]{1,40}>)",
    r#"(?:^|[\s"'(,:])(%(?:\(\w+\))?[sd])(?:$|[\s"'),.:;!?])"#,
    r"[^\s_|*](?:[ \t]*)(_{4,})",
    r"(_{4,})[ \t]*[^\s_|*]",
];

/// Longest name between braces; more is a sentence, or code.
const LONGEST_NAME: usize = 41;

static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| SHAPES.iter().filter_map(|s| Regex::new(&format!("(?m){s}")).ok()).collect());

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.texts() {
        for range in placeholders(&literal(placed.text())) {
            found.push(finding(view, placed, range));
        }
    }
}

fn placeholders(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for pattern in PATTERNS.iter() {
        let mut from = 0;
        // What ends one may begin the next, so that searching goes on right behind the placeholder.
        while let Some(group) = pattern.captures_at(text, from).and_then(|c| c.get(1)) {
            if inside_braces(group.as_str()).is_none_or(is_name) {
                found.push(group.range());
            }
            from = group.end();
        }
    }
    found.sort_by_key(|r| (r.start, r.end));
    found.dedup();
    found
}

/// What stands between a placeholder's braces.
fn inside_braces(placeholder: &str) -> Option<&str> {
    placeholder.strip_prefix('$').unwrap_or(placeholder).strip_prefix('{')?.strip_suffix('}').map(str::trim)
}

/// Asked here, for a pattern of all the world's letters takes longer to build than a thousand prompts to search.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '.' | '-'))
        && text.chars().count() <= LONGEST_NAME
}

fn finding(view: &AgentView<'_>, placed: &Placed, range: Range<usize>) -> Diagnostic {
    let message = format!("{} holds a placeholder that nothing fills in", called(placed));
    let text = &placed.text()[range.clone()];
    let finding = RULE.finding(message, placed.place(range.clone()), "sent as it is");
    let Some(name) = inside_braces(text) else { return finding.help("write what belongs here, or remove it") };
    if !view.agent.variables.iter().any(|v| v.name == name) {
        return finding.help("a value is written as `{{ name }}`, and declared under `variables:`");
    }
    let finding = finding.help(format!("a value is written as `{{{{ {name} }}}}`"));
    match view.edit(placed, range, &format!("{{{{ {name} }}}}")).filter(|_| !has_raw(placed.text())) {
        Some(edit) => finding.fix(Fix { title: format!("write `{{{{ {name} }}}}`"), edits: vec![edit], safe: true }),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        placeholders(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn every_shape_is_a_pattern() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
    }

    #[test]
    fn what_was_left_to_be_filled_in_is_found() {
        for (text, found) in [
            ("Hi {name}, {first name}!", vec!["{name}", "{first name}"]),
            ("Hi ${name}", vec!["${name}"]),
            ("您好{姓名}，[公司名称]的", vec!["{姓名}", "[公司名称]"]),
            ("[Your Name] of [COMPANY]", vec!["[Your Name]", "[COMPANY]"]),
            ("请TODO填写", vec!["TODO"]),
            ("Call <your name>, FIXME", vec!["<your name>", "FIXME"]),
            ("It costs %d, %s.", vec!["%d", "%s"]),
            ("Your name is ____ and", vec!["____"]),
            ("____ phoned", vec!["____"]),
            ("Lorem ipsum dolor", vec!["Lorem ipsum"]),
            ("XXX", vec!["XXX"]),
        ] {
            assert_eq!(texts(text), found, "{text}");
        }
    }

    #[test]
    fn what_means_something_else_is_not() {
        for text in [
            "{\"name\": \"Cindy\"} {} {3} {a, b}",
            "{a sentence in braces that is longer than any name would be}",
            "[Name](https://example.com), [1], [x], [ ], [pause]",
            "[Date]: https://example.com",
            "<instructions>Be brief.</instructions>",
            "50% sure, 100%s",
            "| a |\n|___|\n______\n**____**",
            "【姓名】您的姓名",
            "\\frac{a}{b}",
            "todo lists, XXXL",
            "snake_case__x ___bold___",
        ] {
            assert_eq!(texts(text), [""; 0], "{text}");
        }
    }
}
