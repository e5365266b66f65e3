use crate::support::{codes, lint, told};

#[test]
fn each_rule_that_finds_nothing_is_told_and_can_be_removed() {
    let agent = "limits: # callform: allow[CF008, CF005, unused-variable] the line hangs up by itself\n  call: 10m\n";
    insta::assert_snapshot!(told(&[("agents/checkup.yaml", agent)]));
    let (loaded, found) = lint(&[("agents/checkup.yaml", agent)]);
    let removed: Vec<_> = found.iter().map(|d| loaded.sources.slice(d.fix.as_ref().unwrap().edits[0].0)).collect();
    assert_eq!(removed, ["CF008, ", ", unused-variable"]);
}

#[test]
fn the_comment_goes_with_its_line_or_with_the_blanks_before_it() {
    let removed = |agent: &str| {
        let (loaded, found) = lint(&[("agents/checkup.yaml", agent)]);
        assert_eq!(found.len(), 1, "{found:?}");
        loaded.sources.slice(found[0].fix.as_ref().unwrap().edits[0].0).to_owned()
    };
    assert_eq!(removed("voice: WeRose   # callform: allow[CF005] why\n"), "   # callform: allow[CF005] why");
    let own = "limits:\n  # callform: allow[CF005] why\n  ring: 45s\n  call: 10m\n";
    assert_eq!(removed(own), "  # callform: allow[CF005] why\n");
}

#[test]
fn in_a_project_with_environments_another_one_may_need_it() {
    let project = "environments:\n  staging: {}\n";
    let agent = "voice: WeRose # callform: allow[CF005] why\n";
    assert_eq!(codes(&[("callform.yaml", project), ("agents/checkup.yaml", agent)]), [""; 0]);
}
