//! Lines and columns as an editor counts them.

use lsp_types::{Position, PositionEncodingKind, Range};

/// A character that some files begin with and that editors do not show.
const MARK: char = '\u{feff}';

/// What an editor counts columns in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows: an emoji is two.
    Utf16,
}

impl Encoding {
    /// The one that suits a client that offers these.
    pub fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered {
            Some(kinds) if kinds.contains(&PositionEncodingKind::UTF8) => Self::Utf8,
            _ => Self::Utf16,
        }
    }

    /// As the protocol calls it.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn length(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A text by lines. A line ends with LF, CRLF or CR, as the protocol has it.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
    /// What the editor has on the first line before the text, or lacks of it: a byte order mark.
    shift: isize,
}

impl<'t> Lines<'t> {
    /// The lines of what the editor has, to the character.
    pub fn new(text: &'t str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        Self { text, starts, encoding, shift: 0 }
    }

    /// The lines of a text that was read from a file, for an editor that has the file's byte order mark in its buffer
    /// or has not.
    pub fn of_file(text: &'t str, encoding: Encoding, marked: bool) -> Self {
        let length = isize::try_from(encoding.length(MARK)).unwrap_or(0);
        let shift = match (text.starts_with(MARK), marked) {
            (true, false) => -length,
            (false, true) => length,
            _ => 0,
        };
        Self { shift, ..Self::new(text, encoding) }
    }

    /// Where a byte stands. One past the end of its line is the line's end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let column: usize = before.trim_end_matches(['\r', '\n']).chars().map(|c| self.encoding.length(c)).sum();
        let column = if line == 0 { column.saturating_add_signed(self.shift) } else { column };
        Position::new(number(line), number(column))
    }

    /// Where a range of bytes stands.
    pub fn range(&self, range: std::ops::Range<usize>) -> Range {
        Range::new(self.position(range.start), self.position(range.end))
    }

    /// The byte at a position. Beyond the end of a line is its end, as the protocol has it; beyond the last line is the
    /// end of the text; within a character is its beginning.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let shift = if line == 0 { -self.shift } else { 0 };
        let column = (position.character as usize).saturating_add_signed(shift);
        let mut passed = 0;
        for (at, c) in self.text[start..end].char_indices() {
            passed += self.encoding.length(c);
            if passed > column || c == '\n' || c == '\r' {
                return start + at;
            }
        }
        end
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_the_client_counts() {
        let text = "a\n你好😀 {{ x }}\r\nz";
        let at = text.find("{{").unwrap();
        let utf16 = Lines::new(text, Encoding::Utf16);
        let utf8 = Lines::new(text, Encoding::Utf8);
        assert_eq!(utf16.position(at), Position::new(1, 5));
        assert_eq!(utf8.position(at), Position::new(1, 11));
        assert_eq!(utf16.offset(Position::new(1, 5)), at);
        assert_eq!(utf8.offset(Position::new(1, 11)), at);
        assert_eq!(utf16.position(text.len()), Position::new(2, 1));
    }

    #[test]
    fn every_boundary_of_a_character_comes_back() {
        let text = "x\r\n深圳😀\rend\n\n";
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(text, encoding);
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                // Between CR and LF there is no position.
                let same = if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at };
                assert_eq!(lines.offset(lines.position(at)), same, "{encoding:?} {at}");
            }
        }
    }

    #[test]
    fn a_position_that_is_not_there_is_the_nearest_one_before() {
        let text = "ab\r\n😀c";
        let lines = Lines::new(text, Encoding::Utf16);
        assert_eq!(lines.offset(Position::new(0, 99)), 2);
        assert_eq!(lines.offset(Position::new(99, 0)), text.len());
        assert_eq!(lines.offset(Position::new(1, 1)), 4, "within the emoji");
        assert_eq!(Lines::new(text, Encoding::Utf8).offset(Position::new(1, 2)), 4);
    }

    #[test]
    fn a_byte_order_mark_is_counted_only_where_the_editor_has_it() {
        let text = "\u{feff}kind: Agent\nname: x\n";
        let hidden = Lines::of_file(text, Encoding::Utf16, false);
        let shown = Lines::of_file(text, Encoding::Utf16, true);
        assert_eq!(hidden.position(3), Position::new(0, 0));
        assert_eq!(shown.position(3), Position::new(0, 1));
        assert_eq!(hidden.offset(Position::new(0, 0)), 3);
        let without = &text[3..];
        let added = Lines::of_file(without, Encoding::Utf16, true);
        assert_eq!(added.position(0), Position::new(0, 1));
        assert_eq!(added.offset(Position::new(0, 7)), 6);
        assert_eq!(added.position(12), Position::new(1, 0));
    }
}
