use insta::assert_snapshot;

use super::super::DoNotCall;
use super::*;
use crate::phone::PhoneNumber;

fn list(text: &str) -> DoNotCall {
    let mut list = DoNotCall::default();
    let faults = list.read(text.as_bytes());
    assert!(faults.is_empty(), "{}", show(&faults));
    list
}

fn holds(list: &DoNotCall, number: &str) -> bool {
    list.contains(&PhoneNumber::parse(number).unwrap())
}

#[test]
fn numbers_are_read_one_a_line_with_comments() {
    let list = list(
        "\u{feff}# asked not to be called\r\n+44 7700 900123\r\n\r\n008601012341234 # by letter, \"2026\"\r\n+447700900123\n",
    );
    assert_eq!(list.len(), 2);
    assert!(holds(&list, "00447700900123") && holds(&list, "+861012341234") && !holds(&list, "+447700900124"));
}

#[test]
fn numbers_are_read_from_the_column_of_that_name_or_the_first() {
    for text in [
        "name,Number\n\"Tom, T\",+447700900123\n",
        "telephone,name\n+447700900123,Tom\n",
        "+447700900123,Tom\n",
        "who;phone\nTom;+447700900123\n",
        "{\"phone\": \"+447700900123\", \"since\": 2026}\n",
    ] {
        let list = list(text);
        assert!(list.len() == 1 && holds(&list, "+447700900123"), "{text}");
    }
}

#[test]
fn every_line_that_cannot_be_read_is_a_fault() {
    let mut list = DoNotCall::default();
    let faults = list
        .read("number,who\n447700900123,Tom\n+447700900124,Ann\n+1 202 555 012,Eve\nn/a,Bob\n,Jim\n\"+44\n".as_bytes());
    assert_snapshot!(show(&faults));
}

#[test]
fn a_wrong_file_is_not_told_line_by_line_for_ever() {
    let mut list = DoNotCall::default();
    let faults = list.read("nobody 1\n".repeat(5000).as_bytes());
    assert_eq!(faults.len(), 1001);
    assert_eq!(faults[1000].message, "4000 more lines of the list can't be read");
}

#[test]
fn several_lists_are_one() {
    let mut all = list("+447700900123\n");
    all.extend(list("+447700900124\n+447700900123\n"));
    assert_eq!(all.len(), 2);
    assert_eq!(format!("{all:?}"), "DoNotCall(2 numbers)");
}

#[test]
fn the_numbers_come_back_as_they_went_in() {
    let given = ["+442079460000", "+447700900123", "+8675533614747", "+861012341234", "+12125550199"];
    let mut back: Vec<String> =
        list(&given.join("\n")).numbers().map(|number| number.unwrap().e164().to_owned()).collect();
    back.sort();
    let mut given = given.map(str::to_owned);
    given.sort();
    assert_eq!(back, given);
}
