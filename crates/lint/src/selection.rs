//! Which rules a person asked for.

use callform_spec::diagnostic::{Code, Diagnostic};

use crate::rules::{self, Rule};

/// Rules by code (`CF005`), by name (`limits-unset`) or by the beginning of a code (`CF0`). Errors of the language are
/// no rules: they are always told.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these; all, if empty.
    select: Vec<Pattern>,
    /// Not these.
    ignore: Vec<Pattern>,
}

/// What names no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule is called `{name}`, and no rule's code begins so")]
pub struct UnknownRule {
    /// As it was written.
    pub name: String,
    /// The nearest name of a rule.
    pub nearest: Option<&'static str>,
    /// Whether it is the code of an error of the language.
    pub is_error: bool,
}

#[derive(Clone, Debug)]
enum Pattern {
    /// One rule.
    Rule(&'static Rule),
    /// All whose code begins so; in capitals.
    Prefix(String),
}

impl Selection {
    /// From what a person wrote.
    ///
    /// # Errors
    /// The first that names no rule.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownRule> {
        let patterns = |names: &[String]| names.iter().map(|name| Pattern::new(name)).collect::<Result<Vec<_>, _>>();
        Ok(Self { select: patterns(select)?, ignore: patterns(ignore)? })
    }

    /// Whether a finding is told. `is_off` says that the project switched its rule off: who names the rule wants to
    /// see it all the same.
    pub(crate) fn takes(&self, finding: &Diagnostic, is_off: bool) -> bool {
        let code = finding.code;
        let Some(rule) = rules::find(code.0) else { return true };
        if rule.is_locked() {
            return true;
        }
        let named = self.select.iter().any(|p| matches!(p, Pattern::Rule(r) if r.code == code.0));
        let selected = self.select.is_empty() || self.select.iter().any(|p| p.matches(code));
        selected && !self.ignore.iter().any(|p| p.matches(code)) && (named || !is_off)
    }
}

impl Pattern {
    fn new(name: &str) -> Result<Self, UnknownRule> {
        if let Some(rule) = rules::find(name) {
            return Ok(Self::Rule(rule));
        }
        let prefix = name.to_ascii_uppercase();
        if prefix.starts_with("CF") && rules::ALL.iter().any(|r| r.code.starts_with(&prefix)) {
            return Ok(Self::Prefix(prefix));
        }
        Err(UnknownRule { name: name.to_owned(), nearest: rules::nearest(name), is_error: is_error_code(name) })
    }

    fn matches(&self, code: Code) -> bool {
        match self {
            Self::Rule(rule) => rule.code == code.0,
            Self::Prefix(prefix) => code.0.starts_with(prefix.as_str()),
        }
    }
}

/// Whether a text has the form of an error's code: `E0107`, or the beginning of one.
pub(crate) fn is_error_code(text: &str) -> bool {
    text.len() <= 5 && text.strip_prefix(['E', 'e']).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}
