//! What a finding of the schema says to a person.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::vendors::vendor_members;
use super::{repair, unit};
use crate::diagnostic::Diagnostic;
use crate::model::{CLOCK_PATTERN, DAY_PATTERN, DURATION_PATTERN, MOMENT_PATTERN, NAME_PATTERN, SECRET_PATTERN};
use crate::source::Span;
use crate::yaml::{Entry, Node, Segment, Yaml};

/// One finding.
pub(super) struct Finding {
    pub(super) diagnostic: Diagnostic,
    /// Whether its place holds a secret in plain text.
    pub(super) secret: bool,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, secret: false }
    }
}

/// A field that the language knows.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) parameter: Option<String>,
    pub(super) description: Option<String>,
}

/// Longest text that may be a slip of something known.
const LONGEST_NAME: usize = 200;
/// Characters of a text that are shown in a message.
const SHOWN: usize = 60;
/// Fields of a map that are compared with a missing one.
const MOST_LOOKED_AT: usize = 50;

/// A text of a document, for a message.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// A path as people write it: `llm.openai.apiKey`, `extract[2].name`.
pub(crate) fn dotted(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&shown(key));
            }
            Segment::Index(i) => text.push_str(&format!("[{}]", i + 1)),
        }
    }
    text
}

/// The name nearest to `name`, if one is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nothing that is known is as long as that; comparing a megabyte takes time.
    if name.len() > LONGEST_NAME {
        return None;
    }
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&lower, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= (k.chars().count().max(lower.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

pub(super) fn unknown_field(path: &[Segment], entry: &Entry, map: &Node, known: &[Known]) -> Finding {
    let key = &entry.key.text;
    let parent = if path.is_empty() { "the document".to_owned() } else { format!("`{}`", dotted(path)) };
    let mut full = path.to_vec();
    full.push(Segment::Key(key.clone()));
    if map.flow && entry.value.value == Yaml::Null && entry.value.span.start >= entry.value.span.end {
        return Diagnostic::error(
            "E0008",
            "a comma splits this value",
            entry.key.span,
            format!("YAML reads this as a field of {parent}"),
        )
        .help("quote the text before it, comma included, or put the map on lines of its own")
        .into();
    }
    let shown = if key == "<<" { "<<".to_owned() } else { dotted(&full) };
    let mut diagnostic = Diagnostic::error(
        "E0107",
        format!("unknown field `{shown}`"),
        entry.key.span,
        format!("not a field of {parent}"),
    );
    if key == "<<" {
        diagnostic = diagnostic.help("merge keys are not a part of YAML 1.2; say what differs in `environments`");
    } else if let Some(near) = nearest(key, known.iter().map(|k| k.name.as_str())) {
        let parameter = known.iter().find(|k| k.name == near).and_then(|k| k.parameter.as_deref());
        let parameter = parameter.map(|p| format!(" (CreateAICall.{p})")).unwrap_or_default();
        diagnostic = diagnostic.help(format!("did you mean `{near}`?{parameter}"));
        if map.get(near).is_none() {
            diagnostic = diagnostic.fix(repair::rename(entry.key.span, key, near));
        }
    } else if let Some(k) = known.iter().find(|k| k.parameter.as_deref().is_some_and(|p| p.eq_ignore_ascii_case(key))) {
        diagnostic = diagnostic.help(format!("the API's `{key}` is written `{}` here", k.name));
    } else if !known.is_empty() && known.len() <= 14 {
        let names: Vec<_> = known.iter().map(|k| format!("`{}`", k.name)).collect();
        diagnostic = diagnostic.help(format!("known here: {}", names.join(", ")));
    }
    diagnostic.into()
}

/// Whether a map has a field that is not known and was meant to be this one.
pub(super) fn misspelt(map: &Node, property: &str, known: &[Known]) -> bool {
    slips(map, known).any(|meant| meant == property)
}

/// Whether a map has a field that is not known and was meant to be one of those that `choices` require.
pub(super) fn misspelt_any(map: &Node, choices: &[Value], known: &[Known]) -> bool {
    let required: Vec<&Value> = choices.iter().filter_map(|choice| choice["required"].as_array()).flatten().collect();
    slips(map, known).any(|meant| required.iter().any(|name| **name == meant))
}

/// The known names that unknown keys of a map were meant to be.
fn slips<'a>(map: &'a Node, known: &'a [Known]) -> impl Iterator<Item = &'a str> {
    let entries = match &map.value {
        Yaml::Mapping(entries) => entries.iter().as_slice(),
        _ => &[],
    };
    // Looking each of 100,000 keys up takes time, and a map of so many is no slip of the hand.
    let unknown = entries.iter().take(MOST_LOOKED_AT).filter(|e| !known.iter().any(|k| k.name == e.key.text));
    unknown.filter_map(|entry| meant(&entry.key.text, known))
}

/// The known name that an unknown key was meant to be.
pub(super) fn meant<'a>(key: &str, known: &'a [Known]) -> Option<&'a str> {
    nearest(key, known.iter().map(|k| k.name.as_str()))
}

pub(super) fn missing_field(path: &[Segment], property: &str, place: Span, known: Option<&Known>) -> Finding {
    let mut full = path.to_vec();
    full.push(Segment::Key(property.to_owned()));
    let mut diagnostic =
        Diagnostic::error("E0103", format!("`{}` is missing", dotted(&full)), place, format!("needs `{property}`"));
    if let Some(description) = known.and_then(|k| k.description.as_deref()) {
        diagnostic = diagnostic.help(format!("`{property}`: {}", first_sentence(description)));
    }
    diagnostic.into()
}

pub(super) fn bad_name(name: &str, span: Span) -> Finding {
    Diagnostic::error("E0106", format!("`{}` is not a name", shown(name)), span, "not a name")
        .help("a name is made of letters, digits, `.`, `_` and `-`, and starts and ends with a letter or a digit")
        .into()
}

/// A member of a speech vendor's `extra` that must not be there.
pub(super) fn has_a_field(path: &[Segment], entry: &Entry) -> Finding {
    let name = &entry.key.text;
    let vendor = &path[..path.len().saturating_sub(1)];
    let members = match vendor {
        [.., Segment::Key(group), Segment::Key(vendor)] => vendor_members(group, vendor),
        _ => Vec::new(),
    };
    let (label, help) = match members.iter().find_map(|(member, field)| (member == name).then_some(*field)?) {
        Some(field) => {
            ("it has a field of its own", format!("write it as `{}.{field}`, and remove it here", dotted(vendor)))
        }
        None => ("set by the vendor's key", format!("remove it: `{}` says it", dotted(vendor))),
    };
    let message = format!("`{}` must not hold `{name}`", dotted(path));
    Diagnostic::error("E0139", message, entry.key.span, label).help(help).into()
}

fn wrong_type(path: &[Segment], node: &Node, place: Span, expected: &str) -> Finding {
    let name = dotted(path);
    if node.value == Yaml::Null {
        return Diagnostic::error("E0104", format!("`{name}` has no value"), place, format!("expected {expected}"))
            .help("give it one, or remove the key")
            .into();
    }
    if expected.contains("text") && node.plain && matches!(node.value, Yaml::Number(_) | Yaml::Bool(_)) {
        return Diagnostic::error(
            "E0009",
            format!("`{name}` is text, and YAML reads this as {}", node.type_name()),
            place,
            "needs quotes",
        )
        .help("put it in quotes: a reader may drop the `+` or leading zeros")
        .fix(repair::quote(node.span))
        .into();
    }
    Diagnostic::error(
        "E0104",
        format!("`{name}` is {expected}, not {}", node.type_name()),
        place,
        format!("expected {expected}"),
    )
    .into()
}

/// What a `type` keyword asks for.
pub(super) fn types(kind: &TypeKind) -> String {
    let one = |t: JsonType| match t {
        JsonType::Array => "a list",
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a map",
        JsonType::String => "text",
    };
    match kind {
        TypeKind::Single(t) => one(*t).to_owned(),
        TypeKind::Multiple(all) => all.iter().map(one).collect::<Vec<_>>().join(" or "),
    }
}

/// Whether a finding means that the value itself cannot be used.
pub(super) fn spoils_value(kind: &ValidationErrorKind) -> bool {
    !matches!(kind, ValidationErrorKind::AnyOf { .. })
}

/// A second choice where there can be one.
pub(super) fn excluded(map: &str, first: &Entry, second: &Entry) -> Finding {
    if !map.is_empty() {
        return Diagnostic::error(
            "E0110",
            format!("`{map}` takes exactly one choice"),
            second.key.span,
            "and a second",
        )
        .related(first.key.span, "one choice")
        .help("keep one; use `environments` if it differs between environments")
        .into();
    }
    let what = |entry: &Entry| if entry.key.text == "tts" { "a voice of one's own" } else { "a built-in voice" };
    Diagnostic::error("E0111", "`voice` and `tts` exclude each other", second.key.span, what(second))
        .related(first.key.span, what(first))
        .help("keep one: `voice` becomes VoiceType, `tts` becomes CustomTTSConfig")
        .into()
}

/// The finding for one keyword; `parent` is the schema that holds it.
pub(super) fn of(
    kind: &ValidationErrorKind,
    path: &[Segment],
    node: &Node,
    place: Span,
    parent: Option<&Value>,
) -> Finding {
    let name = dotted(path);
    let error = |code, message: String, label: &str| Diagnostic::error(code, message, place, label);
    match kind {
        ValidationErrorKind::Type { kind } => match form(parent).filter(|_| matches!(node.value, Yaml::Number(_))) {
            // Quotes would make it text, and not what it should be.
            Some(pattern) => pattern_finding(path, node, place, pattern),
            None => wrong_type(path, node, place, &types(kind)),
        },
        ValidationErrorKind::Enum { options } => one_of(&name, node, place, options),
        ValidationErrorKind::Constant { expected_value } => {
            let expected = expected_value.as_str().map_or_else(|| expected_value.to_string(), str::to_owned);
            error("E0105", format!("`{name}` is `{expected}` here"), "something else").into()
        }
        ValidationErrorKind::Pattern { pattern } => pattern_finding(path, node, place, pattern),
        ValidationErrorKind::Minimum { limit } | ValidationErrorKind::ExclusiveMinimum { limit } => {
            bounds(&name, place, parent, &format!("at least {limit}"))
        }
        ValidationErrorKind::Maximum { limit } | ValidationErrorKind::ExclusiveMaximum { limit } => {
            bounds(&name, place, parent, &format!("at most {limit}"))
        }
        ValidationErrorKind::MinProperties { .. } => {
            error("E0110", format!("`{name}` names nothing"), "exactly one is needed").help(one_of_keys(parent)).into()
        }
        ValidationErrorKind::AnyOf { .. } => {
            error("E0110", format!("`{name}` needs `file` or `inline`"), "names no callees").into()
        }
        ValidationErrorKind::MinLength { .. } => error("E0112", format!("`{name}` is empty"), "needs some text").into(),
        ValidationErrorKind::MaxLength { limit } => {
            error("E0112", format!("`{name}` is longer than {limit} characters"), "too long").into()
        }
        ValidationErrorKind::MinItems { .. } => error("E0112", format!("`{name}` is empty"), "needs an item")
            .help("leave the key out if there is none")
            .into(),
        ValidationErrorKind::MaxItems { limit } => {
            error("E0112", format!("`{name}` holds at most {limit} items"), "too many").into()
        }
        other => error("E0106", format!("`{name}` breaks the rule `{}` of the schema", other.keyword()), "").into(),
    }
}

fn one_of_keys(parent: Option<&Value>) -> String {
    let keys: Vec<_> = parent
        .and_then(|p| p.get("properties"))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(k, _)| format!("`{k}`"))
        .collect();
    format!("choose one of {}", keys.join(", "))
}

fn bounds(name: &str, place: Span, parent: Option<&Value>, limit: &str) -> Finding {
    // Beyond that a bound is one of the field's type: nobody means to get there.
    let told = |bound: &&Value| bound.as_f64().is_some_and(|b| b < f64::from(u32::MAX));
    let number = |key| parent.and_then(|p| p.get(key)).filter(told);
    let range = match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => format!("from {least} to {most}"),
        _ => limit.to_owned(),
    };
    Diagnostic::error("E0108", format!("`{name}` is out of range"), place, range).into()
}

fn one_of(name: &str, node: &Node, place: Span, options: &Value) -> Finding {
    let options: Vec<_> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let list = options.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(", ");
    if node.value == Yaml::Null {
        return Diagnostic::error("E0104", format!("`{name}` has no value"), place, "expected one of its values")
            .help(format!("one of {list}"))
            .into();
    }
    let Some(text) = node.as_str() else {
        return Diagnostic::error("E0105", format!("`{name}` is one of {list}"), place, node.type_name()).into();
    };
    let mut diagnostic =
        Diagnostic::error("E0105", format!("`{}` is not a value of `{name}`", shown(text)), place, "not known");
    match nearest(text, options.iter().copied()) {
        Some(near) => {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(repair::rename(node.span, text, near));
        }
        None => diagnostic = diagnostic.help(format!("one of {list}")),
    }
    diagnostic.into()
}

/// The pattern of a text that no number becomes by quotes: `30` is no duration. A name may be made of digits.
fn form(schema: Option<&Value>) -> Option<&str> {
    let pattern = schema?.get("pattern")?.as_str()?;
    (pattern != NAME_PATTERN && pattern_words(pattern).is_some()).then_some(pattern)
}

fn pattern_finding(path: &[Segment], node: &Node, place: Span, pattern: &str) -> Finding {
    let name = dotted(path);
    let text = node.as_str().unwrap_or_default();
    if pattern == SECRET_PATTERN {
        let reference = text.contains("${");
        let message = if reference {
            format!("`{name}` is not a reference that can be read")
        } else {
            format!("`{name}` holds a secret in plain text")
        };
        let mut diagnostic = Diagnostic::error("E0109", message, place, "a reference is needed here").help(
            "put it into an environment variable and write `${env:NAME}`, or into a file and write `${file:PATH}`",
        );
        if !reference {
            diagnostic =
                diagnostic.help("if this file was ever committed or shared, the secret is known: make a new one");
        }
        return Finding { diagnostic, secret: true };
    }
    let (what, help) = pattern_words(pattern).unwrap_or(("of the right form", "see the schema"));
    let mut diagnostic =
        Diagnostic::error("E0106", format!("`{name}` is not {what}"), place, format!("not {what}")).help(help);
    if pattern == DURATION_PATTERN {
        diagnostic = unit::explained(diagnostic, path, node);
    }
    diagnostic.into()
}

/// What text with this pattern is, and how it is written.
pub(super) fn pattern_words(pattern: &str) -> Option<(&'static str, &'static str)> {
    Some(match pattern {
        DURATION_PATTERN => ("a duration", "write a number with its unit: `500ms`, `10s`, `2m`, `1h30m`"),
        MOMENT_PATTERN => ("a day or an instant", "write `2026-04-03`, or `2026-04-03T18:00:00-07:00` with its offset"),
        CLOCK_PATTERN => ("a time of day", "write `\"09:00\"`, hours and minutes, up to `\"24:00\"`"),
        NAME_PATTERN => (
            "a name",
            "a name is made of letters, digits, `.`, `_` and `-`, and starts and ends with a letter or a digit",
        ),
        SECRET_PATTERN => ("a reference to a secret", "write `${env:NAME}` or `${file:PATH}`, and nothing else"),
        p if p.starts_with("^https?") => ("a URL", "write it with `https://`"),
        p if p.starts_with("^(intl|") => ("a site", "write `intl`, `china`, `emulator`, or a URL"),
        DAY_PATTERN => ("a day", "write it as `2026-04-03`"),
        _ => return None,
    })
}

fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    text.find(". ").map_or(text, |n| &text[..=n])
}
