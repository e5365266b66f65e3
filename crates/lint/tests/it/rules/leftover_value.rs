use crate::support::{GREETING, OF_FILE, callees, lint};

/// What is found in a value: the text pointed at, and what it is said to be.
fn found(value: &str) -> Option<(String, String)> {
    let csv = format!("id,number,callee_name\nP-1,+12125550147,{value}\n");
    let (loaded, found) = lint(&[GREETING, OF_FILE, callees(&csv)]);
    assert!(found.len() < 2, "{value}: {found:?}");
    let finding = found.first()?;
    assert_eq!(finding.code.0, "CF051");
    let place = loaded.sources.slice(finding.primary.as_ref().unwrap().span).to_owned();
    Some((place, finding.message.strip_prefix("`callee_name` holds ").unwrap().to_owned()))
}

#[test]
fn what_was_not_meant_to_be_said_is_pointed_at() {
    for (value, place, what) in [
        ("#REF!", "#REF!", "an error of a spreadsheet or a program"),
        ("Tom #N/A", "#N/A", "an error of a spreadsheet or a program"),
        ("null", "null", "a program's word for no value"),
        ("N/A", "N/A", "a program's word for no value"),
        (" NaN ", " NaN ", "a program's word for no value"),
        ("   ", "   ", "blanks only"),
        ("\u{3000}", "\u{3000}", "blanks only"),
        ("--", "--", "no word"),
        ("- / -", "- / -", "no word"),
        ("Dear {{ first_name }}!", "{{ first_name }}", "a placeholder that nobody filled in"),
        ("{% if x %}", "{% if x %}", "a placeholder that nobody filled in"),
        ("您好${name}", "${name}", "a placeholder that nobody filled in"),
    ] {
        assert_eq!(found(value), Some((place.to_owned(), what.to_owned())), "{value}");
    }
}

#[test]
fn names_of_people_and_what_they_write_are_let_alone() {
    for value in [
        "Null",
        "Nan",
        "NA",
        "Christopher Null",
        "None of these",
        "Nil",
        "Tom - Dick",
        "#5",
        "flat #12",
        "5 %",
        "€",
        "100%",
        "{curly}",
        "a {{ b",
        "[sic]",
        "N.N.",
        "n/a was said",
        "无",
    ] {
        assert_eq!(found(value), None, "{value}");
    }
}

#[test]
fn what_is_never_said_may_be_anything() {
    let agent = "variables:\n  callee_name: {}\n  unread:\n    default: x\nwelcome: Hi {{ callee_name }}.\n";
    let csv = "id,number,callee_name,unread\nP-1,+12125550147,Ann,#N/A\n";
    let (_, found) = lint(&[(GREETING.0, agent), OF_FILE, callees(csv)]);
    // That it is never said is told by the rule about variables.
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["CF006"]);
}
