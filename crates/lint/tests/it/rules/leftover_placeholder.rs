use crate::support::{codes, lint, mended};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

const USED: &str = "{{ clinic }}: call_end, transfer_to_human\n";

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

#[test]
fn a_plain_value_that_would_begin_with_braces_gets_quotes() {
    for (welcome, expected) in [
        ("${clinic}, automated, for {clinic} # x", "welcome: \"{{ clinic }}, automated, for {{ clinic }}\" # x\n"),
        ("Automated {clinic}", "welcome: Automated {{ clinic }}\n"),
        ("'{clinic}, automated'", "welcome: '{{ clinic }}, automated'\n"),
        (">-\n  {clinic},\n  automated", "welcome: >-\n  {{ clinic }},\n  automated\n"),
    ] {
        let mut agent = format!("variables:\n  clinic:\n    default: Harbour Clinic\nwelcome: {welcome}\n");
        while !codes(&[(AGENT, &agent), (PROMPT, USED)]).is_empty() {
            assert_eq!(codes(&[(AGENT, &agent), (PROMPT, USED)])[0], "CF021", "{agent}");
            let next = mended(&[(AGENT, &agent), (PROMPT, USED)], AGENT);
            assert_ne!(next, "", "{agent}");
            agent = next;
        }
        assert!(agent.contains(expected), "{agent}");
    }
}

#[test]
fn a_plain_value_of_several_lines_gets_no_fix_that_breaks_it() {
    let agent = "variables:\n  clinic:\n    default: Harbour Clinic\nwelcome: ${clinic},\n  automated\n";
    let (_, found) = lint(&[(AGENT, agent), (PROMPT, USED)]);
    assert_eq!((found.len(), found[0].code.0, found[0].fix.as_ref()), (1, "CF021", None));
}

#[test]
fn other_signs_around_the_name_of_a_variable_are_changed_by_hand() {
    let agent = "variables:\n  clinic:\n    default: Harbour Clinic\nwelcome: \"{{ clinic }}, automated: [clinic]\"\n";
    let (loaded, found) = lint(&[(AGENT, agent)]);
    let fix = found[0].fix.as_ref().unwrap();
    assert!(!fix.safe);
    assert_eq!((loaded.sources.slice(fix.edits[0].0), fix.edits[0].1.as_str()), ("[clinic]", "{{ clinic }}"));
}

#[test]
fn what_is_not_declared_is_told_to_be() {
    let (_, found) = lint(&[(AGENT, "welcome: \"Hi {name}, an automated call from <company>\"\n")]);
    let helps: Vec<_> = found.iter().map(|d| d.help[0].as_str()).collect();
    assert_eq!(
        helps,
        [
            "a value is written as `{{ name }}`, and declared under `variables:`",
            "write what belongs here, or remove it"
        ]
    );
}
