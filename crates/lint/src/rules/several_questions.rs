use std::ops::Range;
use std::sync::LazyLock;

use callform_spec::diagnostic::{Diagnostic, Severity};
use regex::Regex;

use super::{Check, rule};
use crate::inspect::{AgentView, literal};

rule! {
    /// ## What it does
    ///
    /// Finds steps of the prompt, items of a list, that put two questions one after the other.
    ///
    /// ## Why it is bad
    ///
    /// Asked two things in one breath, people answer the last one, and nothing tells the model which answer is missing.
    /// The provider's own sample prompt asks for one question at a time.
    ///
    /// Questions that the callee may ask, examples and alternatives are not reported: what stands behind `if`, `when`,
    /// `such as` or `or` (`如果`, `例如`, `或`).
    code: "CF024",
    name: "several-questions",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
1. Will you come on Friday? Shall we send a taxi?
2. When you are done, call call_end. Asks for a person: call transfer_to_human.
")],
    good: &[("agents/prompts/checkup.md", "\
1. Will you come on Friday?
2. Shall we send a taxi?
3. When you are done, call call_end. Asks for a person: call transfer_to_human.
")],
    check: Check::Agent(check),
}

static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[ \t]*(?:[-*+•①-⑳]|\d{1,3}[.)、．）]|[（(]\d{1,3}[)）]|(?i:step) ?\d{1,3}[.:)]|第[一二三四五六七八九十]{1,3}步[：:、]|[一二三四五六七八九十]{1,3}、)[ \t]*\S").ok()
});
/// What makes a question somebody else's, or one of several to choose from.
static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = [
        r"(?i)\b(?:if|when|whenever|unless|example|examples|like|such as|e\.g\.|or|faq|falls|wenn|oder|beispiel|si|ou|o|oppure|quando|cuando|exemple|ejemplo|exemplo)\b",
        "如果|若|当|例如|比如|譬如|或|还是|還是|もし|例えば|または|만약|예를|또는",
    ];
    Regex::new(&words.join("|")).ok()
});

/// What stands behind a `when` that asks; behind one that says when, somebody does something.
static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?i)(?:['’]s| (?:is|are|was|were|do|does|did|will|would|can|could|should|shall|may|might|must|has|have|had)) ").ok()
});

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(prompt) = view.prompt() else { return };
    let text = literal(prompt.text());
    for item in items(&text) {
        if let Some((first, second)) = two_questions(&text, item) {
            found.push(
                RULE.finding("a step of the prompt asks two things at once", prompt.place(second), "and a second one")
                    .related(prompt.place(first), "one question")
                    .help("make the second one a step of its own"),
            );
        }
    }
}

/// Items of lists: their first line and the lines that go on with it.
fn items(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        if ITEM.as_ref().is_some_and(|item| item.is_match(line)) {
            found.push(start..end);
            open = true;
        } else if line.trim().is_empty() || line.starts_with('#') {
            open = false;
        } else if let Some(last) = found.last_mut().filter(|_| open) {
            last.end = end;
        }
        start = end;
    }
    found
}

/// Two questions that stand side by side, each with words of its own.
fn two_questions(text: &str, item: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let mut questions: Vec<Range<usize>> = Vec::new();
    let mut start = item.start;
    for (at, c) in text[item.clone()].char_indices().map(|(at, c)| (item.start + at, c)) {
        if !matches!(c, '?' | '？' | '.' | '!' | '。' | '！' | ':' | '：' | ';' | '；') {
            continue;
        }
        // The dot of `1.` or `e.g.` ends nothing.
        let ends = matches!(c, '?' | '？') || !c.is_ascii() || text[at + 1..].starts_with(char::is_whitespace);
        if !ends {
            continue;
        }
        let end = at + c.len_utf8();
        let words = start + (text[start..end].len() - text[start..end].trim_start().len())..end;
        start = end;
        let question = matches!(c, '?' | '？');
        if question && is_others(&text[item.start..end]) {
            return None;
        }
        if !question {
            questions.clear();
        } else if is_whole(opened(&text[words.clone()], questions.is_empty())) {
            if let Some(first) = questions.pop() {
                return Some((first, words));
            }
            questions.push(words);
        }
    }
    None
}

/// Whether a question is somebody else's, or one of several to choose from. `When` may ask, as any other word.
fn is_others(text: &str) -> bool {
    let asks = |found: regex::Match<'_>| {
        found.as_str().eq_ignore_ascii_case("when")
            && ASKS.as_ref().is_some_and(|asks| asks.is_match(&text[found.end()..]))
    };
    OTHER.iter().flat_map(|other| other.find_iter(text)).any(|found| !asks(found))
}

/// The first question without the quotes that open in front of it: what they close behind is said in one breath.
fn opened(question: &str, first: bool) -> &str {
    let inner = question.trim_start_matches(['"', '“', '「', '«']);
    if first && !inner.contains(['"', '”', '」', '»']) { inner } else { question }
}

/// `Hello?` and `Really?` are no questions to be answered; quotes around the second one make it another turn's.
fn is_whole(question: &str) -> bool {
    let quoted = question.starts_with(['"', '\'', '“', '”', '‘', '’', '「', '」', '«', '»', '/', '|', '(', ',']);
    let long =
        if question.is_ascii() { question.split_whitespace().count() >= 3 } else { question.chars().count() >= 5 };
    long && !quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str) -> bool {
        items(text).into_iter().any(|item| two_questions(text, item).is_some())
    }

    #[test]
    fn the_patterns_are_patterns() {
        assert!(ITEM.is_some() && OTHER.is_some() && ASKS.is_some());
    }

    #[test]
    fn two_questions_in_one_step_are_found() {
        for text in [
            "1. Ask: Will you come on Friday? Do you need a taxi?",
            "- Ask \"Did you sleep well? Do you have any pain?\"",
            "1. Say: \"Will you come on Friday? Shall we send a taxi?\"",
            "1. 请问：“您周五能来吗？需要我们接您吗？”",
            "Step 1: Will you come on Friday? Shall we send a taxi?",
            "第一步：请问您周五能来吗？需要我们接您吗？",
            "①请问您周五能来吗？需要我们接您吗？",
            "一、请问您周五能来吗？需要我们接您吗？",
            "2. How is the wound?\n   Is there any fever?\n",
            "- What is your name? When were you born?",
            "1. Ask: how are you? When did it start? Is it worse?",
            "- When's your birthday? What is your address?",
            "一、\n1、请问您周五能来吗？需要我们接您吗？",
        ] {
            assert!(finds(text), "{text}");
        }
    }

    #[test]
    fn one_question_alternatives_and_what_the_callee_may_ask_are_not() {
        for text in [
            "Will you come? Do you need a taxi?",
            "1. Will you come on Friday?\n2. Do you need a taxi?",
            "- Hello? Is this the Miller family?",
            "- If they ask \"What does it cost? Who pays for it?\": say that you do not know.",
            "- Ask how they are, with \"How are you today?\" or \"Did you sleep well?\"",
            "- \"How are you today?\" \"Did you sleep well?\"",
            "- Say \"How are you today?\", and \"Did you sleep well?\"",
            "Step by step: Will you come on Friday? Do you need a taxi?",
            "- Will you come on Friday? Wait for the answer. Do you need a taxi?",
            "- When they ask \"What does it cost? Who pays for it?\": say that you do not know.",
            "- When asked what it costs? who pays? say that you do not know.",
            "- 如果对方问：要多少钱？谁来付款？就说不知道。",
            "- Ask about pain, fever and sleep.",
        ] {
            assert!(!finds(text), "{text}");
        }
    }
}
