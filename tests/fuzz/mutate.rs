//! Documents that are nearly those of the corpus: what a slip of the hand, a merge or a bad tool makes of them.

use crate::random::Random;

/// Values that are written where another belongs: every type, every style, the bounds of every number, forms that are
/// nearly right.
const SCALARS: &[&str] = &[
    "",
    "~",
    "null",
    "true",
    "True",
    "no",
    "'true'",
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "4",
    "10",
    "11",
    "20",
    "21",
    "100",
    "101",
    "1e3",
    "1E400",
    "-1e-400",
    "2.0",
    "0.5",
    "-0.0",
    ".5",
    "1.",
    "6.0000001",
    "0x10",
    "0o7",
    "0b1",
    "1_000",
    "+5",
    "007",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e20",
    ".inf",
    "-.inf",
    ".nan",
    "12:30",
    "\"09:00\"",
    "24:00",
    "24:01",
    "9:00",
    "0s",
    "1ms",
    "239ms",
    "240ms",
    "2s",
    "2001ms",
    "9s",
    "10s",
    "1h30m",
    "1m1h",
    "1d1d",
    "10 s",
    "10S",
    "1.5s",
    "-3s",
    "3660d",
    "3661d",
    "99999999999999999999s",
    "٣s",
    "2031-02-28",
    "2031-02-29",
    "2031-02-30",
    "2031-13-01",
    "0000-01-01",
    "2031-4-1",
    "2031-04-15T09:00Z",
    "2031-04-15T09:00:00-07:00",
    "2031-04-15T24:00:00Z",
    "2031-04-15T09:00:60Z",
    "2031-04-15T09:00:00+99:99",
    "2031-04-15T09:00",
    "9999-12-31T23:59:59-23:59",
    "${env:X}",
    "${env:}",
    "${env:1X}",
    "${file:/run/x}",
    "${file:}",
    "${X}",
    "$x",
    "\"${env:X}\"",
    "sk-CANARYnotakey0123456789",
    "https://",
    "https://x",
    "http://localhost:1/",
    "http://example.com",
    "https://user:CANARY@example.com/",
    "https:// x",
    "ftp://x",
    "intl",
    "china",
    "emulator",
    "https://ccc.example.com",
    "{}",
    "[]",
    "[ ]",
    "[1]",
    "[a, b]",
    "{a: b}",
    "{a}",
    "{ file: x }",
    "{column: tz}",
    "[[]]",
    "[{}]",
    "{a: {b: {}}}",
    "{ enabled: false }",
    "*a",
    "&a x",
    "&a",
    "!t x",
    "!!str 5",
    "!!int 5",
    "|",
    ">-",
    "'",
    "\"",
    "\"a",
    "- a",
    "a: b",
    "a #b",
    "#",
    "{{ x }}",
    "\"{{ a }}\"",
    "\"{{ a | upper }}\"",
    "\"{% if a %}b{% endif %}\"",
    "\"{{ \"",
    "\"{% raw %}\"",
    "\"{{ a.b.c[1] }}\"",
    "\"{{ (((((1))))) }}\"",
    "callee",
    "Europe/Berlin",
    "Mars/Olympus",
    "WeRose",
    "zh",
    "openai",
    "text",
    "+12125550101",
    "\"+12125550101\"",
    "\"00442079460101\"",
    "\"+861012341234\"",
    "\"+1\"",
    "callees.csv",
    "-",
    "\"-\"",
    "../x",
    "/etc/hostname",
    ".",
    "a/b",
    "姓名",
    "\"\\u0000\"",
    "\"\\x07\"",
    "\"\\ud800\"",
    "\"a\\nb\"",
    "é",
    "e\u{301}",
    "\u{200b}",
    "\u{202e}x",
    "👩\u{200d}👧",
    "Project",
    "Agent",
    "Campaign",
    "<<",
    "=",
    "@x",
    "`x",
    "%x",
    "?",
    "? a",
    ": a",
    ",",
    "[,]",
    "{,}",
    "Infinity",
];

/// Characters that mean something to YAML, to templates, or to nobody.
const CHARACTERS: &[char] = &[
    ' ', '\t', '\n', '\r', ':', '-', '#', '\'', '"', '{', '}', '[', ']', ',', '&', '*', '!', '|', '>', '?', '%', '@',
    '`', '$', '\\', '/', '.', '0', '9', 'a', 'é', '中', '\u{feff}', '\u{85}', '\u{2028}', '\u{a0}', '\u{0}', '\u{1b}',
    '😀',
];

/// Makes documents of those that it was given.
pub(crate) struct Mutator {
    corpus: Vec<String>,
    /// Every key of the corpus.
    keys: Vec<String>,
}

impl Mutator {
    pub(crate) fn new(corpus: Vec<String>) -> Self {
        let mut keys: Vec<_> =
            corpus.iter().flat_map(|text| text.lines()).filter_map(|line| key(line).map(str::to_owned)).collect();
        keys.sort();
        keys.dedup();
        Self { corpus, keys }
    }

    /// The document of a seed.
    pub(crate) fn document(&self, seed: u64) -> String {
        let mut random = Random::new(seed);
        let mut text = random.of(&self.corpus).clone();
        for _ in 0..=random.below(3) {
            text = self.once(text, &mut random);
        }
        text
    }

    fn once(&self, text: String, random: &mut Random) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            return random.of(&self.corpus).clone();
        }
        let at = random.below(lines.len());
        match random.below(32) {
            0 => {
                lines.remove(at);
            }
            1 => {
                lines.drain(block(&lines, at));
            }
            2 => {
                let copy = lines[block(&lines, at)].to_vec();
                lines.splice(at..at, copy);
            }
            3 => {
                let moved: Vec<_> = lines.drain(block(&lines, at)).collect();
                let to = random.below(lines.len() + 1);
                let indent = lines.get(to).map_or(0, |line| indent(line));
                lines.splice(to..to, shifted(&moved, indent));
            }
            4..=5 => lines[at] = renamed(&lines[at], random.of::<String>(&self.keys)),
            6..=7 => lines[at] = misspelt(&lines[at], random),
            8..=17 => lines[at] = with_value(&lines[at], random.of::<&str>(SCALARS)),
            18..=20 => self.borrow(&mut lines, at, random),
            21 => {
                let other = random.below(lines.len());
                let (a, b) = (value(&lines[at]).to_owned(), value(&lines[other]).to_owned());
                lines[at] = with_value(&lines[at], &b);
                lines[other] = with_value(&lines[other], &a);
            }
            22..=23 => lines[at] = nudged(&lines[at], random),
            24 => {
                let quote = *random.of::<&str>(&["'", "\""]);
                lines[at] = with_value(&lines[at], &format!("{quote}{}{quote}", value(&lines[at])));
            }
            25 => flow(&mut lines, at),
            26 => {
                let by = indent(&lines[at]) + random.below(5);
                let block = block(&lines, at);
                let moved = shifted(&lines[block.clone()], by.saturating_sub(2));
                lines.splice(block, moved);
            }
            27 => lines[at] = format!("\t{}", lines[at]),
            28 => {
                let anchored = format!("&a {}", value(&lines[at]));
                lines[at] = with_value(&lines[at], &anchored);
                let other = random.below(lines.len());
                lines[other] = with_value(&lines[other], "*a");
            }
            29 => {
                let separator = *random.of::<&str>(&["---", "...", "--- # x", "%YAML 1.2", "# x", "", "--- a"]);
                lines.insert(at, separator.to_owned());
            }
            30 => return whole(&text, random),
            _ => return characters(text, random),
        }
        lines.join("\n") + "\n"
    }

    /// Puts a block of another document where one stands, the one of the same key if there is one.
    fn borrow(&self, lines: &mut Vec<String>, at: usize, random: &mut Random) {
        let other: Vec<String> = random.of(&self.corpus).lines().map(str::to_owned).collect();
        let wanted = key(&lines[at]);
        let same = other.iter().position(|line| wanted.is_some() && key(line) == wanted);
        let from = same.unwrap_or_else(|| random.below(other.len()));
        let taken = shifted(&other[block(&other, from)], indent(&lines[at]));
        let place = if random.one_in(2) { block(lines, at) } else { at..at };
        lines.splice(place, taken);
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A line and what belongs to it: the deeper ones that follow.
fn block(lines: &[String], at: usize) -> std::ops::Range<usize> {
    let own = indent(&lines[at]);
    let deeper = lines[at + 1..].iter().take_while(|line| indent(line) > own && !line.trim().is_empty()).count();
    at..at + 1 + deeper
}

/// Lines so that the first of them begins in column `to`.
fn shifted(lines: &[String], to: usize) -> Vec<String> {
    let own = lines.first().map_or(0, |line| indent(line));
    lines
        .iter()
        .map(|line| " ".repeat((indent(line) + to).saturating_sub(own)) + line.trim_start_matches(' '))
        .collect()
}

/// Where a line's key ends and its value begins: after `key:`, or after `- `.
fn split(line: &str) -> (&str, &str) {
    let after = line.find(": ").map(|at| at + 2).or_else(|| line.ends_with(':').then_some(line.len()));
    let after = after.or_else(|| line.find("- ").map(|at| at + 2)).unwrap_or(indent(line));
    line.split_at(after)
}

fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    let key = key.trim_start_matches([' ', '-']);
    (!key.is_empty() && !key.contains([' ', '"', '#'])).then_some(key)
}

fn value(line: &str) -> &str {
    split(line).1
}

fn with_value(line: &str, value: &str) -> String {
    let (before, _) = split(line);
    let space = if before.ends_with(':') { " " } else { "" };
    format!("{before}{space}{value}")
}

fn renamed(line: &str, to: &str) -> String {
    key(line).map_or_else(|| line.to_owned(), |own| line.replacen(own, to, 1))
}

/// A key with one letter too few, one twice, or one in the wrong case.
fn misspelt(line: &str, random: &mut Random) -> String {
    let Some(own) = key(line) else { return line.to_owned() };
    let mut letters: Vec<char> = own.chars().collect();
    let at = random.below(letters.len());
    match random.below(4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = letters[at].to_uppercase().next().unwrap_or('x'),
        _ => letters.insert(at, *random.of(&['~', '/', '.', '_', ' ', '0', '%', '$', 'ß', '"'])),
    }
    line.replacen(own, &letters.iter().collect::<String>(), 1)
}

/// A number with another digit, sign, fraction or size.
fn nudged(line: &str, random: &mut Random) -> String {
    let digits: Vec<usize> = line.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
    if digits.is_empty() {
        return line.to_owned();
    }
    let at = *random.of(&digits);
    let mut changed = line.to_owned();
    match random.below(5) {
        0 => changed.replace_range(at..at + 1, random.of::<&str>(&["0", "1", "2", "9"])),
        1 => changed.insert(at, '9'),
        2 => changed.insert_str(at + 1, random.of::<&str>(&[".0", "e2", ".5", "000"])),
        3 => changed.insert(at, '-'),
        _ => {
            changed.remove(at);
        }
    }
    changed
}

/// A block with all of its lines inside braces.
fn flow(lines: &mut Vec<String>, at: usize) {
    let block = block(lines, at);
    let inner: Vec<_> = lines[block.start + 1..block.end].iter().map(|line| line.trim().to_owned()).collect();
    if !inner.is_empty() {
        let list = inner.iter().all(|line| line.starts_with("- "));
        let (open, close) = if list { ('[', ']') } else { ('{', '}') };
        let items: Vec<_> = inner.iter().map(|line| line.trim_start_matches("- ")).collect();
        let joined = format!("{} {open} {} {close}", lines[at], items.join(", "));
        lines.splice(block, [joined]);
    }
}

/// What happens to whole files.
fn whole(text: &str, random: &mut Random) -> String {
    match random.below(4) {
        0 => text.replace('\n', "\r\n"),
        1 => format!("\u{feff}{text}"),
        2 => text.trim_end().to_owned(),
        _ => {
            let mut at = random.below(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text[..at].to_owned()
        }
    }
}

/// One to three characters changed, put in or taken out anywhere.
fn characters(text: String, random: &mut Random) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(all.len());
        match random.below(3) {
            0 if !all.is_empty() => {
                all.remove(at);
            }
            1 if !all.is_empty() => all[at] = *random.of(CHARACTERS),
            _ => all.insert(at, *random.of(CHARACTERS)),
        }
    }
    all.into_iter().collect()
}
