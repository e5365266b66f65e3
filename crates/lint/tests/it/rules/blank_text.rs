use crate::support::{agent_with, codes, lint};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn a_prompt_of_comments_is_blank() {
    let (_, found) = lint(&[(AGENT, "functions: {}\n"), (PROMPT, "{# later #}\n\n")]);
    assert_eq!(found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(), ["the prompt is blank"]);
}

#[test]
fn every_case_of_a_boolean_and_a_choice_is_tried_for_the_prompt() {
    let agent = "variables:\n  vip:\n    type: boolean\n    default: true\n  kind:\n    type: choice\n    choices:\n      - a\n      - b\n    default: a\nfunctions: {}\n";
    let prompt = "{% if vip %}Be brief.{% elif kind == 'a' %}Be kind.{% endif %}\n";
    let (_, found) = lint(&[(AGENT, agent), (PROMPT, prompt)]);
    assert_eq!(
        found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(),
        ["the prompt is blank when `vip` is false and `kind` is \"b\""]
    );
    let good = "{% if vip %}Be brief.{% elif kind == 'a' %}Be kind.{% else %}Be both.{% endif %}\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, good)]), [""; 0]);
}

#[test]
fn a_welcome_that_rows_decide_about_and_an_empty_one_are_meant() {
    let agent = "variables:\n  first:\n    type: boolean\nwelcome: \"{% if first %}Hello.{% endif %}\"\n";
    let rows = ("campaigns/april.yaml", "variables:\n  first: true\n");
    assert_eq!(codes(&[(AGENT, agent), rows]), [""; 0]);
    assert!(!codes(&[(AGENT, "welcome: \"\"\n")]).contains(&"CF022"));
    assert_eq!(codes(&[(AGENT, "welcome: \"   \"\n")]), ["CF022"]);
}

#[test]
fn a_prompt_that_is_left_out_is_told_at_the_agents_name() {
    let agent = agent_with("voice: WeRose\nlanguages:\n  - en\n").replace("prompt: Be kind.\n", "");
    let (loaded, found) = lint(&[(AGENT, &agent)]);
    assert_eq!(found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(), ["the agent has no prompt"]);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "checkup");
}
