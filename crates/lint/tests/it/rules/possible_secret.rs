use crate::support::{codes, told};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn nothing_of_the_secret_is_shown() {
    for key in
        ["ghp_exampleEXAMPLE0123", "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "AKIAEXAMPLEEXAMPLE12", "glpat-example0EXAMPLE1"]
    {
        let shown =
            told(&[("agents/prompts/checkup.md", &format!("call_end, transfer_to_human\nUse {key} for it.\n"))]);
        assert!(shown.contains("CF020"), "{shown}");
        assert!(!shown.contains(&key[6..]), "{shown}");
    }
}

#[test]
fn a_member_called_a_key_is_found_by_its_name_and_not_shown() {
    let agent = "providerVariables:\n  crm-key: example0example1\n";
    assert_eq!(codes(&[(AGENT, agent)]), ["CF020"]);
    assert!(!told(&[(AGENT, agent)]).contains("example0"));
}

#[test]
fn identifiers_references_and_templates_are_no_secrets() {
    let agent = "\
variables:
  key:
    default: abc
welcome: Hello from the automated desk, {{ key }}.
providerVariables:
  crm-key: \"{{ key }} {{ key }} {{ key }}\"
  key-kind: the first one of three
  order: 45701982-8118-4bc5-8e9b-64562b4555f2
";
    assert_eq!(codes(&[(AGENT, agent)]), [""; 0]);
}
