use crate::support::lint;

#[test]
fn the_place_is_the_value() {
    let (loaded, found) = lint(&[("agents/checkup.yaml", "complianceAudio: false\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "false");
}
