//! Names that a prompt wants called: functions, as far as the text says.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What only a function is written like: `send_sms`, `sendSms`. Names of products (`iPhone`, `eBay`) begin with one
/// small letter.
const NAME: &str = "[a-z][a-z0-9]*(?:_[A-Za-z0-9]+)+|[a-z][a-z0-9]+(?:[A-Z][a-z0-9]+)+";

/// Who is called is a function, or a person.
static CALLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let strong = r"(?i-u:\b(?:call|calls|calling|invoke|invokes|invoking|trigger|triggers|triggering))(?: the)?";
    let weak = r"(?i-u:\b(?:use|uses|using|run|runs|running))";
    let kind = "(?: function| tool)?";
    Regex::new(&format!(
        r"(?:{strong}|{weak}(?: the (?:function|tool))?){kind} `?(?:([A-Za-z][A-Za-z0-9_]*)\(\)|({NAME}))|(?:调用|使用)(?:函数|工具)? ?`?(?:([A-Za-z][A-Za-z0-9_]*)\(\)|({NAME}))|(?-u:\b)the `?({NAME})`? (?:function|tool)(?-u:\b)"
    ))
    .ok()
});

/// What a name belongs to that is none of a function.
static DATA: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^`? ?(?i-u:(?:fields?|variables?|values?|formats?|columns?|parameters?|templates?|tags?|headers?|keys?|attributes?|propert(?:y|ies)|placeholders?|syntax|files?|style|mode)\b|字段|变量|格式|参数|模板|的)",
    )
    .ok()
});

/// Where the names of functions stand that a text says are called, and does not forbid to call.
pub(crate) fn called_functions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for captures in CALLED.iter().flat_map(|called| called.captures_iter(text)) {
        let Some(name) = captures.iter().skip(1).flatten().next() else { continue };
        let begins = captures.get(0).map_or(0, |whole| whole.start());
        let rest = &text[name.end()..];
        if !is_forbidden(&text[..begins]) && !goes_on(rest) && !DATA.as_ref().is_some_and(|data| data.is_match(rest)) {
            found.push(name.range());
        }
    }
    found
}

/// Whether a name is only the beginning of one: of a file, an address, a name with a dash.
fn goes_on(rest: &str) -> bool {
    let mut characters = rest.chars();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match characters.next() {
        Some('.' | '/' | '-' | '@' | ':' | '=' | '\\') => {
            characters.next().is_some_and(|c| word(c) || matches!(c, '/' | '\\' | '"' | '\''))
        }
        Some(c) => word(c),
        None => false,
    }
}

fn is_forbidden(before: &str) -> bool {
    let before = before.trim_end().to_lowercase();
    ["not", "never", "n't", "n’t", "不要", "别", "不得", "勿"].iter().any(|no| before.ends_with(no))
}

/// Whether a text ends with a word for calling a function.
pub(crate) fn says_call(before: &str) -> bool {
    let before = before.trim_end().to_lowercase();
    let before = before.strip_suffix(" the").unwrap_or(&before);
    ["call", "invoke", "trigger", "调用"].iter().any(|verb| {
        before.strip_suffix(verb).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(text: &str) -> Vec<&str> {
        called_functions(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_word_that_only_a_function_is_written_like_is_one() {
        for (text, name) in [
            ("Then call send_sms.", "send_sms"),
            ("Invoke the sendSms tool", "sendSms"),
            ("then trigger book_visit, and wait", "book_visit"),
            ("use book_visit to book it", "book_visit"),
            ("Run checkSlots()", "checkSlots"),
            ("call lookup()", "lookup"),
            ("call `transfer_to_nurse`", "transfer_to_nurse"),
            ("然后调用sendSms。", "sendSms"),
            ("请使用 send_sms 发送短信", "send_sms"),
            ("with the book_visit function", "book_visit"),
        ] {
            assert_eq!(called(text), [name], "{text}");
        }
    }

    #[test]
    fn what_is_no_function_is_none() {
        for text in [
            "Never call send_sms.",
            "Call the follow-up team, and use plain words.",
            "Use the visit_date from the letter.",
            "Use visit_date format for days.",
            "Ask whether they use iPhone, eBay or macOS.",
            "They may call customer-service or our follow_up-team.",
            "Run setup_all.sh, then use https://my_host.example/a_b.",
            "use <a href=\"x_y\"> or data_id=\"5\"",
            "Use opening_hours.md for the hours.",
            "使用visit_date字段",
            "The recall_notice was sent.",
            "Call Dr. O'Neill (or McDonald) back.",
            "We call it a check-up; you call back on 020 7946 0101.",
            "Mail use_me@example.com, or use a_b@example.com.",
        ] {
            assert_eq!(called(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_verb_of_calling_is_a_word_of_its_own() {
        assert!(says_call("then call ") && says_call("Trigger the ") && says_call("请调用"));
        assert!(!says_call("recall ") && !says_call("before you "));
    }
}
