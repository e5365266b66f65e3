//! Hiding what must not be shown: phone numbers, and whatever has the shape of a secret.

use std::sync::LazyLock;

use callform_spec::keys;
use callform_spec::phone::mask_text;
use regex::Regex;

use crate::inspect::{named_secrets, secrets};

/// Shapes of secrets. What the group holds is hidden; what stands before it says which kind of secret it was. Digits in it
/// may be masked already, as those of a number are.
const SHAPES: [&str; 9] = [
    // OpenAI and those that speak its protocol.
    r"\bsk-([A-Za-z0-9_*-]{8,})",
    // Dify.
    r"\bapp-([A-Za-z0-9*]{16,})",
    // Tencent Cloud.
    r"\bAKID([A-Za-z0-9*]{8,})",
    // A JSON Web Token.
    r"\beyJ([A-Za-z0-9_*-]{6,}\.[A-Za-z0-9_.*-]+)",
    r"(?i)\bbearer\s+([A-Za-z0-9._~+/=*-]{8,})",
    // Name and password of a URL; a control character in it is shown as its picture, and parts nothing.
    r"://([^/@ \t\n]+)@",
    // ... or one that was not written as it must be in a URL, with a slash or an `@` of its own.
    r#"://([^/@\s:"]*:[^ \t\n"]*)@"#,
    r#"(?i)(?:password|passwd|passphrase|secret|secret[_-]?key|secret[_-]?id|api[_-]?key|access[_-]?key|subscription[_-]?key|token)["']?\s*=\s*["']?([^\s"',;&]+)"#,
    // With a colon it may be prose (`the secret: speak slowly`), so the value must be longer.
    r#"(?i)(?:password|passwd|passphrase|client[_-]?secret|secret[_-]?key|secret[_-]?id|api[_-]?key|access[_-]?key|subscription[_-]?key|token)["']?\s*:\s*["']?([^\s"',;]{8,})"#,
];

/// Random text of this length is a key, whatever its name.
const LONG: usize = 32;
/// ... if letters and digits take turns at least so often; names and dates change once or twice.
const TURNS: usize = 4;

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| SHAPES.iter().filter_map(|s| Regex::new(s).ok()).collect());
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("[A-Za-z0-9_+=*-]{{{LONG},}}")).ok());

/// Hides phone numbers and what looks like a secret, character by character, so that columns hold. References
/// (`${env:NAME}`) and placeholders (`{{ name }}`) stay.
pub fn hide(text: &str) -> String {
    mask_text(&without_secrets(text))
}

fn without_secrets(text: &str) -> String {
    let mut hidden = Vec::new();
    for pattern in PATTERNS.iter() {
        let groups = pattern.captures_iter(text).filter_map(|c| c.get(1));
        hidden.extend(groups.filter(|g| !is_reference(g.as_str())).map(|g| g.range()));
    }
    if let Some(word) = WORD.as_ref() {
        hidden.extend(word.find_iter(text).filter(|w| is_random(w.as_str())).map(|w| w.range()));
    }
    hidden.extend(secrets(text));
    hidden.extend(named_secrets(text));
    let keys =
        keys::find(text).into_iter().filter(|key| !hidden.iter().any(|r| r.start < key.end && key.start < r.end));
    hidden.extend(keys.collect::<Vec<_>>());
    if hidden.is_empty() {
        return text.to_owned();
    }
    text.char_indices().map(|(at, c)| if hidden.iter().any(|r| r.contains(&at)) { '*' } else { c }).collect()
}

fn is_reference(value: &str) -> bool {
    value.starts_with("${") || value.starts_with("{{")
}

fn is_random(word: &str) -> bool {
    let kinds: Vec<bool> = word.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count() >= TURNS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_a_pattern() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
        assert!(WORD.is_some());
    }

    #[test]
    fn secrets_are_hidden_character_by_character() {
        for (text, shown) in [
            ("apiKey: sk-thisIsNoKey", "apiKey: **************"),
            ("say sk-thisIsNoKey!", "say sk-***********!"),
            ("AKIDexampleexample", "AKID**************"),
            ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***********"),
            ("?key=abcd1234&x=1", "?key=********&x=1"),
            ("  crm-key: example0example1", "  crm-key: ****************"),
            ("Bearer exampleExample0***456", "Bearer *********************"),
            ("0a1b2c3d4e5f607***93a4b5c6d7e8f9", "********************************"),
            ("password=x&user=tom", "password=*&user=tom"),
            ("\"secretKey\": \"long-enough\"", "\"secretKey\": \"***********\""),
            ("  client_secret: long-enough", "  client_secret: ***********"),
            ("postgres://tom:pw@db/x", "postgres://******@db/x"),
            ("postgres://tom:p/w@db/x", "postgres://*******@db/x"),
            ("postgres://tom:p@w@db/x", "postgres://*******@db/x"),
            ("https://\rtom:pw@db/x", "https://*******@db/x"),
            ("k 0a1b2c3d4e5f60718293a4b5c6d7e8f9", "k ********************************"),
            ("eyJhbGciOiJIUzI1NiIsInR5cCI6", "****************************"),
            ("token: 密码很长很长很长啊", "token: *********"),
        ] {
            assert_eq!(hide(text), shown);
            assert_eq!(text.chars().count(), hide(text).chars().count());
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "apiKey: ${env:OPENAI_API_KEY}",
            "  key: patient_id_of_the_clinic",
            "token: {{ token_of_the_day }}",
            "token:  {{token_of_the_day}}",
            "The secret: speak slowly. Your token: yes.",
            "ask the task-force about desk-sharing-for-everyone",
            "follow-up-of-april-2026-for-all-patients",
            "url: https://api.openai.com/v1/",
            "https://api.example.com/v1, or mail to desk@example.com",
            "notBefore: 2026-04-01",
        ] {
            assert_eq!(hide(text), text);
        }
    }

    #[test]
    fn phone_numbers_are_masked() {
        assert_eq!(hide("ring +447700900123 now"), "ring +4477****0123 now");
    }
}
