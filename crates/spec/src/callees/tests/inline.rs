use std::collections::BTreeMap;

use super::super::{Checker, Place};
use super::*;

fn row(cells: &[(&str, &str)]) -> BTreeMap<String, Raw> {
    cells.iter().map(|(name, value)| ((*name).to_owned(), Raw::Text((*value).to_owned()))).collect()
}

#[test]
fn a_row_of_a_document_is_checked_as_one_of_a_file_is() {
    let mut checker = Checker::new(columns());
    let first = row(&[("id", "a"), ("phone", "+44 7700 900123"), ("callee_name", "Tom")]);
    let ok = checker.inline_row(7, |name| first.get(name)).unwrap();
    assert_eq!((ok.line, ok.key.as_str(), ok.number.e164()), (7, "a", "+447700900123"));
    assert_eq!(ok.values, [Some(Raw::Text("Tom".into())), None]);

    let second = row(&[("id", "a"), ("phone", "00447700900123"), ("tz", "Mars/Olympus")]);
    let faults = checker.inline_row(9, |name| second.get(name)).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.place, fault.code, fault.first)).collect();
    assert_eq!(told, [(Place::Number, "E0238", Some(7)), (Place::Key, "E0237", Some(7)), (Place::Zone, "E0243", None)]);
    assert_eq!(faults[1].message, "the key is already in row 7");
    assert_eq!(faults[0].column(checker.columns()), Some("phone"));
}

#[test]
fn a_number_that_is_not_quoted_is_a_quantity() {
    let mut checker = Checker::new(Columns { number: "number".into(), ..Columns::default() });
    let cells = BTreeMap::from([("number".to_owned(), Raw::Number(447700900123u64.into()))]);
    let faults = checker.inline_row(1, |name| cells.get(name)).unwrap_err();
    assert_eq!((faults[0].code, faults[0].label.as_str()), ("E0234", "not a string"));
}

#[test]
fn many_keys_and_numbers_are_told_apart() {
    let mut checker = Checker::new(Columns { number: "n".into(), key: Some("k".into()), ..Columns::default() });
    for n in 0..5000u64 {
        let cells = row(&[("n", &format!("+861300000{n:04}")), ("k", &format!("K{n}"))]);
        checker.inline_row(n + 1, |name| cells.get(name)).unwrap();
    }
    let again = row(&[("n", "+8613000004321"), ("k", "K1234")]);
    let faults = checker.inline_row(9999, |name| again.get(name)).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.first).collect::<Vec<_>>(), [Some(4322), Some(1235)]);
}
