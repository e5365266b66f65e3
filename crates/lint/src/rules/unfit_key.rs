use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{CalleeSource, CellPlace, SeenRow};

use super::{Check, rule};
use crate::inspect::CampaignView;
use crate::rows::{Count, Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds keys that are phone numbers, and keys that differ from another one only in leading zeros or in case.
    ///
    /// ## Why it is bad
    ///
    /// A key is kept in the ledger and in reports, where a number should not be; and with a new number a person gets a new
    /// key, and is phoned again. Of two keys such as `0042` and `42` one was probably made from the other by a spreadsheet
    /// or by hand: one person under two keys, with two numbers.
    code: "CF059",
    name: "unfit-key",
    level: Severity::Warning,
    bad: &[
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  number: phone
  key: patient_id
"),
        ("campaigns/callees.csv", "\
patient_id,phone
0042,+12125550147
42,+12125550148
+12125550149,+12125550149
"),
    ],
    good: &[
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  number: phone
  key: patient_id
"),
        ("campaigns/callees.csv", "\
patient_id,phone
0042,+12125550147
0043,+12125550148
0044,+12125550149
"),
    ],
    check: Check::Rows(|| Box::new(Unfit::default())),
}

const NOT_A_NUMBER: &str = "take a column that says who it is, and not how to reach them, such as an id of your own";

/// Fewer digits may be part of a number by chance.
const NATIONAL: usize = 7;

#[derive(Default)]
struct Unfit {
    /// Hash of a key without what should not tell two of them apart, and the line in which it was first.
    plain: HashMap<u64, u64>,
    hasher: RandomState,
}

impl RowRule for Unfit {
    fn begin(&mut self, _: &CampaignView<'_>) {
        self.plain.clear();
    }

    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        let columns = &view.campaign.columns;
        // Without a key column the number is the key, as the language has it for rows of a document; and a key column that
        // is the number's is one mistake, not one in each row.
        if columns.key.is_none() || columns.key.as_ref() == Some(&columns.number) {
            return;
        }
        let row = seen.row;
        if is_number(&row.key, &row.number) {
            notes.add(|| {
                Note::new("a key is a phone number", seen.place(Place::Key, None), "kept in ledger and reports")
                    .help(NOT_A_NUMBER)
            });
            return;
        }
        let Some(plain) = plain(&row.key) else { return };
        let Some(first) = self.plain.insert(self.hasher.hash_one(plain), row.line) else { return };
        let what = if row.key.bytes().all(|b| b.is_ascii_digit()) { "leading zeros" } else { "case" };
        let counted = if matches!(view.campaign.callees, CalleeSource::Inline(_)) { "row" } else { "line" };
        notes.add(|| {
            let message = format!("a key differs from the one in {counted} {first} only in {what}");
            Note::new(message, seen.place(Place::Key, None), format!("like that of {counted} {first}"))
                .help("if the two are one person, keep one row; if not, write keys that a spreadsheet can't make equal")
        });
    }

    fn end(&mut self, view: &CampaignView<'_>, count: Count, notes: &mut Notes) {
        let columns = &view.campaign.columns;
        if columns.key.as_ref() == Some(&columns.number) && count.good > 0 {
            notes.add(|| {
                let place = CellPlace::Document(view.place(&["callees", "key"]));
                Note::new("the keys are the phone numbers", place, "kept in ledger and reports").help(NOT_A_NUMBER)
            });
        }
    }
}

/// Whether the key is the row's own number, however written, or another one with its country code.
fn is_number(key: &str, number: &PhoneNumber) -> bool {
    let written = key.starts_with(['+', '\u{ff0b}']) && PhoneNumber::parse(key).is_ok();
    let digits: String = key.chars().filter(char::is_ascii_digit).collect();
    let only_digits = key.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '+'));
    let significant = digits.trim_start_matches('0');
    written || only_digits && significant.len() >= NATIONAL && number.e164().ends_with(significant)
}

/// The key without what a spreadsheet takes away. `None` for keys that mix small and capital letters, as random ones do:
/// there case tells two of them apart.
fn plain(key: &str) -> Option<String> {
    if key.bytes().all(|b| b.is_ascii_digit()) {
        return Some(key.trim_start_matches('0').to_owned());
    }
    let mixed = key.chars().any(char::is_lowercase) && key.chars().skip(1).any(char::is_uppercase);
    (!mixed).then(|| key.to_lowercase())
}
