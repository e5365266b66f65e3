//! Dates and times as one says them, by language.
//!
//! The forms are the customary ones for an appointment: the weekday, the day, the month, the time on the clock that
//! people speak in (twelve hours with the part of the day, or twenty-four). Seconds are never said. Parts of the day
//! follow CLDR where a language needs them.

mod east;
mod west;

use jiff::civil::{Date, Time};

/// The languages that dates can be spoken in.
pub const LOCALES: [&str; 10] = ["en", "zh", "zh-TW", "ja", "ko", "es", "fr", "de", "pt", "it"];

/// A language that dates can be spoken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locale {
    English,
    /// Simplified characters.
    Chinese,
    /// Traditional characters.
    Taiwanese,
    Japanese,
    Korean,
    Spanish,
    French,
    German,
    Portuguese,
    Italian,
}

impl Locale {
    /// By its code or a more particular one: `en-GB` is spoken as `en`, `zh-Hant` and `zh-HK` as `zh-TW`. The
    /// `zh-dialect` of `CreateAICall.Languages` is `zh`.
    pub(super) fn named(code: &str) -> Option<Self> {
        let mut parts = code.split(['-', '_']).map(str::to_ascii_lowercase);
        let language = parts.next()?;
        let traditional = parts.any(|part| matches!(part.as_str(), "tw" | "hk" | "mo" | "hant"));
        Some(match language.as_str() {
            "en" => Self::English,
            "zh" if traditional => Self::Taiwanese,
            "zh" => Self::Chinese,
            "ja" => Self::Japanese,
            "ko" => Self::Korean,
            "es" => Self::Spanish,
            "fr" => Self::French,
            "de" => Self::German,
            "pt" => Self::Portuguese,
            "it" => Self::Italian,
            _ => return None,
        })
    }
}

/// Advice for a language that is not there.
pub(super) fn known() -> String {
    let codes = LOCALES.map(|code| format!("`{code}`")).join(", ");
    format!("there are {codes}; for another language write the date out with `date(format=...)`")
}

/// The words for a day, and for a time if there is one.
pub(super) fn speak(locale: Locale, day: Date, time: Option<Time>, year: bool) -> String {
    let year = year.then(|| day.year());
    match locale {
        Locale::English => west::english(day, time, year),
        Locale::Spanish => west::spanish(day, time, year),
        Locale::French => west::french(day, time, year),
        Locale::German => west::german(day, time, year),
        Locale::Portuguese => west::portuguese(day, time, year),
        Locale::Italian => west::italian(day, time, year),
        Locale::Chinese => east::chinese(day, time, year),
        Locale::Taiwanese => east::taiwanese(day, time, year),
        Locale::Japanese => east::japanese(day, time, year),
        Locale::Korean => east::korean(day, time, year),
    }
}

/// The name of the weekday, from names that start on Monday.
fn weekday(names: &[&'static str; 7], day: Date) -> &'static str {
    names.get(usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())).copied().unwrap_or_default()
}

/// The name of the month, from January on.
fn month(names: &[&'static str; 12], day: Date) -> &'static str {
    names.get(usize::from(day.month().unsigned_abs()) - 1).copied().unwrap_or_default()
}

/// The hour on a clock of twelve: 12, 1, ..., 11.
fn twelve(hour: i8) -> i8 {
    match hour % 12 {
        0 => 12,
        hour => hour,
    }
}
