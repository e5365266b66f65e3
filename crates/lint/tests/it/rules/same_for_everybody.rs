use crate::support::{GREETING, OF_FILE, callees, codes, lint};

/// So many rows of one name.
fn rows(count: usize) -> String {
    let row = |n: usize| format!("P-{n},+12125550{n},Cindy\n");
    "id,number,callee_name\n".to_owned() + &(150..150 + count).map(row).collect::<String>()
}

#[test]
fn ten_rows_are_no_chance_and_nine_may_be() {
    assert_eq!(codes(&[GREETING, OF_FILE, callees(&rows(9))]), [""; 0]);
    let (loaded, found) = lint(&[GREETING, OF_FILE, callees(&rows(10))]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "`callee_name` is the same in all 10 rows");
    let at = loaded.sources.locate(found[0].primary.as_ref().unwrap().span);
    assert_eq!((at.line, at.column), (2, 20));
}

#[test]
fn one_other_value_is_enough() {
    let csv = rows(30) + "P-9,+12125550199,Tom\n";
    assert_eq!(codes(&[GREETING, OF_FILE, callees(&csv)]), [""; 0]);
}

#[test]
fn rows_that_could_not_be_read_may_have_another_value() {
    let csv = rows(12) + "P-9,nobody,Tom\n";
    assert_eq!(codes(&[GREETING, OF_FILE, callees(&csv)]), [""; 0]);
}

#[test]
fn choices_and_values_of_the_campaign_may_be_the_same() {
    let agent =
        "variables:\n  callee_name:\n    type: choice\n    choices: [Cindy, Tom]\nwelcome: Hi {{ callee_name }}.\n";
    assert_eq!(codes(&[(GREETING.0, agent), OF_FILE, callees(&rows(12))]), [""; 0]);
    let campaign = "variables:\n  callee_name: Cindy\ncallees:\n  file: callees.csv\n  key: id\n";
    let csv = rows(12).replace(",callee_name", "").replace(",Cindy", "");
    assert_eq!(codes(&[GREETING, (OF_FILE.0, campaign), callees(&csv)]), [""; 0]);
}
