//! The filters at work.

use std::borrow::Cow;

use jiff::Zoned;
use jiff::civil::{Date, Time};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::{Run, written};
use crate::template::arguments::{self, MAX_DIGITS, MAX_FORMAT};
use crate::template::error::RenderError;
use crate::template::filters::{Filter, Takes};
use crate::template::item::Item;
use crate::template::spoken::{self, Locale};
use crate::value::Moment;

/// Upper and lower case make a text at most three times as long.
const CASE_GROWTH: usize = 3;

pub(super) fn apply<'a>(
    run: &mut Run<'a>,
    filter: Filter,
    input: Item<'a>,
    given: &[Option<Item<'a>>],
) -> Result<Item<'a>, RenderError> {
    let given = Given { filter, given };
    match filter {
        Filter::Capitalize => run.case(&input, filter, |text| {
            let mut chars = text.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
            first + &chars.as_str().to_lowercase()
        }),
        Filter::Lower => run.case(&input, filter, str::to_lowercase),
        Filter::Title => run.case(&input, filter, title),
        Filter::Upper => run.case(&input, filter, str::to_uppercase),
        Filter::Date => run.date(&input, &given),
        Filter::Join => run.join(&input, &given),
        Filter::Length => match &input {
            Item::List(items) => Ok(Item::count(items.len())),
            Item::Text(text) => {
                run.charge(text.len())?;
                Ok(Item::count(text.chars().count()))
            }
            other => Err(RenderError::new(format!("`length` takes a text or a list, not {}", other.kind()))),
        },
        Filter::Replace => run.replace(&input, &given),
        Filter::Round => {
            let Item::Number(number) = &input else {
                return Err(RenderError::new(format!("`round` takes a number, not {}", input.kind())));
            };
            let rounded = number.decimal().rounded(given.digits(0)?);
            let rounded = rounded.ok_or_else(|| RenderError::new("the result has more than 30 digits"))?;
            Ok(Item::Number(Cow::Owned(rounded)))
        }
        Filter::Spoken => run.spoken(&input, &given),
        Filter::SpokenDigits => run.spoken_digits(&input),
        Filter::Trim => {
            let text = text_of(&input, filter)?;
            run.charge(text.len())?;
            Ok(Item::text(text.trim().to_owned()))
        }
    }
}

/// The arguments of a filter, one or none for each parameter.
struct Given<'g, 'a> {
    filter: Filter,
    given: &'g [Option<Item<'a>>],
}

impl<'a> Given<'_, 'a> {
    fn get(&self, nth: usize) -> Option<&Item<'a>> {
        self.given.get(nth).and_then(Option::as_ref)
    }

    fn wrong(&self, nth: usize, takes: Takes) -> RenderError {
        let parameter = self.filter.doc().parameters.get(nth).map_or("", |parameter| parameter.name);
        let met = self.get(nth).map_or("nothing", Item::kind);
        RenderError::new(format!("`{parameter}` takes {}, not {met}", arguments::described(takes)))
    }

    fn text(&self, nth: usize, takes: Takes) -> Result<Option<&str>, RenderError> {
        match self.get(nth) {
            None => Ok(None),
            Some(Item::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(nth, takes)),
        }
    }

    fn boolean(&self, nth: usize, default: bool) -> Result<bool, RenderError> {
        match self.get(nth) {
            None => Ok(default),
            Some(Item::Boolean(boolean)) => Ok(*boolean),
            Some(_) => Err(self.wrong(nth, Takes::Boolean)),
        }
    }

    fn digits(&self, nth: usize) -> Result<u32, RenderError> {
        match self.get(nth) {
            None => Ok(0),
            Some(Item::Number(number)) => number
                .decimal()
                .whole()
                .and_then(|digits| u32::try_from(digits).ok())
                .filter(|digits| *digits <= MAX_DIGITS)
                .ok_or_else(|| RenderError::new(format!("`digits` is a whole number from 0 to {MAX_DIGITS}"))),
            Some(_) => Err(self.wrong(nth, Takes::Digits)),
        }
    }

    fn zone(&self, nth: usize) -> Result<Option<TimeZone>, RenderError> {
        let Some(name) = self.text(nth, Takes::Zone)? else { return Ok(None) };
        let zone = TimeZone::get(name).map_err(|_| {
            RenderError::new("`zone` names no time zone that is known")
                .help("use an IANA name such as America/New_York")
        });
        zone.map(Some)
    }
}

/// A date or time where it is told.
enum Told {
    Day(Date),
    Clock(jiff::civil::DateTime),
    Zoned(Zoned),
}

fn tell(run: &Run<'_>, input: &Item<'_>, zone: Option<TimeZone>, filter: Filter) -> Result<Told, RenderError> {
    match input {
        Item::Date(day) => Ok(Told::Day(*day)),
        Item::Moment(Moment::Local(local)) => Ok(Told::Clock(*local)),
        Item::Moment(Moment::Instant { at, zone: own, .. }) => {
            let zone = zone.as_ref().or(run.context.zone.as_ref()).or(own.as_ref());
            let zone = zone.ok_or_else(|| {
                RenderError::new("the callee's time zone is not known, and an instant is told in one")
                    .help("name one: `zone=\"America/New_York\"`, or in the campaign's `window.timeZone`")
            })?;
            Ok(Told::Zoned(at.to_zoned(zone.clone())))
        }
        other => {
            let message = format!("`{}` takes a date or a time, not {}", filter.doc().name, other.kind());
            let error = RenderError::new(message);
            Err(match other {
                Item::Text(_) => error.help("declare the variable with `type: date` or `type: datetime`"),
                _ => error,
            })
        }
    }
}

impl<'a> Run<'a> {
    fn case(&mut self, input: &Item<'a>, filter: Filter, how: fn(&str) -> String) -> Result<Item<'a>, RenderError> {
        let text = text_of(input, filter)?;
        self.charge(text.len().saturating_mul(CASE_GROWTH))?;
        let made = how(text);
        self.make(made.len())?;
        Ok(Item::text(made))
    }

    fn date(&mut self, input: &Item<'a>, given: &Given<'_, 'a>) -> Result<Item<'a>, RenderError> {
        let format = given.text(0, Takes::Format)?.ok_or_else(|| given.wrong(0, Takes::Format))?;
        if format.len() > MAX_FORMAT {
            return Err(RenderError::new(format!("a pattern has at most {MAX_FORMAT} bytes")));
        }
        // A field may be padded to 255 characters, and takes two bytes of the pattern at least.
        self.make(format.len() * 128)?;
        let formatted = match tell(self, input, given.zone(1)?, given.filter)? {
            Told::Day(day) => strtime::format(format, day).map_err(|_| {
                RenderError::new("the pattern asks for what a date does not have")
                    .help("a date has no time and no zone")
            }),
            Told::Clock(local) => strtime::format(format, local).map_err(|_| {
                RenderError::new("the pattern asks for what a local time does not have")
                    .help("a time without an offset has no zone")
            }),
            Told::Zoned(zoned) => {
                strtime::format(format, &zoned).map_err(|_| RenderError::new("the pattern is not understood"))
            }
        };
        formatted.map(Item::text)
    }

    fn spoken(&mut self, input: &Item<'a>, given: &Given<'_, 'a>) -> Result<Item<'a>, RenderError> {
        let code = given.text(1, Takes::Locale)?.unwrap_or(&self.context.locale);
        let locale = Locale::named(code)
            .ok_or_else(|| RenderError::new("dates can't be spoken in this language").help(spoken::known()))?;
        let (year, wants_time) = (given.boolean(2, false)?, given.boolean(3, true)?);
        let (day, time): (Date, Option<Time>) = match tell(self, input, given.zone(0)?, given.filter)? {
            Told::Day(_) if given.get(3).is_some() && wants_time => {
                return Err(RenderError::new("a date has no time to speak").help("declare the variable as `datetime`"));
            }
            Told::Day(day) => (day, None),
            Told::Clock(local) => (local.date(), Some(local.time())),
            Told::Zoned(zoned) => (zoned.date(), Some(zoned.time())),
        };
        self.charge(100)?;
        Ok(Item::text(spoken::speak(locale, day, time.filter(|_| wants_time), year)))
    }

    fn join(&mut self, input: &Item<'a>, given: &Given<'_, 'a>) -> Result<Item<'a>, RenderError> {
        let between = given.text(0, Takes::Text)?.unwrap_or("");
        let items = self.spread(input, "`join` goes over")?;
        let mut joined = String::new();
        for (nth, item) in items.iter().enumerate() {
            if nth > 0 {
                self.write(between, &mut joined)?;
            }
            self.write(&written(item)?, &mut joined)?;
        }
        Ok(Item::text(joined))
    }

    fn replace(&mut self, input: &Item<'a>, given: &Given<'_, 'a>) -> Result<Item<'a>, RenderError> {
        let text = text_of(input, given.filter)?;
        let old = given.text(0, Takes::Text)?.unwrap_or("");
        let new = given.text(1, Takes::Text)?.unwrap_or("");
        if old.is_empty() {
            return Err(RenderError::new("`replace` can't replace an empty text"));
        }
        self.charge(text.len())?;
        let found = text.matches(old).count();
        self.make((text.len() - found * old.len()).saturating_add(found.saturating_mul(new.len())))?;
        Ok(Item::text(text.replace(old, new)))
    }

    fn spoken_digits(&mut self, input: &Item<'a>) -> Result<Item<'a>, RenderError> {
        let text = match input {
            Item::Text(text) => &**text,
            Item::Number(number) if number.decimal().whole().is_some_and(|n| n >= 0) => number.as_str(),
            Item::Number(_) => return Err(RenderError::new("`spoken_digits` takes a whole number without a sign")),
            other => {
                return Err(RenderError::new(format!(
                    "`spoken_digits` takes a text or a number, not {}",
                    other.kind()
                )));
            }
        };
        // A space or ", " goes before each character.
        self.make(text.len().saturating_mul(3))?;
        Ok(Item::text(one_by_one(text)))
    }
}

fn text_of<'i>(input: &'i Item<'_>, filter: Filter) -> Result<&'i str, RenderError> {
    match input {
        Item::Text(text) => Ok(text),
        other => Err(RenderError::new(format!("`{}` takes a text, not {}", filter.doc().name, other.kind()))),
    }
}

/// A word starts after anything that is no letter, digit or apostrophe.
fn title(text: &str) -> String {
    let mut inside = false;
    let mut titled = String::with_capacity(text.len());
    for c in text.chars() {
        if inside {
            titled.extend(c.to_lowercase());
        } else {
            titled.extend(c.to_uppercase());
        }
        inside = c.is_alphanumeric() || (inside && matches!(c, '\'' | '’'));
    }
    titled
}

fn one_by_one(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len() * 2);
    let mut pause = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_ascii_punctuation() {
            pause = !spoken.is_empty();
            continue;
        }
        // A mark that belongs to the letter before it stays there.
        if c.is_alphanumeric() && !spoken.is_empty() {
            spoken.push_str(if pause { ", " } else { " " });
        }
        pause = false;
        spoken.push(c);
    }
    spoken
}
