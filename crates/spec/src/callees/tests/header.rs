use insta::assert_snapshot;

use super::*;

fn refused(text: impl AsRef<[u8]>) -> String {
    show(&Rows::open(text.as_ref(), Format::CSV, columns()).expect_err("a header that is refused"))
}

#[test]
fn missing_columns_are_named_with_what_was_probably_meant() {
    assert_snapshot!(refused("id,Phone,time zone,Callee Name\na,+447700900123,,Tom\n"));
}

#[test]
fn a_variable_that_is_not_required_may_have_no_column() {
    let rows: Vec<_> = Rows::open("id,phone,tz,callee_name\na,+447700900123,,Tom\n".as_bytes(), Format::CSV, columns())
        .unwrap()
        .collect();
    assert_eq!(rows[0].as_ref().unwrap().values[1], None);
}

#[test]
fn another_delimiter_is_named() {
    assert_snapshot!(refused("id;phone;tz;callee_name\n") + &refused("id\tphone\ttz\tcallee_name\n"));
}

#[test]
fn names_that_are_empty_or_there_twice_are_refused() {
    assert_snapshot!(refused("id,phone,,tz,callee_name,phone\n"));
}

#[test]
fn a_file_without_a_header_is_told_so() {
    assert_snapshot!(refused("P-1,+447700900123,,Tom\n"));
}

#[test]
fn an_empty_file_is_refused() {
    assert_snapshot!(refused("") + &refused("\u{feff}\n\n"));
}

#[test]
fn utf16_and_bare_carriage_returns_are_refused() {
    let utf16: Vec<u8> = "id,phone\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_snapshot!(
        refused([b"\xff\xfe".to_vec(), utf16].concat()) + &refused("id,phone,tz,callee_name\ra,+447700900123,,Tom\r")
    );
}
