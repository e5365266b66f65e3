use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn the_name_of_a_variable_gets_its_braces() {
    let agent = "variables:\n  clinic:\n    default: Harbour Clinic\nwelcome: \"{{ clinic }}, automated: {clinic}, ${ clinic }, {other}\"\n";
    let (loaded, found) = lint(&[(AGENT, agent)]);
    let fixes: Vec<_> = found
        .iter()
        .map(|d| d.fix.as_ref().map(|f| (f.safe, loaded.sources.slice(f.edits[0].0), f.edits[0].1.as_str())))
        .collect();
    assert_eq!(fixes, [Some((true, "{clinic}", "{{ clinic }}")), Some((true, "${ clinic }", "{{ clinic }}")), None]);
}

#[test]
fn braces_in_raw_text_would_be_said_as_they_stand() {
    let agent = "variables:\n  clinic:\n    default: Harbour Clinic\nwelcome: \"{{ clinic }}, automated{% raw %}: {clinic}{% endraw %}\"\n";
    let (_, found) = lint(&[(AGENT, agent)]);
    assert_eq!((found.len(), found[0].code.0, found[0].fix.as_ref()), (1, "CF021", None));
}

#[test]
fn templates_comments_and_raw_text_are_left_alone() {
    let agent = "variables:\n  todo:\n    default: x\n";
    let prompt = "{# TODO: {name} #}{{ todo }}{% raw %}{{ name }}{% endraw %}{% if todo == '[Name]' %}a{% endif %} call_end transfer_to_human\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, prompt)]), [""; 0]);
}

#[test]
fn descriptions_are_read_too() {
    let agent = "functions:\n  endCall:\n    description: TBD by the team\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, "call_end\n")]), ["CF021"]);
}
