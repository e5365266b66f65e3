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

#[test]
fn a_digest_is_no_secret_where_its_name_says_so() {
    let digest = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d";
    let with = |name: &str| codes(&[(AGENT, &format!("providerVariables:\n  {name}: {digest}\n"))]);
    assert_eq!(with("git-commit"), [""; 0]);
    assert_eq!(with("order"), ["CF020"]);
}

#[test]
fn a_key_in_a_comment_is_found_in_any_file_and_not_shown() {
    for (path, text) in [
        (AGENT, "# old: sk-exampleEXAMPLE0123\nvoice: WeRose\n"),
        (AGENT, "voice: WeRose  # AKIDexample0EXAMPLE1example\n"),
        ("campaigns/april.yaml", "agent: checkup  # glpat-example0EXAMPLE1\n"),
        ("callform.yaml", "callform: 1  # curl -H 'Authorization: Bearer example0Example.example'\n"),
    ] {
        assert_eq!(codes(&[(path, text)]), ["CF020"], "{text}");
        let shown = told(&[(path, text)]);
        assert!(
            shown.contains("the comment may hold a secret")
                && !shown.to_lowercase().contains("example0")
                && !shown.contains("exampleE"),
            "{shown}"
        );
    }
}

#[test]
fn an_example_of_a_key_in_a_comment_is_none() {
    assert_eq!(codes(&[(AGENT, "voice: WeRose  # apiKey: sk-..., see 0a1b2c3d4e5f60718293a4b5c6d7e8f9\n")]), [""; 0]);
}
