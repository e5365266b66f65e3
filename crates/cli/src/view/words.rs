//! Small texts that several views share.

use std::time::Duration;

use callform_exec::plan::Kind;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What a person typed, for a message: it may be a number in the place of a name.
pub(crate) fn typed(text: &str) -> String {
    callform_lint::render::hide(text)
}

/// `1 call`, `2 calls`, `12,345 calls`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// With a comma between thousands.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An outcome's name in words: `noAnswer` is "no answer".
pub(crate) fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words.strip_prefix("ai ").map(|rest| format!("AI {rest}")).unwrap_or(words)
}

/// `17 s`, `2 min 5 s`, `2 h 35 min`, `3 d 4 h`: two units, rounded up.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    let (big, small) = match seconds {
        0..60 => return format!("{seconds} s"),
        60..3600 => ((seconds / 60, "min"), (seconds % 60, "s")),
        3600..86_400 => ((seconds / 3600, "h"), (seconds % 3600 / 60, "min")),
        _ => ((seconds / 86_400, "d"), (seconds % 86_400 / 3600, "h")),
    };
    if small.0 == 0 { format!("{} {}", big.0, big.1) } else { format!("{} {} {} {}", big.0, big.1, small.0, small.1) }
}

/// `2026-04-02 09:00 America/Los_Angeles`; in UTC where the zone is not known.
pub(crate) fn moment(at: Timestamp, zone: Option<&str>) -> String {
    let named = zone.and_then(|name| TimeZone::get(name).ok().map(|zone| (zone, name)));
    let (zone, name) = named.unwrap_or((TimeZone::UTC, "UTC"));
    format!("{} {name}", at.to_zoned(zone).strftime("%Y-%m-%d %H:%M"))
}

/// Sign and meaning of a kind of call.
pub(crate) fn kind_words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::ToPlace => ("+", "to call now"),
        Kind::Deferred => ("⏲", "deferred"),
        Kind::ToRetry => ("↻", "to try again"),
        Kind::Unknown => ("?", "unknown: nobody can say whether it rang; not phoned"),
        Kind::InFlight => ("…", "under way in another run"),
        Kind::Placed => ("=", "already placed"),
        Kind::PlacedEarlier => ("~", "already placed, with earlier words or inputs"),
        Kind::RefusedForGood => ("✗", "refused by the provider for good"),
        Kind::UsedUp => ("■", "all attempts used up"),
        Kind::Blocked => ("⊘", "blocked"),
        Kind::HeldBack => ("·", "held back by this run"),
        Kind::NoLongerDeclared => ("-", "no longer declared"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        for (seconds, text) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (9300, "2 h 35 min"), (90_000, "1 d 1 h")]
        {
            assert_eq!(duration(Duration::from_secs(seconds)), text);
        }
        assert_eq!(duration(Duration::from_millis(1500)), "2 s");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(999), "999");
        assert_eq!(count(1, "call", "calls"), "1 call");
    }
}
