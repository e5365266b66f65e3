use insta::assert_snapshot;
use proptest::prelude::*;

use super::super::{CellFault, Place};
use super::*;

const HEADER: &str = "id,phone,tz,callee_name,clinic\n";

fn csv(body: &str) -> String {
    format!("{HEADER}{body}")
}

#[test]
fn a_row_has_its_line_key_number_zone_and_values() {
    let rows = rows(
        csv(" P-1 ,+44 7700 900123,europe/london,Tom,\nP-2,00447700900124,,\"Ann \"\"A\"\", B\",North\n"),
        Format::CSV,
    );
    assert_eq!((rows[0].line, rows[0].key.as_str(), rows[0].number.e164()), (2, "P-1", "+447700900123"));
    assert_eq!(rows[0].zone.as_deref(), Some("Europe/London"));
    assert_eq!((text(&rows[0].values[0]), text(&rows[0].values[1])), (Some("Tom"), None), "an empty cell is none");
    assert_eq!((rows[1].line, rows[1].zone.as_deref()), (3, None));
    assert_eq!((text(&rows[1].values[0]), text(&rows[1].values[1])), (Some("Ann \"A\", B"), Some("North")));
}

#[test]
fn byte_order_mark_crlf_blank_lines_and_a_missing_last_line_break_change_nothing() {
    let plain = rows(csv("a,+447700900123,,Tom,x\nb,+447700900124,,Ann,y\n"), Format::CSV);
    let odd = "\u{feff}id,phone,tz,callee_name,clinic\r\na,+447700900123,,Tom,x\r\n\r\nb,+447700900124,,Ann,y";
    let odd = rows(odd, Format::CSV);
    assert_eq!(odd.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4]);
    assert!(plain.iter().zip(&odd).all(|(a, b)| (&a.key, a.number, &a.values) == (&b.key, b.number, &b.values)));
}

#[test]
fn a_quoted_line_break_is_part_of_the_cell_and_lines_are_still_counted() {
    let rows = rows(csv("a,+447700900123,,\"Tom\r\nDick\",x\nb,+447700900124,,Ann,y\n"), Format::CSV);
    assert_eq!(text(&rows[0].values[0]), Some("Tom\nDick"));
    assert_eq!(rows[1].line, 4);
}

#[test]
fn other_delimiters_can_be_named() {
    let semicolons = csv("a,+447700900123,,\"Tom; T\",x\n").replace(',', ";");
    assert_eq!(text(&rows(semicolons, Format::Csv { delimiter: b';' })[0].values[0]), Some("Tom; T"));
    let tabs = csv("a,+447700900123,,Tom,x\n").replace(',', "\t");
    assert_eq!(rows(tabs, Format::Csv { delimiter: b'\t' }).len(), 1);
}

#[test]
fn without_a_key_column_the_number_is_the_key() {
    let columns = Columns { number: "phone".into(), ..Columns::default() };
    let rows: Vec<_> = Rows::open("phone\n+44 7700 900123\n".as_bytes(), Format::CSV, columns).unwrap().collect();
    assert_eq!(rows[0].as_ref().unwrap().key, "+447700900123");
}

#[test]
fn every_bad_number_is_pointed_at_and_masked() {
    assert_snapshot!(faults(
        csv(
            "a,447700900123,,Tom,\nb,8.61E+12,,Ann,\nc,,,Eve,\nd,+44 77O0 900123,,Bob,\ne,+1 202 555 012,,Jim,\nf,020 7946 0123,,Kim,\ng,\"+44 7700 900123, x9\",,Lee,\nok,+447700900125,,Zoe,\n"
        ),
        Format::CSV
    ));
}

#[test]
fn bad_keys_and_zones_are_pointed_at() {
    assert_snapshot!(faults(
        csv(",+447700900123,,Tom,\na,+447700900124,Europe/Belin,Ann,\n\"b\nc\",+447700900125,12,Eve,\n"),
        Format::CSV
    ));
}

#[test]
fn the_first_of_two_equal_keys_or_numbers_is_named() {
    assert_snapshot!(faults(
        csv("a,+447700900123,,Tom,\nb,+447700900124,,Ann,\na ,0044 7700 900123,,Tom,\nc,+447700900124,,Ann,\n"),
        Format::CSV
    ));
}

#[test]
fn a_key_that_two_rows_share_is_found_even_if_the_first_of_them_is_bad() {
    let text = csv("a,nobody,,Tom,\na,+447700900124,,Ann,\n");
    assert!(faults(text, Format::CSV).contains("already in line 2"));
}

#[test]
fn what_does_not_fit_is_pointed_at_while_the_row_is_read() {
    let text = csv("a,+447700900123,,Tom,x\nb,+447700900124,,Ann,North\n");
    let mut rows = Rows::open(text.as_bytes(), Format::CSV, columns()).unwrap();
    let mut bind = |row: Row, _: &dyn super::super::Places| match super::text(&row.values[1]) {
        Some("North") => {
            Err(vec![CellFault::new(Place::Variable(1), "E0212", "there is no such clinic", "not open yet")])
        }
        _ => Ok(row.key),
    };
    assert_eq!(rows.next_with(&mut bind).unwrap().unwrap(), "a");
    let fault = rows.next_with(&mut bind).unwrap().unwrap_err();
    assert_eq!(fault.place, Place::Variable(1));
    assert_snapshot!(show(&[fault]));
    assert!(rows.next_with(&mut bind).is_none());
}

#[test]
fn rows_with_too_few_or_too_many_cells_are_pointed_at() {
    assert_snapshot!(faults(
        csv("a,+447700900123,,Tom\nb,+447700900124,,Ann, Dr,x\n,,,,\nok,+447700900125,,Zoe,\n"),
        Format::CSV
    ));
}

#[test]
fn a_line_that_is_not_utf8_is_one_bad_row() {
    let mut text = csv("a,+447700900123,,Z").into_bytes();
    text.extend(b"o\xeb,x\nb,+447700900124,,Ann,y\n");
    assert_eq!(read(&text, Format::CSV).len(), 2);
    assert!(read(&text, Format::CSV)[1].is_ok());
    assert_snapshot!(faults(text, Format::CSV));
}

#[test]
fn an_unclosed_quote_costs_one_row_and_not_the_file() {
    let text =
        csv("a,+447700900123,,\"Tom,\nb,+447700900124,,Ann,y\nc,+447700900125,,\"Eve\",z\nd,+447700900126,,Jo,\n");
    let read = read(&text, Format::CSV);
    assert_eq!(read.iter().filter(|row| row.is_ok()).count(), 3);
    assert_snapshot!(faults(text, Format::CSV));
}

#[test]
fn an_unclosed_quote_before_a_million_lines_is_found_within_64_kib() {
    let mut text = csv("a,+447700900123,,\"Tom,\n");
    for n in 0..20_000 {
        text += &format!("k{n},+86130{n:08},,Ann,y\n");
    }
    let read = read(&text, Format::CSV);
    assert_eq!(read.iter().filter(|row| row.is_ok()).count(), 20_000);
    assert_snapshot!(faults(text, Format::CSV));
}

#[test]
fn an_unclosed_quote_at_the_end_is_a_fault() {
    assert_snapshot!(faults(csv("a,+447700900123,,\"Tom,x"), Format::CSV));
}

#[test]
fn text_after_a_closing_quote_is_pointed_at() {
    assert_snapshot!(faults(csv("a,+447700900123,,\"Tom\" T,x\n"), Format::CSV));
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal() {
    let said = faults(csv("a,nobody,,\u{1b}[31mTom\u{9b},x\n"), Format::CSV);
    assert!(said.contains("\u{241b}[31mTom\u{fffd}") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_blank_before_a_quote_is_refused() {
    assert_snapshot!(faults(csv("a,+447700900123,, \"Tom, T\",x\n"), Format::CSV));
}

#[test]
fn a_line_without_end_is_refused_and_the_next_one_read() {
    let text = csv(&format!("a,+447700900123,,{},x\nb,+447700900124,,Ann,y\n", "T".repeat(300_000)));
    let read = read(&text, Format::CSV);
    assert!(matches!(read.as_slice(), [Err(fault), Ok(row)] if fault.code == "E0239" && row.line == 3), "{read:?}");
}

#[test]
fn no_fault_shows_a_number() {
    let numbers = [
        "447700900123",
        "+44 77O0 900123",
        "+44-7700-900123 x1",
        "07700900123",
        "+4477009001234567",
        "+447700900123/4",
    ];
    for number in numbers {
        let said = format!("{:?}", read(csv(&format!("a,\"{number}\",,Tom,{number}\n")), Format::CSV));
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        assert!(!digits.contains("7700900") && !digits.contains("7790012"), "{said}");
    }
}

#[test]
fn debugging_a_row_shows_neither_number_nor_values() {
    let said = format!("{:?}", rows(csv("secret-key,+447700900123,,Tom,\n"), Format::CSV));
    assert_eq!(said, "[Row(line 2, +44 77****0123, 2 values)]");
    let rows =
        Rows::open("id,phone,tz,callee_name\na,+447700900123,,Tom\n".as_bytes(), Format::CSV, columns()).unwrap();
    assert!(!format!("{rows:?}").contains("Tom"));
}

#[test]
fn a_reader_that_fails_is_a_last_fault() {
    struct Fails;
    impl std::io::Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let whole = csv("a,+447700900123,,Tom,\n");
    let read: Vec<_> =
        Rows::open(std::io::Read::chain(whole.as_bytes(), Fails), Format::CSV, columns()).unwrap().collect();
    assert!(matches!(read.as_slice(), [Ok(_), Err(fault)] if fault.message.contains("the disk is gone")), "{read:?}");
}

prop_compose! {
    /// A cell as it may be written, quoted where it must be.
    fn cell()(content in "[a-c \",\r\n;é中]{0,8}", quoted in any::<bool>()) -> String {
        let must = content.contains(['"', ',', '\r', '\n']);
        if must || quoted { format!("\"{}\"", content.replace('"', "\"\"")) } else { content }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Well-formed files mean to this reader what they mean to the `csv` crate.
    #[test]
    fn cells_are_those_of_the_csv_crate(
        records in prop::collection::vec(prop::collection::vec(cell(), 2..4), 1..6),
        crlf in any::<bool>(),
        piece in 1usize..9,
    ) {
        let text: String = records.iter().map(|cells| cells.join(",") + if crlf { "\r\n" } else { "\n" }).collect();
        let mut theirs = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let theirs: Vec<Vec<String>> = theirs
            .records()
            .map(|record| record.unwrap().iter().map(|cell| cell.replace("\r\n", "\n")).collect())
            .collect();
        let mut input = super::super::input::Input::new(Trickle(text.as_bytes(), piece)).unwrap();
        let mut cells = Vec::new();
        let mut ours = Vec::new();
        while let Some(len) = super::super::csv::record(&mut input, b',', &mut cells).unwrap() {
            let len = len.unwrap();
            let record = std::str::from_utf8(input.bytes(len)).unwrap();
            ours.push(cells.iter().map(|cell| cell.text(record).into_owned()).collect::<Vec<_>>());
            input.consume(len);
        }
        prop_assert_eq!(ours, theirs);
    }

    /// Whatever a file holds, each of its lines is read, faulted or blank, and nothing panics.
    #[test]
    fn any_bytes_can_be_read(body in prop::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), any::<u8>()], 0..200)) {
        let mut text = csv("").into_bytes();
        text.extend(body);
        text.extend(b"\nz,+447700900123,,Tom,x\n");
        let read = read(&text, Format::CSV);
        prop_assert!(read.iter().flatten().any(|row| row.key == "z") || read.iter().any(Result::is_err));
    }
}
