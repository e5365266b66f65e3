//! Long texts as lines of a terminal's width.

use unicode_width::UnicodeWidthStr;

/// `text` with line breaks in the place of spaces, so that no line is wider than `width` if a space allows it. What
/// stands between backticks stays together if it fits on a line: it is there to be copied.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut used = 0;
    for piece in pieces(text, width) {
        let needs = piece.width();
        if used > 0 && used + 1 + needs > width {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(piece);
        used += needs;
    }
    out
}

/// Words, and what is in backticks with what stands directly beside it.
fn pieces(text: &str, width: usize) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    // In backticks that are wider than a line.
    let mut divided = false;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let word = rest.find(' ').unwrap_or(rest.len());
        let mut end = word;
        if rest[..word].matches('`').count() % 2 == 1 {
            match quoted(rest, width).filter(|_| !divided) {
                Some(together) => end = together,
                None => divided = !divided,
            }
        }
        let piece = &rest[..end];
        rest = rest[end..].trim_start();
        Some(piece)
    })
}

/// The end of the piece that `text` begins with: the first space outside of backticks; `None` if it is wider than a line.
fn quoted(text: &str, width: usize) -> Option<usize> {
    let mut inside = false;
    let end = text.find(|c| {
        inside ^= c == '`';
        c == ' ' && !inside
    });
    let end = end.unwrap_or(text.len());
    (text[..end].width() <= width).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_they_may_be() {
        assert_eq!(wrap("one two three four", 9), "one two\nthree\nfour");
        assert_eq!(wrap("one two", 7), "one two");
        assert_eq!(wrap("", 7), "");
        assert_eq!(wrap("a wordthatislonger b", 7), "a\nwordthatislonger\nb");
        // Two columns each.
        assert_eq!(wrap("你好 你好 你好", 10), "你好 你好\n你好");
    }

    #[test]
    fn a_command_stays_on_a_line_if_one_can_hold_it() {
        assert_eq!(wrap("run `callform rule CF014`, then go", 24), "run\n`callform rule CF014`,\nthen go");
        assert_eq!(wrap("run `callform rule CF014` now", 12), "run\n`callform\nrule CF014`\nnow");
        assert_eq!(wrap("a ` alone and more", 8), "a `\nalone\nand more");
    }

    #[test]
    fn nothing_but_spaces_changes() {
        let text = "write `{% if vip %}...{% endif %}`, or for the items of a list `{% for item in 列表 %}`";
        for width in 0..120 {
            assert_eq!(wrap(text, width).replace('\n', " "), text, "{width}");
        }
    }
}
