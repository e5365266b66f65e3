use crate::support::{codes, lint};

const AGENT: (&str, &str) = (
    "agents/checkup.yaml",
    "variables:\n  名字:\n    default: Kate\nwelcome: Hello from the automated desk, {{ 名字 }}.\n",
);
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn a_loop_hides_a_variable_as_well() {
    let (loaded, found) =
        lint(&[AGENT, (PROMPT, "{%- for 名字 in ['a', 'b'] %}{{ 名字 }}{% endfor %} call_end transfer_to_human\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "the prompt hides the variable `名字`");
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "名字");
}

#[test]
fn a_value_made_from_itself_and_another_name_are_good() {
    for prompt in [
        "{% set 名字 = 名字 | trim %}{{ 名字 }} call_end transfer_to_human\n",
        "{% set other = 名字 %}{{ other }} call_end transfer_to_human\n",
        "{# {% set 名字 = 1 %} #}{{ 名字 }} call_end transfer_to_human\n",
        "{% raw %}{% set 名字 = 1 %}{% endraw %} call_end transfer_to_human\n",
        "{{ '{% set 名字 = 1 %}' }} call_end transfer_to_human\n",
    ] {
        assert_eq!(codes(&[AGENT, (PROMPT, prompt)]), [""; 0], "{prompt}");
    }
}
