use crate::support::{codes, lint};

#[test]
fn the_key_is_the_place_and_no_variables_are_no_finding() {
    let agent = "agents/checkup.yaml";
    let (loaded, found) = lint(&[(agent, "promptVariables:\n  clinic: Retell\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "promptVariables");
    assert_eq!(codes(&[(agent, "promptVariables: {}\n")]), [""; 0]);
}
