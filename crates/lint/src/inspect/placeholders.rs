//! What was left in a text to be filled in.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What is filled in, in English; in capitals or not.
const WORD: &str = "name|company|organi[sz]ation|business|date|time|address|phone|number|e-?mail|city|amount|product|clinic|\
                    hospital|doctor|title";
/// What stands before such a word. Not any word may: `[confirm the date]` tells the model what to do.
const KIND: &str = "your|my|first|last|full|callee|caller|customer|client|patient|user|guest|contact|person|agent|bot|\
                    assistant|company|business|clinic|hospital|doctor|product|brand|phone|mobile|order|account|policy|\
                    invoice|payment|appointment|start|end|due|birth";
/// The same in Chinese, Japanese and Korean.
const HAN: &str = r"[\p{Han}的]{0,6}(?:姓名|名字|名称|称呼|公司|日期|时间|地址|电话|号码|保单号|单号|金额|城市|产品|医院|医生|银行|机构)";
const KANA: &str = "(?:お客様の?)?(?:お?名前|氏名|会社名|病院名|店名|担当者名?|日付|日時|時間|時刻|住所|電話番号|金額)";
const HANGUL: &str = "(?:고객 ?)?(?:이름|성함|회사명|병원명|날짜|시간|주소|전화번호|금액)";

/// What is looked for; the group is the placeholder, and `#` stands for the words above. What stands beside it rules out
/// other meanings: links, closing braces, formulas, quantifiers of patterns, percentages, rules and tables of Markdown.
const SHAPES: [&str; 20] = [
    r"(?-u:\b)(TODO|FIXME|TBD|TBC)(?-u:\b)",
    r"(?i)(?-u:\b)(lorem ipsum)(?-u:\b)",
    r"(?:^|[^\\{}A-Za-z0-9_$])(\$?\{[^{}0-9][^{}]*\})(?:$|[^}])",
    r"(?:^|[^\\{}\[\]().*A-Za-z0-9_$])(\$?\{[0-9]{1,2}\})(?:$|[^}])",
    r"(｛[^｛｝\n]{1,40}｝)",
    r"(?:^|[^\\!\]])([\[［](?:(?i:your|insert|enter|fill in)\s[^\]］\n]{1,40}|(?:[A-Z][A-Za-z']*\s){1,3}(?i:WORDS))[\]］])(?:$|[^(\[:])",
    r"(?:^|[^\\!\]A-Za-z0-9_])([\[［](?:#)[\]］])(?:$|[^(\[:])",
    // At the beginning of a line, or behind another one, it is a heading.
    r"\p{Han}(【(?:HAN)】)",
    r"(<(?i:your|insert|enter)[ _-][A-Za-z _-]{1,40}>)",
    r"(?:^|[^A-Za-z0-9_?])([<＜](?:#)[>＞])",
    r"(?:^|[^A-Za-z0-9_%\\/-])(%(?:\(\w+\))?[sd])(?:$|[^A-Za-z0-9_%/-])",
    r"(?:^|[^A-Za-z0-9_%])(%[A-Za-z_][A-Za-z0-9_]{1,40}%)(?:$|[^A-Za-z0-9_%])",
    r"(?:^|[^A-Za-z0-9_])(__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+__)(?:$|[^A-Za-z0-9_])",
    r"(?:^|[^A-Za-z0-9_])(__(?:WORDS)__)(?:$|[^A-Za-z0-9_:])",
    r"[^\s_|*](?:[ \t]*)(_{4,})",
    r"(_{4,})[ \t]*[^\s_|*]",
    r"(?:^|[^A-Za-z0-9_-])(XXX)(?:$|[^A-Za-z0-9_-])",
    r"(?:^|[^A-Za-z0-9_-])([Xx]{2,})[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]",
    r"[\p{Han}\p{Hiragana}\p{Katakana}]([Xx]{2,})(?:$|[^A-Za-z0-9_-])",
    r"(?:^|[^\p{N}零一二三四五六七八九十])([○◯△]{2,}|×{2,}|〇{2,})(?:$|[^\p{N}零一二三四五六七八九十])",
];

/// What says that a line speaks of how something is said, and means the characters.
const FORMAT: [&str; 6] = ["格式", "读作", "读成", "念作", "念成", "形式"];
/// What a direction to the model begins with, where a placeholder would have a noun.
const DIRECTION: [&str; 12] =
    ["确认", "核对", "核实", "询问", "重复", "等待", "记录", "说明", "告知", "复述", "报出", "提供"];

/// What says that a line speaks of a form with fields.
const FORMS: [&str; 5] = ["填写", "收集", "以下", "字段", "信息"];

/// Longest name between braces; more is a sentence, or code.
const LONGEST_NAME: usize = 41;

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let english = format!("(?i:(?:(?:{KIND})(?:['’]s)?[ _-]){{0,2}}(?:{WORD}))");
    let all = format!("{english}|{HAN}|{KANA}|{HANGUL}");
    let shape = |shape: &str| {
        format!(
            "(?m){}",
            shape.replace('#', &all).replace("WORDS", &WORD.to_uppercase()).replace("(?:HAN)", &format!("(?:{HAN})"))
        )
    };
    SHAPES.iter().filter_map(|s| Regex::new(&shape(s)).ok()).collect()
});

/// Where a text has placeholders, in its order.
pub(crate) fn placeholders(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for pattern in PATTERNS.iter() {
        let mut from = 0;
        // What ends one may begin the next, so that searching goes on right behind the placeholder.
        while let Some(group) = pattern.captures_at(text, from).and_then(|c| c.get(1)) {
            if is_meant(text, group.range()) {
                found.push(group.range());
            }
            from = group.end();
        }
    }
    found.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
    let mut end = 0;
    found.retain(|r| {
        let apart = r.start >= end;
        end = end.max(r.end);
        apart
    });
    found
}

/// The name that a placeholder has between its signs; `None` if it has none, as `%s` and `XX`.
pub(crate) fn name_in(placeholder: &str) -> Option<&str> {
    let inside = |open: &str, close: &str| placeholder.strip_prefix(open)?.strip_suffix(close).map(str::trim);
    let signs = [("${", "}"), ("{", "}"), ("｛", "｝"), ("[", "]"), ("［", "］"), ("<", ">"), ("＜", "＞"), ("%", "%")];
    signs
        .into_iter()
        .find_map(|(open, close)| inside(open, close))
        .or_else(|| inside("__", "__"))
        .filter(|n| is_name(n))
}

/// Whether a shape that was found stands for something, and not for itself.
fn is_meant(text: &str, range: Range<usize>) -> bool {
    let found = &text[range.clone()];
    let Some(first) = found.chars().next() else { return false };
    let inner = found.trim_start_matches(['$', '{', '｛', '[', '［', '<', '＜']);
    let inner = inner.trim_end_matches(['}', '｝', ']', '］', '>', '＞']).trim();
    match first {
        '{' | '$' | '｛' => is_name(inner) || inner.bytes().all(|b| b.is_ascii_digit()),
        '<' if has_end_tag(text, inner) => false,
        '[' | '［' | '<' | '＜' => {
            !is_value_of_json(&text[..range.start]) && !DIRECTION.iter().any(|d| inner.starts_with(d))
        }
        // Where it is told what to note down, it may be a form.
        '【' => !DIRECTION.iter().chain(&FORMS).any(|word| line_around(text, &range).contains(word)),
        'X' | 'x' => !FORMAT.iter().any(|word| line_around(text, &range).contains(word)),
        _ => true,
    }
}

/// Asked here, for a pattern of all the world's letters takes longer to build than a thousand prompts to search.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '.' | '-'))
        && text.chars().count() <= LONGEST_NAME
}

/// Whether a tag is one of a pair, around a part of the text.
fn has_end_tag(text: &str, name: &str) -> bool {
    text.match_indices("</").any(|(at, _)| {
        let rest = text[at + 2..].split_at_checked(name.len());
        rest.is_some_and(|(tag, rest)| tag.eq_ignore_ascii_case(name) && rest.trim_start().starts_with('>'))
    })
}

/// Whether a text ends where a member's value begins in JSON: the model is shown what to write there.
fn is_value_of_json(before: &str) -> bool {
    let member = before.trim_end().strip_suffix('"').map(str::trim_end).and_then(|b| b.strip_suffix(':'));
    member.is_some_and(|b| b.trim_end().ends_with('"'))
}

fn line_around<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let start = text[..range.start].rfind('\n').map_or(0, |n| n + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |n| range.end + n);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        placeholders(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn every_shape_is_a_pattern() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
    }

    #[test]
    fn what_was_left_to_be_filled_in_is_found() {
        for (text, found) in [
            ("Hi {name}, {first name}!", vec!["{name}", "{first name}"]),
            ("Say \"{name}\", '{name}', “{name}”.", vec!["{name}", "{name}", "{name}"]),
            ("Hi ${name}, {0} and {12}", vec!["${name}", "{0}", "{12}"]),
            ("您好{姓名}，[公司名称]的", vec!["{姓名}", "[公司名称]"]),
            ("您好｛姓名｝，［姓名］，<姓名>", vec!["｛姓名｝", "［姓名］", "<姓名>"]),
            ("{お名前}様、[氏名]様、[고객 이름]님", vec!["{お名前}", "[氏名]", "[고객 이름]"]),
            ("请联系【姓名】。您好【客户姓名】，我是【医院】的", vec!["【姓名】", "【客户姓名】", "【医院】"]),
            ("[Your Name] of [COMPANY]", vec!["[Your Name]", "[COMPANY]"]),
            ("on [date] at [appointment_time], [Clinic Phone]", vec!["[date]", "[appointment_time]", "[Clinic Phone]"]),
            ("[clinic's name] [patient's first name]", vec!["[clinic's name]", "[patient's first name]"]),
            ("[Harbour Clinic Opening Time]", vec!["[Harbour Clinic Opening Time]"]),
            ("请TODO填写", vec!["TODO"]),
            ("Call <your name>, FIXME", vec!["<your name>", "FIXME"]),
            ("Hi <name> of <company>, <Customer_Name>", vec!["<name>", "<company>", "<Customer_Name>"]),
            ("It costs %d, %s.", vec!["%d", "%s"]),
            ("您好%s先生", vec!["%s"]),
            ("Hi %name%, “%FIRST_NAME%”", vec!["%name%", "%FIRST_NAME%"]),
            ("I am __NAME__ of __CLINIC_PHONE__", vec!["__NAME__", "__CLINIC_PHONE__"]),
            ("Your name is ____ and", vec!["____"]),
            ("____ phoned", vec!["____"]),
            ("Lorem ipsum dolor", vec!["Lorem ipsum"]),
            ("XXX", vec!["XXX"]),
            ("我是XX医院的，xxx先生，张XX。", vec!["XX", "xxx", "XX"]),
            ("您于XX年XX月XX日", vec!["XX", "XX", "XX"]),
            ("〇〇様、○○病院の△△です。××公司", vec!["〇〇", "○○", "△△", "××"]),
        ] {
            assert_eq!(texts(text), found, "{text}");
        }
    }

    #[test]
    fn what_means_something_else_is_not() {
        for text in [
            "{\"name\": \"Cindy\"} {} {a, b}",
            "\\d{3} [0-9]{4} (ab){2} .{3}",
            "{a sentence in braces that is longer than any name would be}",
            "[Name](https://example.com), [1], [x], [ ], [pause], [laughs], [break 2s]",
            "[Date]: https://example.com",
            "[confirm the date] [repeat the phone number] [核对时间] items[name]",
            "<instructions>Be brief.</instructions>",
            "<name>Kate</name> <Time >8 to 6</time >",
            "<b>now</b> <break time=\"500ms\"/> <br> <emphasis level=\"strong\">x</emphasis> (?<name>x) List<Name>",
            "{\"name\": \"<name>\", \"date\" : \"[date]\"}",
            "50% sure, 100%s, between 5% and 10%, %Y-%m-%d, %d/%m, 5%off%",
            "| a |\n|___|\n______\n**____**",
            "【姓名】您的姓名",
            "请记录【姓名】【电话】",
            "收集以下信息：姓名【姓名】",
            "【公司】我们是港口医院。\n【时间】下午三点",
            "注意【重要】先确认",
            "\\frac{a}{b}",
            "todo lists, XXXL, 尺码XXL, 1XXXXXXXXXX, +1-XXX-XXX",
            "日期读作XX年XX月XX日。",
            "二〇〇八年, 一〇〇, 3×4",
            "snake_case__x ___bold___ __NEVER__ __NAME__: Kate __init__",
        ] {
            assert_eq!(texts(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_placeholder_may_have_a_name() {
        for (placeholder, name) in [
            ("${ a }", Some("a")),
            ("%name%", Some("name")),
            ("__NAME__", Some("NAME")),
            ("[first name]", Some("first name")),
            ("{0}", None),
            ("%s", None),
            ("XX", None),
        ] {
            assert_eq!(name_in(placeholder), name, "{placeholder}");
        }
    }
}
