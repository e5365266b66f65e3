use crate::support::codes;

const AGENT: (&str, &str) = (
    "agents/checkup.yaml",
    "variables:\n  clinic:\n    maxLength: 60\nwelcome: Hello from the automated desk of {{ clinic }}.\n",
);

fn found(campaign: &str) -> Vec<&'static str> {
    codes(&[AGENT, ("campaigns/april.yaml", campaign)])
}

#[test]
fn a_constant_that_one_row_leaves_alone_is_heard() {
    let rows = "variables:\n  clinic: A\ncallees:\n  inline:\n    - number: \"+12125550147\"\n      clinic: B\n    - number: \"+12125550148\"\n";
    assert_eq!(found(rows), [""; 0]);
}

#[test]
fn an_empty_cell_is_no_value() {
    let rows = "variables:\n  clinic: A\ncallees:\n  inline:\n    - number: \"+12125550147\"\n      clinic: \"\"\n";
    assert!(!found(rows).contains(&"CF015"));
}

#[test]
fn a_column_of_another_name_overrides_too() {
    let rows = "variables:\n  clinic: A\ncallees:\n  columns:\n    clinic: site\n  inline:\n    - number: \"+12125550147\"\n      site: B\n";
    assert_eq!(found(rows), ["CF015"]);
}
