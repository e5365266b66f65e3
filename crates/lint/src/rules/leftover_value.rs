use std::ops::Range;

use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::project::SeenRow;

use super::{Check, rule};
use crate::inspect::{CampaignView, FreeTexts};
use crate::rows::{Note, Notes, RowRule};

/// What spreadsheets write where a formula has no value; wherever they stand in a cell.
const ERRORS: [&str; 9] =
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "[object Object]"];

/// What programs write for no value. Exactly so: Null and Nan are names of people, and NA may be one.
const NOTHING: [&str; 13] =
    ["null", "NULL", "(null)", "<null>", "\\N", "nil", "None", "undefined", "NaN", "nan", "N/A", "n/a", "(none)"];

/// Signs by which people say that there is nothing. Others (`€`, `%`) may be meant.
const SIGNS: [char; 12] = ['-', '–', '—', '_', '.', '…', '?', '/', '*', '~', ',', ';'];

rule! {
    /// ## What it does
    ///
    /// Finds texts that were not meant to be said: errors of a spreadsheet (`#N/A`), a program's word for no value
    /// (`null`), cells of blanks or dashes, and placeholders that nobody filled in (`{{ name }}`, `${name}`).
    ///
    /// ## Why it is bad
    ///
    /// The agent says it: "Hello hash N A". To a template such a cell is a value like any other, so neither a default nor a
    /// condition helps, and a placeholder in a value is never filled in.
    code: "CF051",
    name: "leftover-value",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
variables:
  callee_name: {}
welcome: Hi {{ callee_name }}, this is Kate, an AI assistant.
"),
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  key: id
"),
        ("campaigns/callees.csv", "\
id,number,callee_name
P-1,+12125550147,Cindy
P-2,+12125550148,#N/A
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
variables:
  callee_name: {}
welcome: Hi {{ callee_name }}, this is Kate, an AI assistant.
"),
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  key: id
"),
        ("campaigns/callees.csv", "\
id,number,callee_name
P-1,+12125550147,Cindy
P-2,+12125550148,Tom
"),
    ],
    check: Check::Rows(|| Box::new(Leftover::default())),
}

#[derive(Default)]
struct Leftover {
    texts: FreeTexts,
}

impl RowRule for Leftover {
    fn begin(&mut self, view: &CampaignView<'_>) {
        self.texts = FreeTexts::of(view);
    }

    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        for (index, text) in self.texts.of_row(seen) {
            let Some((what, part)) = leftover(text) else { continue };
            let Some((name, _)) = view.campaign.columns.variables.get(index) else { continue };
            notes.add(|| {
                let message = format!("`{name}` holds {what}");
                let help = "write what is to be said; leave the cell empty where the campaign or the agent has a value for all";
                Note::new(message, seen.place(Place::Variable(index), part), "would be said").help(help)
            });
        }
    }
}

/// What is left over in a text, and its characters unless it is the whole.
fn leftover(text: &str) -> Option<(&'static str, Option<Range<usize>>)> {
    let part = |at: usize, len: usize| {
        let start = text[..at].chars().count();
        Some(start..start + text[at..at + len].chars().count())
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some(("blanks only", None));
    }
    if trimmed.chars().all(|c| SIGNS.contains(&c) || c.is_whitespace()) {
        return Some(("no word", None));
    }
    if NOTHING.contains(&trimmed) {
        return Some(("a program's word for no value", None));
    }
    // Most values have none of these signs.
    if !text.bytes().any(|b| matches!(b, b'#' | b'[' | b'{')) {
        return None;
    }
    if let Some((at, error)) = ERRORS.iter().find_map(|error| Some((text.find(error)?, error))) {
        return Some(("an error of a spreadsheet or a program", part(at, error.len())));
    }
    [("{{", "}}"), ("{%", "%}"), ("${", "}")].into_iter().find_map(|(open, close)| {
        let at = text.find(open)?;
        let len = text[at..].find(close)? + close.len();
        Some(("a placeholder that nobody filled in", part(at, len)))
    })
}
