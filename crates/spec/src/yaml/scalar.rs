//! What a plain scalar means: YAML 1.2, core schema.

use serde_json::Number;

use super::node::Yaml;

/// Resolves a scalar that was written without quotes.
pub(super) fn resolve(text: &str) -> Yaml {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Yaml::Null,
        "true" | "True" | "TRUE" => return Yaml::Bool(true),
        "false" | "False" | "FALSE" => return Yaml::Bool(false),
        _ => {}
    }
    number(text).map_or_else(|| Yaml::String(text.to_owned()), Yaml::Number)
}

fn number(text: &str) -> Option<Number> {
    let radix = |prefix: &str, base| {
        let digits = text.strip_prefix(prefix)?;
        (!digits.starts_with(['+', '-'])).then(|| u64::from_str_radix(digits, base).ok()).flatten()
    };
    if let Some(n) = radix("0o", 8).or_else(|| radix("0x", 16)) {
        return Some(n.into());
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let positive = text.strip_prefix('+').unwrap_or(text);
        return positive
            .parse::<u64>()
            .map(Number::from)
            .or_else(|_| positive.parse::<i64>().map(Number::from))
            .ok()
            .or_else(|| Number::from_f64(text.parse().ok()?));
    }
    // Core schema: [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
    let (mantissa, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && all_digits(e)
    });
    (mantissa_ok && exponent_ok).then(|| Number::from_f64(text.parse().ok()?)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_core_schema_is_guessed() {
        for text in [
            "no",
            "yes",
            "on",
            "off",
            "1_000",
            "12:30",
            "2026-04-03",
            ".inf",
            ".nan",
            "1.2.3",
            "+",
            "-",
            "e5",
            ".",
            "0b1",
            "1e",
            "--1",
            "0x-1",
        ] {
            assert_eq!(resolve(text), Yaml::String(text.into()), "{text}");
        }
        assert_eq!(resolve("+861012341234"), Yaml::Number(861_012_341_234_u64.into()));
        assert_eq!(resolve("0o17"), Yaml::Number(15.into()));
        assert_eq!(resolve("-3"), Yaml::Number((-3).into()));
        assert_eq!(resolve("1.25"), Yaml::Number(Number::from_f64(1.25).unwrap()));
        assert_eq!(resolve("~"), Yaml::Null);
        assert_eq!(resolve("TRUE"), Yaml::Bool(true));
    }
}
