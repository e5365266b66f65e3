//! What rules say of a project in which something is wrong elsewhere.

use callform_lint::rules;

use crate::support::project_with;

/// A finding of the agent's prompt.
const PROMPT: (&str, &str) = ("agents/prompts/checkup.md", "- Done: end_call. Person: transfer_to_human.\n");

fn codes(changes: &[(&str, &str)]) -> Vec<&'static str> {
    let loaded = project_with(changes);
    assert!(!loaded.is_good(), "there is an error");
    rules::check(&loaded).iter().map(|d| d.code.0).collect()
}

#[test]
fn a_mistake_hides_no_finding_of_another_document() {
    assert_eq!(codes(&[PROMPT, ("campaigns/april.yaml", "nonsense: 1\n")]), ["CF001"]);
    assert_eq!(codes(&[PROMPT, ("campaigns/april.yaml", "agent: nobody\n")]), ["CF001"]);
    let other = "kind: Agent\nname: other\nprompt: \"{{ nobody }}\"\n";
    assert_eq!(codes(&[PROMPT, ("agents/other.yaml", other)]), ["CF001"]);
    assert_eq!(codes(&[PROMPT, ("agents/other.yaml", "kind: Agent\n  name: [")]), ["CF001"]);
}

#[test]
fn what_has_errors_is_not_judged() {
    assert_eq!(codes(&[PROMPT, ("agents/checkup.yaml", "voice: 5\n")]), [""; 0]);
    assert_eq!(codes(&[("agents/prompts/checkup.md", "end_call {{ nobody }}\n")]), [""; 0]);
    assert_eq!(codes(&[PROMPT, ("callform.yaml", "nonsense: 1\n")]), [""; 0], "the site may be the wrong one");
}

#[test]
fn a_campaign_is_judged_with_its_agent_only() {
    let retry = "retry:\n  when: [noAnswer]\n  wait: 1h\n  maxAttempts: 1\n";
    let found = codes(&[("agents/checkup.yaml", "voice: 5\n"), ("campaigns/april.yaml", retry)]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn nothing_is_said_that_a_campaign_with_errors_may_contradict() {
    let bad = rules::find("never-varying-variable").unwrap().bad;
    let alone: Vec<_> = rules::check(&project_with(bad)).iter().map(|d| d.code.0).collect();
    assert_eq!(alone, ["CF016"]);
    // It may be that one that varies the value.
    let third = ("campaigns/june.yaml", "kind: Campaign\nname: june\nnonsense: 1\n");
    assert_eq!(codes(&[bad, &[third]].concat()), [""; 0]);
}
