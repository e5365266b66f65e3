use crate::support::{codes, lint, told};

fn levels(text: &str) -> [(&'static str, String); 1] {
    [("callform.yaml", format!("lint:\n  levels:\n{text}"))]
}

fn found(text: &str) -> Vec<&'static str> {
    let changes = levels(text);
    codes(&changes.each_ref().map(|(path, text)| (*path, text.as_str())))
}

#[test]
fn a_misspelt_rule_is_underlined_and_the_nearest_is_offered() {
    insta::assert_snapshot!(told(&[("callform.yaml", "lint:\n  levels:\n    limits-unst: error\n")]));
    let (_, found) = lint(&[("callform.yaml", "lint:\n  levels:\n    limits-unst: error\n")]);
    assert_eq!(found[0].fix.as_ref().unwrap().edits[0].1, "limits-unset");
}

#[test]
fn an_error_and_this_rule_have_no_level() {
    insta::assert_snapshot!(told(&[(
        "callform.yaml",
        "lint:\n  levels:\n    E0107: off\n    CF904: off\n    something-else: off\n"
    )]));
}

#[test]
fn a_rule_that_is_named_by_code_and_by_name_is_set_twice() {
    insta::assert_snapshot!(told(&[("callform.yaml", "lint:\n  levels:\n    CF005: error\n    limits-unset: off\n")]));
}

#[test]
fn codes_in_any_case_and_names_are_rules() {
    assert_eq!(found("    cf005: error\n    unused-variable: off\n"), [""; 0]);
}
