//! Text that looks like a secret without being surely one.

use std::ops::Range;
use std::sync::LazyLock;

use callform_spec::keys;
use regex::Regex;

/// What gives a secret away; the group is the secret.
const SHAPES: [&str; 5] = [
    // AWS, Alibaba, Volcano, Google, GitHub, GitLab, Slack, Hugging Face, Groq.
    r"(?-u:\b)((?:AKIA|ASIA|LTAI|AKLT|AIza|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|gsk_)[A-Za-z0-9_-]{12,})",
    r"(?i)\bbearer\s+([A-Za-z0-9._~+/=-]{16,})",
    r"(?i)[?&](?:api[_-]?key|key|token|access[_-]?token|sig|signature|code|auth|secret|password)=([^&#\s{}$]{8,})",
    r"(-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)",
    r"(?:^|[^A-Za-z0-9_+/=.-])([A-Za-z0-9_+/=-]{32,})(?:$|[^A-Za-z0-9_+/=-])",
];
/// Which of the shapes is a guess, to be borne out by the look of the text.
const RANDOM: usize = 4;

/// Words in front of a digest, and in the names of fields that hold one.
const DIGESTS: [&str; 19] = [
    "sha", "sha1", "sha224", "sha256", "sha384", "sha512", "md5", "commit", "revision", "rev", "ref", "digest",
    "checksum", "hash", "etag", "git", "tree", "build", "version",
];
/// How many hexadecimal digits a digest has.
const DIGEST_LENGTHS: [usize; 6] = [32, 40, 56, 64, 96, 128];

/// A member whose name says that its value is one; the group is the value.
const MEMBER: &str =
    r#"(?i)(?:^|[\s{,"'_.-])(?:key|token|auth|credentials?|signature|pwd|passwd)["']?\s*:\s*["']?([\x21-\x7e]{16,})"#;

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| SHAPES.iter().filter_map(|s| Regex::new(s).ok()).collect());
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?m){MEMBER}")).ok());

/// Where a text has something that looks like a secret.
pub(crate) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (nth, pattern) in PATTERNS.iter().enumerate() {
        for group in pattern.captures_iter(text).filter_map(|c| c.get(1)) {
            let new = !found.iter().any(|r| r.start < group.end() && group.start() < r.end);
            let guess = nth == RANDOM;
            if new && (!guess || is_random(group.as_str()) && !is_digest(&text[..group.start()], group.as_str())) {
                found.push(group.range());
            }
        }
    }
    found
}

/// Whether a text is worth a look: no secret is without a long word that has a digit or an `=` in it, and nearly all values
/// of rows are, or are a UUID.
pub(crate) fn may_hold_secret(text: &str) -> bool {
    const LONG: usize = 16;
    let may_be = |word: &[u8]| word.len() >= LONG && word.iter().any(|b| b.is_ascii_digit() || *b == b'=');
    text.len() >= LONG
        && !is_uuid(text)
        && (text.as_bytes().split(|b| !b.is_ascii_graphic()).any(may_be) || text.contains("-----"))
}

fn is_uuid(text: &str) -> bool {
    let dashed =
        |(at, b): (usize, &u8)| if matches!(at, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() };
    text.len() == 36 && text.as_bytes().iter().enumerate().all(dashed)
}

/// Letters and digits take turns in random text; in names, dates and paths they change once or twice.
fn is_random(text: &str) -> bool {
    let kinds: Vec<bool> = text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.is_ascii_digit()).collect();
    let turns = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let longest = text.split(['-', '_', '/', '=', '+']).map(str::len).max().unwrap_or(0);
    turns >= 6 && longest >= 16 && !is_uuid(text)
}

/// Where a text has something of the shape of a key that is known, with a digit in it as all but examples have. For what
/// people write in comments, where random text may be anything.
pub(crate) fn well_known_secrets(text: &str) -> Vec<Range<usize>> {
    let groups = PATTERNS.iter().take(RANDOM).flat_map(|pattern| pattern.captures_iter(text)).filter_map(|c| c.get(1));
    let is_key = |text: &str| text.starts_with('-') || text.bytes().any(|b| b.is_ascii_digit());
    let mut found: Vec<_> = groups.map(|group| group.range()).chain(keys::find(text)).collect();
    found.retain(|range| is_key(&text[range.clone()]));
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, last| next.start < last.end);
    found
}

/// Whether a text is a digest, by what stands before it: `sha256:`, `commit `, `app@`.
fn is_digest(before: &str, text: &str) -> bool {
    let named = before.trim_end_matches([' ', ':', '=', '/', '@', '#', '(', '"', '\'', '`']);
    let name = named.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
    // The digest of a package is Base64.
    let of_package = ["sha1-", "sha256-", "sha384-", "sha512-"].iter().any(|name| text.starts_with(name));
    of_package || is_hex(text) && (names_digest(name) || before.ends_with('@') && text.len() == 40)
}

/// Whether a name says that its value is a digest.
pub(crate) fn names_digest(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(['-', '_', '.']).any(|word| DIGESTS.contains(&word))
}

/// Whether a text is written as digests are.
pub(crate) fn is_hex(text: &str) -> bool {
    DIGEST_LENGTHS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Where a line of a document gives such a member a value.
pub(crate) fn named_secrets(text: &str) -> Vec<Range<usize>> {
    let members = NAMED.iter().flat_map(|named| named.captures_iter(text));
    let values = members.filter_map(|c| c.get(1));
    values.filter(|v| is_key(v.as_str().trim_end_matches(['"', '\'']))).map(|v| v.range()).collect()
}

/// Whether a value under such a name can be a key: long, one word, with digits among its letters.
pub(crate) fn is_key(text: &str) -> bool {
    text.len() >= 16
        && !text.contains("{{")
        && !text.starts_with("${")
        && text.bytes().all(|b| b.is_ascii_graphic())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_a_pattern() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
        assert!(NAMED.is_some());
    }

    #[test]
    fn keys_of_many_vendors_are_known() {
        for text in [
            "AKIAEXAMPLEEXAMPLE12",
            "ghp_exampleEXAMPLE0123",
            "Authorization: Bearer exampleExample.example",
            "https://x.example/?api-version=1&sig=abc%2Bdefgh",
            "-----BEGIN RSA PRIVATE KEY-----",
            "the key is 0a1b2c3d4e5f60718293a4b5c6d7e8f9.",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "commit q7Example2Zz9Example4q7Example2Zz9Example4",
        ] {
            assert_eq!(secrets(text).len(), 1, "{text}");
            let digit = text.bytes().any(|b| b.is_ascii_digit()) || text.contains("-----");
            assert_eq!(may_hold_secret(text), digit, "{text}");
        }
    }

    #[test]
    fn what_only_looks_long_is_not() {
        for text in [
            "45701982-8118-4bc5-8e9b-64562b4555f2",
            "https://front-desk.openai.azure.com?api-version=2024-10-21",
            "https://api.example.com/v1/2024/10/21/some/path/that/is/long",
            "follow-up-of-april-2026-for-all-patients-of-ward-12",
            "ask for the bearer of the letter, the token of thanks",
            "https://x.example/?key={{ key }}",
            "________________________________",
            "image@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "made from commit 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "https://git.example/clinic@0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "sha512-0a1B2c3D4e5F60718293a4B5c6D7e8F90a1B2c3D4e5F60718293+/==",
        ] {
            assert!(secrets(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn values_of_short_words_of_letters_alone_and_uuids_are_not_looked_at() {
        for text in [
            "Cindy",
            "4 April 2031, ten o'clock",
            "我们会在四月四日上午十点给您打电话",
            "grace.featherstonehaugh@example.com",
            "45701982-8118-4bc5-8e9b-64562b4555f2",
        ] {
            assert!(!may_hold_secret(text), "{text}");
        }
    }

    #[test]
    fn in_comments_only_the_shapes_of_keys_count() {
        for text in [
            "# key: sk-exampleEXAMPLE0123",
            "# AKIDexample0EXAMPLE1example",
            "# ghp_exampleEXAMPLE0123 of the bot",
            "# -H 'Authorization: Bearer example0Example.example'",
            "# eyJexampleEXAMPLE0.exampleEXAMPLE1",
            "# was app-example0EXAMPLE1example2",
        ] {
            assert_eq!(well_known_secrets(text).len(), 1, "{text}");
        }
        for text in [
            "# apiKey: sk-... or sk-your-key-goes-in-here",
            "# 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "# Bearer authentication-of-the-gateway",
            "# app-configuration, task-0123456789012345678",
        ] {
            assert!(well_known_secrets(text).is_empty(), "{text}");
        }
    }
}
