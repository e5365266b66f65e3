//! JSON Lines: one object a line.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::cells::Given;

/// The cells of one line, parallel to the columns that were asked for.
pub(super) type Cells = Vec<Given<'static>>;

/// Why a line can't be read.
#[derive(Debug)]
pub(super) enum Broken {
    /// It is no JSON: what, and after how many bytes.
    Syntax { what: String, at: usize },
    /// A field stands there twice.
    Twice(String),
    /// It is JSON, but not an object.
    NotAnObject,
}

/// Reads the fields `wanted`; others may be anything.
pub(super) fn read(line: &str, wanted: &[String]) -> Result<Cells, Broken> {
    let mut twice = None;
    let mut reader = serde_json::Deserializer::from_str(line);
    let read = Object { wanted, twice: &mut twice }.deserialize(&mut reader).and_then(|cells| {
        reader.end()?;
        Ok(cells)
    });
    match read {
        Ok(Some(cells)) => Ok(cells),
        Ok(None) => Err(Broken::NotAnObject),
        Err(_) if twice.is_some() => Err(Broken::Twice(twice.unwrap_or_default())),
        Err(error) => {
            // Messages of syntax errors hold nothing of the text; those of data errors would, but the visitors below
            // take whatever comes.
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default().to_owned();
            Err(Broken::Syntax { what, at: error.column().saturating_sub(1).min(line.len()) })
        }
    }
}

/// The names of an object's fields.
pub(super) fn names(line: &str) -> Vec<String> {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line)
        .map(|object| object.into_iter().map(|(name, _)| name).collect())
        .unwrap_or_default()
}

/// Where the value of a field stands in the line: found as text, which is good enough to point at it.
pub(super) fn find(line: &str, name: &str) -> Option<Range<usize>> {
    let quoted = serde_json::to_string(name).ok()?;
    let mut from = 0;
    loop {
        let after = from + line.get(from..)?.find(&quoted)? + quoted.len();
        let rest = line[after..].trim_start();
        if let Some(value) = rest.strip_prefix(':') {
            let value = value.trim_start();
            let start = line.len() - value.len();
            return Some(start..start + value_len(value));
        }
        from = after;
    }
}

fn value_len(value: &str) -> usize {
    if !value.starts_with('"') {
        return value.find([',', '}', ']']).unwrap_or(value.len());
    }
    let mut escaped = false;
    for (at, byte) in value.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    value.len()
}

struct Object<'w> {
    wanted: &'w [String],
    twice: &'w mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Option<Cells>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Option<Cells>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut cells: Vec<Option<Given<'static>>> = vec![None; self.wanted.len()];
        while let Some(name) = map.next_key::<Name<'de>>()? {
            let Some(slot) = self.wanted.iter().position(|wanted| *wanted == name.0) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if cells[slot].is_some() {
                *self.twice = Some(name.0.into_owned());
                return Err(A::Error::custom("twice"));
            }
            cells[slot] = Some(map.next_value::<Owned>()?.0);
        }
        Ok(Some(cells.into_iter().map(|cell| cell.unwrap_or(Given::Nothing)).collect()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// A field's name, borrowed from the line where it has no escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

/// A field's value.
struct Owned(Given<'static>);

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Given<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Given::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Self::Value, E> {
        Ok(Given::Boolean(boolean))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Given::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Given::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Given::Nested, Given::Number))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Given::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Given::Nested)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Given::Nested)
    }
}
