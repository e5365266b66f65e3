use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn both_limits_are_wanted_and_told_of_in_one_finding() {
    for (limits, message) in [
        ("limits: {}\n", "`limits.ring` and `limits.call` are not set"),
        ("limits:\n  ring: 45s\n", "`limits.call` is not set"),
        ("limits:\n  call: 5m\n", "`limits.ring` is not set"),
    ] {
        let (loaded, found) = lint(&[(AGENT, limits)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, message);
        assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "limits");
    }
    assert_eq!(codes(&[(AGENT, "limits:\n  call: 5m\n  ring: 45s\n")]), [""; 0]);
}

#[test]
fn without_limits_at_all_the_place_is_the_agents_name() {
    let (loaded, found) = lint(&[(
        AGENT,
        "\
kind: Agent
name: checkup
prompt: Be kind.
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
voice: WeRose
languages:
  - en
",
    )]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "checkup");
}
