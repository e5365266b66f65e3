//! What a duration with a slip of its unit was meant to be: `10000`, `40`, `0.7s`.

use super::repair;
use crate::diagnostic::Diagnostic;
use crate::model::{API_DURATIONS, ApiDuration, Duration};
use crate::source::Span;
use crate::yaml::{Node, Segment, Yaml};

/// Units, the largest first, with their milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Adds to what is said of a duration of the wrong form what it was meant to be. A number without its unit is mended
/// safely where only the API's unit makes it one that the field takes; otherwise a person has to say.
pub(super) fn explained(mut diagnostic: Diagnostic, path: &[Segment], node: &Node) -> Diagnostic {
    let written = match &node.value {
        Yaml::Number(number) => number.to_string(),
        Yaml::String(text) => text.trim().to_owned(),
        _ => return diagnostic,
    };
    if let Some(right) = repair::unit(&written) {
        if written.contains('.') {
            diagnostic = diagnostic.help(format!("only whole numbers have a unit: `{right}`"));
        }
        return diagnostic.fix(repair::duration(node.span, right, true));
    }
    let Some(field) = of_api(path) else { return diagnostic };
    let (Some(as_ms), Some(as_s)) = (in_ms(&written, 1), in_ms(&written, 1000)) else {
        // 0.7 is no whole number of milliseconds, and may be one of seconds.
        let seconds = in_ms(&written, 1000).filter(|ms| field.takes(*ms));
        return seconds.map_or(diagnostic.clone(), |ms| asked(diagnostic, field, &written, ms, node.span));
    };
    let (of_api, other) = if field.seconds { (as_s, as_ms) } else { (as_ms, as_s) };
    match (field.takes(of_api), field.takes(other)) {
        (true, false) => {
            let right = largest(of_api);
            diagnostic = diagnostic.help(format!("the API counts this in {}: `{right}`", unit_of(field)));
            diagnostic.fix(repair::duration(node.span, right, true))
        }
        (true, true) if of_api == other => diagnostic.fix(repair::duration(node.span, largest(of_api), true)),
        (true, true) => {
            let (one, two) = (largest(of_api), largest(other));
            diagnostic.help(format!("the API counts this in {}: `{one}`? or `{two}`?", unit_of(field)))
        }
        (false, true) => asked(diagnostic, field, &written, other, node.span),
        (false, false) => diagnostic,
    }
}

/// What to say of a number that is within range only in the unit in which the API does not count.
fn asked(diagnostic: Diagnostic, field: &ApiDuration, written: &str, ms: u64, at: Span) -> Diagnostic {
    let right = largest(ms);
    diagnostic
        .help(format!(
            "the API counts this in {}, and {written} is out of range: did you mean `{right}`?",
            unit_of(field)
        ))
        .fix(repair::duration(at, right, false))
}

fn unit_of(field: &ApiDuration) -> &'static str {
    if field.seconds { "seconds" } else { "milliseconds" }
}

/// The field of the API that a path leads to, in an environment too.
fn of_api(path: &[Segment]) -> Option<&'static ApiDuration> {
    let mut keys = Vec::new();
    for segment in path {
        let Segment::Key(key) = segment else { return None };
        keys.push(&**key);
    }
    let keys = match keys.as_slice() {
        ["environments", _, rest @ ..] => rest,
        all => all,
    };
    API_DURATIONS.iter().find(|field| field.path == keys)
}

/// A number of units as milliseconds, where that is exact and not beyond what a duration can be.
pub(super) fn in_ms(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let tenths = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    let part = fraction.parse::<u64>().ok()?.checked_mul(unit)?;
    let ms = whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(part.checked_div(tenths)?)?;
    (part.is_multiple_of(tenths) && Duration::parse(&format!("{ms}ms")).is_some()).then_some(ms)
}

/// The same for a unit by its name.
pub(super) fn exact(number: &str, unit: &str) -> Option<String> {
    let (_, ms) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    in_ms(number, ms).map(largest)
}

/// A duration in the largest unit of which it is a whole number.
fn largest(ms: u64) -> String {
    let (unit, size) = UNITS.into_iter().find(|(_, size)| ms > 0 && ms.is_multiple_of(*size)).unwrap_or(("s", 1000));
    format!("{}{unit}", ms / size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::yaml::parse;

    /// What becomes of a value: the fix and whether it is safe, or the help.
    fn meant(path: &str, value: &str) -> String {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", format!("a: {value}"));
        let root = parse(&sources, id).0[0].root.clone().unwrap();
        let node = root.get("a").unwrap();
        let path: Vec<_> = path.split('.').map(|key| Segment::Key(key.to_owned())).collect();
        let diagnostic = explained(Diagnostic::error("E0106", "x", node.span, ""), &path, node);
        match diagnostic.fix {
            Some(fix) => format!("{}{}", fix.edits[0].1, if fix.safe { "" } else { "?" }),
            None => diagnostic.help.join(" "),
        }
    }

    #[test]
    fn a_number_is_in_the_apis_unit_where_only_that_is_within_range() {
        for (path, value, right) in [
            ("silence.remindAfter", "10000", "10s"),
            ("silence.remindAfter", "\"10000\"", "10s"),
            ("environments.test.silence.remindAfter", "90000", "90s"),
            ("interruption.after", "500", "500ms"),
            ("limits.call", "300000", "5m"),
            ("limits.ring", "40", "40s"),
            ("limits.queue", "5", "5s"),
            ("limits.queue", "0", "0s"),
            ("welcome.delay", "2", "2s"),
        ] {
            assert_eq!(meant(path, value), right, "{path}: {value}");
        }
    }

    #[test]
    fn a_number_that_may_be_in_either_unit_is_left_to_a_person() {
        assert_eq!(meant("silence.hangUpAfter", "60"), "the API counts this in milliseconds: `60ms`? or `1m`?");
        assert_eq!(meant("limits.call", "5000"), "the API counts this in milliseconds: `5s`? or `5000s`?");
        for (path, value, right) in
            [("silence.remindAfter", "20", "20s?"), ("vad.silence", "0.7", "700ms?"), ("welcome.delay", "1500", "")]
        {
            assert_eq!(meant(path, value), right, "{path}: {value}");
        }
        for (path, value) in [("limits.call", "0"), ("limits.ring", "1e9"), ("limits.call", "-5"), ("every", "60")] {
            assert_eq!(meant(path, value), "", "{path}: {value}");
        }
    }

    #[test]
    fn a_fraction_of_a_unit_is_written_in_the_largest_unit_that_is_exact() {
        for (value, right) in [("0.7s", "700ms"), ("1.5 h", "90m"), ("0.5ms", ""), ("2.0s", "2s"), ("1.0001s", "")] {
            assert_eq!(meant("vad.silence", value), right, "{value}");
        }
    }
}
