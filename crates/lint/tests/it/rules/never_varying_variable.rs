use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";
const WELCOME: &str = "welcome: Hello from the automated desk, {{ v }}.\n";

fn may(variables: &str) -> String {
    format!(
        "kind: Campaign\nname: may\nagent: checkup\ncallers:\n  - \"+12125550123\"\nvariables:\n  v: {variables}\ncallees:\n  inline:\n    - number: \"+12125550148\"\n"
    )
}

#[test]
fn a_choice_of_one_and_a_number_without_room_are_found() {
    for (declaration, label) in [
        ("type: choice\n    choices:\n      - one\n    default: one\n", "a choice of one"),
        ("type: number\n    min: 3\n    max: 3\n    default: 3\n", "`min` is `max`"),
    ] {
        let (loaded, found) = lint(&[(AGENT, &format!("variables:\n  v:\n    {declaration}{WELCOME}"))]);
        assert_eq!(found.len(), 1);
        let place = found[0].primary.as_ref().unwrap();
        assert_eq!((loaded.sources.slice(place.span), place.text.as_str()), ("v", label));
    }
}

#[test]
fn one_campaign_may_set_what_it_likes() {
    let agent = format!("variables:\n  v:\n    maxLength: 60\n{WELCOME}");
    assert_eq!(codes(&[(AGENT, &agent), ("campaigns/april.yaml", "variables:\n  v: A\n")]), [""; 0]);
}

#[test]
fn campaigns_that_differ_are_what_constants_are_for() {
    let agent = format!("variables:\n  v:\n    maxLength: 60\n{WELCOME}");
    let files = [("campaigns/april.yaml", "variables:\n  v: A\n")];
    assert_eq!(codes(&[(AGENT, &agent), files[0], ("campaigns/may.yaml", &may("B"))]), [""; 0]);
    assert_eq!(codes(&[(AGENT, &agent), files[0], ("campaigns/may.yaml", &may("A"))]), ["CF016"]);
}

#[test]
fn rows_with_a_value_of_their_own_make_it_vary() {
    let agent = format!("variables:\n  v:\n    maxLength: 60\n{WELCOME}");
    let april = "variables:\n  v: A\ncallees:\n  inline:\n    - number: \"+12125550147\"\n      v: B\n    - number: \"+12125550149\"\n";
    assert_eq!(codes(&[(AGENT, &agent), ("campaigns/april.yaml", april), ("campaigns/may.yaml", &may("A"))]), [""; 0]);
}
