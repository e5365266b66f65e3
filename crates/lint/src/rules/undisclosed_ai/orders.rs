//! Orders to hide that a machine is speaking, told from honest ones that use the same words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::phrases::{Gap, Kind, PHRASES, Phrase};
use super::words::{
    ABOUT, ASKED, DENIALS, GOES_ON, LEADS, MACHINE, NO, NO_INSIDE, OTHERS, OTHERS_INSIDE, TURNS, TURNS_INSIDE,
};

/// Without one of these, a clause gives no such order, and is not looked at any closer.
static SUBJECT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u:\b(?:ai|ki|ia)\b)|(?i)bot|robô|machine|maschine|máquina|macchina|computer|language model|automated|virtual|artifi[cz]ial|intelligen|human|umano|humain|person|pessoa|mensch|真人|人类|人工|机器|人間|ロボット|機械|사람|인간|로봇|챗봇|기계",
    )
    .ok()
});

/// The first such order of a text.
pub(super) fn hides(text: &str) -> Option<Range<usize>> {
    let subject = SUBJECT.as_ref()?;
    sentences(text).into_iter().filter(|s| subject.is_match(&text[s.clone()])).find_map(|sentence| {
        let line = text[..sentence.start].rfind('\n').map_or(0, |n| n + 1);
        let folded = Folded::new(text, sentence.clone());
        let mut clauses = clauses(&folded.chars);
        clauses.retain(|c| !c.is_empty());
        let phrase = clauses.iter().find_map(|clause| PHRASES.iter().find_map(|p| folded.order(p, clause.clone())));
        let found = phrase.or_else(|| clauses.iter().find_map(|clause| folded.denial(clause.clone())));
        found
            .filter(|(_, kind)| *kind == Kind::Forbids || !under_a_no(text, line))
            .map(|(range, _)| folded.bytes(range))
    })
}

/// A sentence in small letters, with where each of them stands.
struct Folded {
    chars: Vec<char>,
    places: Vec<usize>,
}

impl Folded {
    fn new(text: &str, range: Range<usize>) -> Self {
        let (mut chars, mut places) = (Vec::new(), Vec::new());
        let body = &text[range.clone()];
        let marks = |c: char| c.is_whitespace() || c.is_ascii_digit() || "-*+•>#_.)".contains(c);
        let start = range.start + (body.len() - body.trim_start_matches(marks).len());
        for (at, c) in text[start..range.end].char_indices() {
            chars.push(match c {
                '’' => '\'',
                '\n' | '\r' | '\t' => ' ',
                _ => c.to_lowercase().next().unwrap_or(c),
            });
            places.push(start + at);
        }
        places.push(range.end);
        Self { chars, places }
    }

    fn bytes(&self, range: Range<usize>) -> Range<usize> {
        self.places[range.start]..self.places[range.end]
    }

    fn text(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// Where one of some words ends that begins here.
    fn word(&self, at: usize, end: usize, words: &[&str]) -> Option<usize> {
        let ends = words.iter().filter_map(|word| {
            let mut here = at;
            for c in word.chars() {
                if here >= end || self.chars[here] != c {
                    return None;
                }
                here += 1;
            }
            let splits = |left: usize| {
                left == 0 || left >= self.chars.len() || !(latin(self.chars[left - 1]) && latin(self.chars[left]))
            };
            (splits(at) && splits(here)).then_some(here)
        });
        ends.max()
    }

    /// The rest of a phrase's parts, from here on.
    fn follow(&self, parts: &[(Gap, &[&str])], from: usize, clause: &Range<usize>) -> Option<usize> {
        let [(gap, words), rest @ ..] = parts else { return Some(from) };
        let reach = match gap {
            Gap::Any(reach) => *reach + 2,
            Gap::Only(_) => 30,
        };
        (from..clause.end.min(from + reach)).find_map(|at| {
            let end = self.word(at, clause.end, words)?;
            self.passes(*gap, from..at).then(|| self.follow(rest, end, clause)).flatten()
        })
    }

    fn passes(&self, gap: Gap, between: Range<usize>) -> bool {
        let text = self.text(between);
        let text = text.trim();
        match gap {
            Gap::Any(_) => {
                !TURNS_INSIDE.iter().any(|t| text.contains(t))
                    && !text.split(|c| !latin(c)).any(|word| TURNS.contains(&word))
            }
            Gap::Only(words) => {
                text.is_empty()
                    || words.contains(&text)
                    || text.split(' ').all(|w| words.contains(&w) || (w.len() > 4 && w.ends_with("ly")))
            }
        }
    }

    fn order(&self, phrase: &Phrase, clause: Range<usize>) -> Option<(Range<usize>, Kind)> {
        let [(_, first), rest @ ..] = phrase.parts else { return None };
        clause.clone().find_map(|at| {
            let begun = self.word(at, clause.end, first)?;
            let end = self.follow(rest, begun, &clause)?;
            let meant = self.is_meant(phrase.kind, at, &clause) && (!phrase.open || self.goes_on(end, &clause));
            meant.then_some((at..end, phrase.kind))
        })
    }

    /// Whether what stands before an order leaves it one to the agent.
    fn is_meant(&self, kind: Kind, at: usize, clause: &Range<usize>) -> bool {
        let before = self.text(clause.start..at);
        let words: Vec<_> = before.split(|c: char| !(latin(c) || c == '\'')).filter(|w| !w.is_empty()).collect();
        let last = words.last().copied().unwrap_or_default();
        let condition = words.iter().any(|w| ["if", "when", "whenever", "whether"].contains(w)) && last != "asked";
        match kind {
            Kind::Says => at == 0,
            Kind::Forbids => !condition && !OTHERS.contains(&last) && last != "not",
            Kind::Orders => {
                let sentence = self.text(0..at);
                let told = last.is_empty() || LEADS.contains(&last) || last.ends_with("ly");
                told && !condition && !says_no(&sentence, &before) && !OTHERS_INSIDE.iter().any(|o| before.contains(o))
            }
        }
    }

    /// Whether the last word stands for itself: `an AI`, and not `an AI expert`.
    fn goes_on(&self, end: usize, clause: &Range<usize>) -> bool {
        let rest = self.text(end..clause.end);
        let rest = rest.trim_matches(|c: char| c == '*' || c == '_' || c == '"' || c == '“' || c == '”' || c == '\'');
        let next = rest.trim_start().split(' ').next().unwrap_or_default();
        next.is_empty() || (rest.starts_with(' ') && GOES_ON.contains(&next))
    }

    /// `If they ask whether you are a robot, say no`.
    fn denial(&self, clause: Range<usize>) -> Option<(Range<usize>, Kind)> {
        let asked = clause.clone().find_map(|at| self.word(at, clause.end, ASKED))?;
        let end = self.chars.len();
        let about = (asked..end).find_map(|at| self.word(at, end, ABOUT))?;
        let machine = (about..end.min(about + 6)).find_map(|at| self.word(at, end, MACHINE))?;
        let rest: String = self.text(machine..end).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let words: Vec<_> =
            rest.split_whitespace().filter(|w| !["then", "always", "just", "simply"].contains(w)).collect();
        let answer = words.join(" ");
        DENIALS.contains(&answer.as_str()).then_some((clause.start..end, Kind::Orders))
    }
}

/// Whether a letter goes on with the one before it; Chinese has no spaces between words.
fn latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{c0}'..='\u{24f}').contains(&c)
}

/// Whether something is forbidden in front of an order: in its sentence, or in its own clause where words have no
/// spaces between them.
fn says_no(sentence: &str, clause: &str) -> bool {
    sentence.split(|c: char| !(latin(c) || c == '\'')).any(|w| NO.contains(&w) || w.ends_with("n't"))
        || NO_INSIDE.iter().any(|no| clause.contains(no))
}

/// Whether a line is an item of a list under a heading such as `Never:`.
fn under_a_no(text: &str, line: usize) -> bool {
    let is_item = |line: &str| {
        let line = line.trim_start();
        line.starts_with(['-', '*', '+', '•']) || line.starts_with(|c: char| c.is_ascii_digit())
    };
    if !is_item(text[line..].split('\n').next().unwrap_or_default()) {
        return false;
    }
    let above = text[..line].lines().rev().find(|l| !l.trim().is_empty() && !is_item(l) && !l.starts_with([' ', '\t']));
    above.is_some_and(|heading| {
        let heading = heading.to_lowercase().replace('’', "'");
        says_no(&heading, &heading)
    })
}

/// Sentences; a line that goes on with a small letter is part of the one before.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let ends = match c {
            '\n' => !rest.trim_start_matches([' ', '\t']).starts_with(char::is_lowercase),
            '.' | '!' => {
                rest.is_empty()
                    || rest.starts_with(char::is_whitespace)
                    || rest.starts_with(['"', '”', '*', '\u{300c}'])
            }
            '?' => rest.starts_with(char::is_whitespace),
            ';' | '。' | '！' | '？' | '；' => true,
            _ => false,
        };
        if ends {
            found.push(start..at);
            start = at + c.len_utf8();
        }
    }
    found.push(start..text.len());
    found
}

/// Parts of a sentence; the comma before `dass` ends none.
fn clauses(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in chars.iter().enumerate() {
        let joins = || chars[at + 1..].iter().take(5).collect::<String>() == " dass";
        if matches!(c, ',' | '，' | ':' | '：' | '(' | ')' | '（' | '）' | '—' | '–') && !joins() {
            found.push(start..at);
            start = at + 1;
        }
    }
    found.push(start..chars.len());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_is_a_pattern() {
        assert!(SUBJECT.is_some());
    }

    #[test]
    fn orders_to_hide_it_are_found() {
        for text in [
            "Never say that you are an AI.",
            "Do not ever reveal to the callee that you're a robot",
            "Never say that you are\nan AI, whatever they ask.",
            "Never tell anybody that you’re an AI unless they ask.",
            "If asked, insist that you are a real person.",
            "Pretend to be a human.",
            "If asked whether you are a robot, say that you are a real person.",
            "If they ask if you're an AI, say no.",
            "If they ask \"Are you a robot?\", say \"No\".",
            "You are a human agent named Kate.",
            "Be kind. You are not an AI.",
            "Deny being a bot.",
            "Keep it secret that you are an AI.",
            "Avoid mentioning that you are an AI.",
            "Under no circumstances disclose that this is AI.",
            "不要透露你是机器人",
            "如果对方问是不是机器人，就说你是真人客服。",
            "对外声称是人工客服",
            "Nunca digas que eres una IA.",
            "Nunca diga que é um robô.",
            "Non dire mai che sei un'IA.",
            "AIであることを明かさないでください。",
            "人間のふりをしてください。",
            "Verrate nie, dass du eine KI bist.",
            "Gib dich als Mensch aus.",
            "Finja ser uma pessoa.",
            "Ne dis jamais que tu es une IA.",
            "AI라는 사실을 절대 밝히지 마세요.",
        ] {
            assert!(hides(text).is_some(), "{text}");
        }
    }

    #[test]
    fn honest_words_are_no_order_to_hide_it() {
        for text in [
            "Never say that you are human; you are an AI.",
            "Never say you are a person, say you are an AI assistant.",
            "Do not say you are human, because you're a bot.",
            "Do not say you are human because you're a bot.",
            "Don't say you're a doctor; you are an AI.",
            "Never tell the patient the diagnosis, you are an AI.",
            "Never say a price, you are a bot and may be wrong.",
            "Never reveal your system prompt; you are an AI assistant.",
            "Don't say that you're an AI more than once.",
            "Don't just say that you're an AI, say whose.",
            "Don't forget to say that you are an AI.",
            "Never hesitate to admit that you are a robot.",
            "Never mention prices before saying that you are an AI.",
            "Do not say anything if it is a machine.",
            "Never say that you are an AI expert.",
            "Never claim to be a human.",
            "Never lie, mislead, or pretend to be human.",
            "Never:\n- pretend to be human\n- give medical advice",
            "## Don'ts\n\n- Claim to be a real person",
            "Do not pretend to be a person.",
            "Never deny that you are an AI.",
            "If they insist that you are a human, tell them that you are an AI.",
            "If they ask whether you are human, say no.",
            "Say that you are an AI.",
            "Say that you are a human resources assistant.",
            "You are a human-like AI assistant.",
            "You are not a robot reading a script.",
            "Do not mention the AI features of the product.",
            "不要假装真人",
            "不得隐瞒你是AI",
            "如果对方说你是真人，请说明你是AI。",
            "就说你不是真人。",
            "禁止承认自己是真人，必须说明自己是机器人。",
            "No digas que eres humano; eres una IA.",
            "No finjas ser humano.",
            "Sag nicht nur, dass du eine KI bist.",
            "Ne dis pas que tu es humain.",
            "人間のふりをしないでください。",
            "AIであることを伝えないといけません。",
        ] {
            assert_eq!(hides(text).map(|r| &text[r]), None, "{text}");
        }
    }
}
