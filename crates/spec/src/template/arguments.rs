//! The arguments of a filter: each to its parameter, and literals checked when the template is read.

use std::ops::Range;

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::error::TemplateError;
use super::filters::{FilterDoc, Parameter, Takes};
use super::mistakes;
use super::spoken;
use super::tree::{Expr, ExprKind};

/// Most digits after the point that `round` takes.
pub(super) const MAX_DIGITS: u32 = 10;

/// Longest pattern of a date, in bytes.
pub(super) const MAX_FORMAT: usize = 200;

/// An argument as it was written.
pub(super) struct Argument {
    /// The keyword and its place.
    pub(super) name: Option<(String, Range<usize>)>,
    pub(super) value: Expr,
}

/// One argument, or none, for each parameter of `filter`, whose name is at `place`.
pub(super) fn bind(
    filter: &FilterDoc,
    place: Range<usize>,
    given: Vec<Argument>,
    errors: &mut Vec<TemplateError>,
) -> Option<Vec<Option<Expr>>> {
    let before = errors.len();
    let mut bound: Vec<Option<Expr>> = filter.parameters.iter().map(|_| None).collect();
    for (nth, argument) in given.into_iter().enumerate() {
        match parameter(filter, nth, &argument) {
            Ok(at) if bound[at].is_some() => {
                let message = format!("`{}` is given twice", filter.parameters[at].name);
                errors.push(TemplateError::new(argument.value.range, message));
            }
            Ok(at) => {
                errors.extend(wrong_literal(&filter.parameters[at], &argument.value));
                bound[at] = Some(argument.value);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.len() == before {
        let missing =
            filter.parameters.iter().zip(&bound).find(|(parameter, value)| parameter.required && value.is_none());
        if let Some((parameter, _)) = missing {
            let error = TemplateError::new(place, format!("`{}` needs `{}`", filter.name, parameter.name));
            errors.push(error.help(parameter.summary));
        }
    }
    (errors.len() == before).then_some(bound)
}

/// Which parameter an argument is for.
fn parameter(filter: &FilterDoc, nth: usize, argument: &Argument) -> Result<usize, TemplateError> {
    let names: Vec<_> = filter.parameters.iter().map(|parameter| parameter.name).collect();
    match &argument.name {
        Some((name, place)) => names.iter().position(|known| known == name).ok_or_else(|| {
            if names.is_empty() {
                TemplateError::new(place.clone(), format!("`{}` takes no arguments", filter.name))
            } else {
                mistakes::unknown(&format!("argument of `{}`:", filter.name), name, &names, place.clone())
            }
        }),
        None if filter.parameters.get(nth).is_some_and(|parameter| parameter.positional) => Ok(nth),
        None => {
            let place = argument.value.range.clone();
            // A text alone is meant for the parameter that takes one.
            let meant = filter.parameters.iter().find(|parameter| accepts(parameter.takes, &argument.value));
            Err(match meant.or(filter.parameters.first()).filter(|parameter| !parameter.positional) {
                Some(parameter) => {
                    let error = TemplateError::new(place, format!("`{}` takes its arguments by name", filter.name));
                    let value = match &argument.value.kind {
                        ExprKind::Text(text) if !text.contains(['"', '\n']) => format!("\"{text}\""),
                        _ => "...".to_owned(),
                    };
                    error.help(format!("write `{}({}={value})`", filter.name, parameter.name))
                }
                None if names.is_empty() => TemplateError::new(place, format!("`{}` takes no arguments", filter.name)),
                None => {
                    let message = format!("`{}` takes at most {} arguments", filter.name, names.len());
                    TemplateError::new(place, message)
                }
            })
        }
    }
}

fn accepts(takes: Takes, value: &Expr) -> bool {
    match (&value.kind, takes) {
        (ExprKind::Text(text), Takes::Zone) => TimeZone::get(text).is_ok(),
        (ExprKind::Text(text), Takes::Locale) => spoken::Locale::named(text).is_some(),
        (ExprKind::Text(text), Takes::Format) => text.contains('%'),
        (ExprKind::Boolean(_), Takes::Boolean) => true,
        _ => false,
    }
}

/// What is wrong with a literal; anything else is known only when a row is rendered.
fn wrong_literal(parameter: &Parameter, value: &Expr) -> Option<TemplateError> {
    let name = parameter.name;
    let error = |message: String| Some(TemplateError::new(value.range.clone(), message));
    match (&value.kind, parameter.takes) {
        (ExprKind::Text(_), Takes::Text) | (ExprKind::Boolean(_), Takes::Boolean) => None,
        (ExprKind::Text(zone), Takes::Zone) => match TimeZone::get(zone) {
            Ok(_) => None,
            Err(_) => error(format!("unknown time zone `{zone}`"))
                .map(|error| error.help("use an IANA name such as America/New_York or Asia/Shanghai")),
        },
        (ExprKind::Text(locale), Takes::Locale) => match spoken::Locale::named(locale) {
            Some(_) => None,
            None => error(format!("dates can't be spoken in `{locale}`")).map(|error| error.help(spoken::known())),
        },
        (ExprKind::Text(format), Takes::Format) => match check_format(format) {
            Ok(()) => None,
            Err(message) => error(message).map(|error| {
                error.help("for example `%Y-%m-%d`, `%d/%m/%Y`, `%H:%M`, `%A, %B %-d`; a percent sign is `%%`")
            }),
        },
        (ExprKind::Number(number), Takes::Digits) => match number.decimal().whole() {
            Some(n) if (0..=i128::from(MAX_DIGITS)).contains(&n) => None,
            _ => error(format!("`{name}` is a whole number from 0 to {MAX_DIGITS}")),
        },
        (ExprKind::Text(_) | ExprKind::Boolean(_) | ExprKind::Number(_) | ExprKind::List(_), takes) => {
            error(format!("`{name}` takes {}", described(takes)))
        }
        _ => None,
    }
}

pub(super) fn described(takes: Takes) -> &'static str {
    match takes {
        Takes::Text => "a text",
        Takes::Digits => "a whole number from 0 to 10",
        Takes::Boolean => "`true` or `false`",
        Takes::Zone => "an IANA time zone, as a text",
        Takes::Locale => "a language, as a text",
        Takes::Format => "a pattern such as `%Y-%m-%d`, as a text",
    }
}

/// Whether a pattern can be used at all: some value, with a time and a zone, has a form in it.
fn check_format(format: &str) -> Result<(), String> {
    if format.len() > MAX_FORMAT {
        return Err(format!("a pattern has at most {MAX_FORMAT} bytes"));
    }
    if format.is_empty() {
        return Err("the pattern is empty".into());
    }
    let sample = date(2026, 4, 14).at(10, 30, 0, 0).to_zoned(TimeZone::UTC);
    match sample.map(|sample| jiff::fmt::strtime::format(format, &sample)) {
        Ok(Ok(_)) => Ok(()),
        _ => Err("the pattern is not understood".into()),
    }
}
