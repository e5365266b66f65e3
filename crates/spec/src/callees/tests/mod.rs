//! Rows are read here from texts; what a fault says is shown as a terminal would.

mod csv;
mod do_not_call;
mod header;
mod inline;
mod json_lines;

use super::{Columns, Format, Row, RowFault, Rows};
use crate::value::Raw;

fn columns() -> Columns {
    let variables = ["callee_name", "clinic"].map(|name| (name.to_owned(), name.to_owned()));
    Columns {
        number: "phone".into(),
        key: Some("id".into()),
        zone: Some("tz".into()),
        variables: variables.into(),
        required: vec!["callee_name".into()],
    }
}

fn read(text: impl AsRef<[u8]>, format: Format) -> Vec<Result<Row, RowFault>> {
    let rows = Rows::open(text.as_ref(), format, columns()).unwrap_or_else(|faults| panic!("{}", show(&faults)));
    rows.collect()
}

fn rows(text: impl AsRef<[u8]>, format: Format) -> Vec<Row> {
    read(text, format).into_iter().map(|row| row.unwrap_or_else(|fault| panic!("{}", show(&[fault])))).collect()
}

/// Every fault as a few lines of text.
fn faults(text: impl AsRef<[u8]>, format: Format) -> String {
    let faults: Vec<RowFault> = read(text, format).into_iter().filter_map(Result::err).collect();
    show(&faults)
}

fn show(faults: &[RowFault]) -> String {
    let mut out = String::new();
    for fault in faults {
        let RowFault { line, column, width, excerpt, code, message, label, help, .. } = fault;
        let excerpt = if excerpt.chars().count() > 120 {
            format!("({} characters)", excerpt.chars().count())
        } else {
            excerpt.clone()
        };
        let caret = format!("{}{}", " ".repeat(column - 1), "^".repeat((*width).min(120)));
        out += &format!("{code}: {message}\n{line} | {excerpt}\n  | {caret} {label}\n");
        for line in help {
            out += &format!("  = {line}\n");
        }
    }
    out
}

fn text(value: &Option<Raw>) -> Option<&str> {
    match value {
        Some(Raw::Text(text)) => Some(text),
        _ => None,
    }
}

/// Gives its text in pieces of a few bytes, as a pipe may.
struct Trickle<'t>(&'t [u8], usize);

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = self.1.min(self.0.len()).min(buffer.len());
        buffer[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}
