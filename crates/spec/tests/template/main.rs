//! Templates: what is read, what is refused and where, what is rendered.

mod bounds;
mod filters;
mod jinja;
mod mistakes;
mod properties;
mod rendering;
mod spoken;
mod uses;

use std::collections::BTreeMap;

use callform_spec::template::{Context, RenderError, Template, TemplateError};
use callform_spec::value::{Kind, Raw, Rules, Value, check};
use jiff::tz::TimeZone;

/// A value of a kind, as a CSV cell has it.
fn value(kind: Kind, text: &str) -> Value {
    let rules = Rules { multiline: true, max_length: Some(1_000_000), ..Rules::of(kind) };
    check(&rules, &Raw::Text(text.into())).expect("a value of its kind")
}

/// A row in New York, spoken to in English, with some of each kind.
fn row() -> Context {
    let values = [
        ("name", value(Kind::Text, "Cindy")),
        ("客户", value(Kind::Text, "张伟")),
        ("empty", value(Kind::Text, "")),
        ("count", value(Kind::Number, "3")),
        ("price", value(Kind::Number, "12.50")),
        ("vip", value(Kind::Boolean, "true")),
        ("new", value(Kind::Boolean, "false")),
        ("birthday", value(Kind::Date, "1990-02-28")),
        ("appointment", value(Kind::DateTime, "2026-04-14T10:30:00-04:00")),
        ("visit", value(Kind::DateTime, "2026-04-14 09:05")),
    ];
    Context {
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>(),
        zone: Some(TimeZone::get("America/New_York").expect("a zone")),
        locale: "en".into(),
    }
}

fn parse(text: &str) -> Template {
    Template::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

/// The words for [`row`].
fn render(text: &str) -> String {
    parse(text).render(&row()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// Why `text` has no words for [`row`].
fn refusal(text: &str) -> RenderError {
    parse(text).render(&row()).expect_err(text)
}

/// What is wrong with `text`.
fn errors(text: &str) -> Vec<TemplateError> {
    Template::parse(text).expect_err(text)
}
