use insta::assert_snapshot;

use super::*;

#[test]
fn fields_keep_their_types_and_null_is_none() {
    let rows = rows(
        "{\"id\": 93, \"phone\": \"+44 7700 900123\", \"callee_name\": \"Tom\", \"clinic\": 1.5, \"more\": [1]}\n\n\
         {\"id\": \"94\", \"phone\": \"+447700900124\", \"tz\": \"Asia/Shanghai\", \"callee_name\": true, \"clinic\": null}\r\n",
        Format::JsonLines,
    );
    assert_eq!((rows[0].key.as_str(), rows[0].line, rows[1].line), ("93", 1, 3));
    assert_eq!(rows[0].values[1], Some(Raw::Number(serde_json::Number::from_f64(1.5).unwrap())));
    assert_eq!(rows[1].values, [Some(Raw::Boolean(true)), None]);
    assert_eq!(rows[1].zone.as_deref(), Some("Asia/Shanghai"));
}

#[test]
fn an_escaped_name_is_the_same_field() {
    let rows = rows("{\"i\\u0064\": \"a\", \"phone\": \"+447700900123\"}\n", Format::JsonLines);
    assert_eq!(rows[0].key, "a");
}

#[test]
fn what_is_no_object_of_single_values_is_pointed_at() {
    assert_snapshot!(faults(
        "{\"id\": \"a\", \"phone\": \"+447700900123\"\n[\"+447700900123\"]\n\"+447700900123\"\n{\"id\": \"b\", \"phone\": {\"mobile\": \"+447700900123\"}}\n{\"id\": \"c\", \"phone\": \"+447700900123\", \"clinic\": [\"x\"]}\n{\"id\": \"d\", \"id\": \"e\", \"phone\": \"+447700900123\"}\n{\"id\": \"ok\", \"phone\": \"+447700900123\"}\n",
        Format::JsonLines
    ));
}

#[test]
fn bad_numbers_and_keys_are_pointed_at() {
    assert_snapshot!(faults(
        "{\"id\": \"a\", \"phone\": 447700900123}\n{\"id\": true, \"phone\": \"+44 77O0 900123\"}\n{\"key\": \"b\", \"phones\": \"+447700900124\"}\n",
        Format::JsonLines
    ));
}

#[test]
fn a_line_without_end_is_refused_and_the_next_one_read() {
    let text = format!("{{\"id\": \"{}\"}}\n{{\"id\": \"b\", \"phone\": \"+447700900123\"}}\n", "a".repeat(100_000));
    let read = read(text, Format::JsonLines);
    assert!(matches!(read.as_slice(), [Err(fault), Ok(row)] if fault.code == "E0239" && row.line == 2), "{read:?}");
}

#[test]
fn a_line_that_is_not_utf8_is_one_bad_row() {
    let text = [b"{\"id\": \"\xff\"}\n".as_slice(), b"{\"id\": \"b\", \"phone\": \"+447700900123\"}\n"].concat();
    assert!(matches!(read(text, Format::JsonLines).as_slice(), [Err(fault), Ok(_)] if fault.code == "E0230"));
}
