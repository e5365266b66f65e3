use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn the_place_is_the_name_of_the_variable() {
    let (loaded, found) =
        lint(&[(AGENT, "variables:\n  used:\n    default: a\n  名字:\n    default: b\nwelcome: \"{{ used }}\"\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "`名字` is declared and never used");
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "名字");
}

#[test]
fn a_condition_a_reminder_and_a_description_are_uses() {
    let agent = "\
variables:
  a:
    type: boolean
    default: true
  b:
    default: x
  c:
    default: y
welcome: \"{% if a %}Hi{% endif %}\"
silence:
  message: \"{{ b }}?\"
functions:
  endCall:
    description: \"{{ c }}\"
";
    assert_eq!(codes(&[(AGENT, agent), ("agents/prompts/checkup.md", "call_end\n")]), [""; 0]);
}
