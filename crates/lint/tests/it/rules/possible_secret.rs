use callform_lint::rules::check;

use crate::support::{GREETING, OF_FILE, callees, codes, project_with, told};

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

/// Shapes of a bearer token, of keys of Azure, Volcano and Tencent Cloud.
const KEYS: [&str; 4] = [
    "Bearer exampleEXAMPLE0123456",
    "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "AKLTexampleEXAMPLE0123",
    "e0X1a2M3p4L5e6E7x8A9m0P1l2E3e4X5",
];

#[test]
fn a_key_in_a_project_or_a_campaign_is_found_and_not_shown() {
    for key in KEYS {
        for (path, text) in [
            ("callform.yaml", format!("description: with {key}\n")),
            ("callform.yaml", format!("environments:\n  staging:\n    description: with {key}\n")),
            ("campaigns/april.yaml", format!("description: with {key}\n")),
            ("campaigns/april.yaml", format!("environments:\n  staging:\n    description: with {key}\n")),
            (AGENT, format!("environments:\n  staging:\n    welcome: The automated desk, {key}\n")),
        ] {
            let project = ("callform.yaml", "environments:\n  staging: {}\n");
            let changes = [project, (path, &text)];
            let shown = told(&changes[usize::from(path == "callform.yaml")..]);
            assert_eq!(shown.matches("[CF020]").count(), 1, "{text}\n{shown}");
            assert!(shown.contains("description` may hold a secret") || path == AGENT, "{shown}");
            assert!(!shown.contains(&key[key.len() - 4..]), "{shown}");
        }
    }
}

#[test]
fn a_key_in_a_campaigns_variables_is_found() {
    let (agent, campaign) = (GREETING, "variables:\n  callee_name: Bearer exampleEXAMPLE0123456\n");
    assert!(codes(&[agent, ("campaigns/april.yaml", campaign)]).contains(&"CF020"));
}

#[test]
fn a_key_in_a_row_is_found_wherever_the_row_stands_and_not_shown() {
    // In a document what is surely a key is an error.
    let sure = ["AKIDexample0EXAMPLE1example", "sk-exampleEXAMPLE0123", "-----BEGIN PRIVATE KEY-----"];
    for key in KEYS.into_iter().chain(sure) {
        let csv = format!("id,number,callee_name\nP-1,+12125550147,Cindy\nP-2,+12125550148,{key}\n");
        let shown = told(&[GREETING, OF_FILE, callees(&csv)]);
        assert_eq!(shown.matches("[CF020]").count(), 1, "{shown}");
        assert!(shown.contains("`callee_name` may hold a secret"), "{shown}");
        assert!(shown.contains("callees.csv:3"), "{shown}");
        assert!(key.starts_with('-') || !shown.contains(&key[key.len() - 4..]), "{shown}");
    }
    for key in KEYS {
        let inline = format!("callees:\n  inline:\n    - {{number: \"+12125550147\", callee_name: {key}}}\n");
        let shown = told(&[GREETING, ("campaigns/april.yaml", &inline)]);
        assert_eq!(shown.matches("[CF020]").count(), 1, "{shown}");
        assert!(!shown.contains(&key[key.len() - 4..]), "{shown}");
    }
}

#[test]
fn a_document_with_errors_is_told_of_its_errors_first() {
    let text = "description: Bearer exampleEXAMPLE0123456\nwindow: never\n";
    let loaded = project_with(&[("campaigns/april.yaml", text)]);
    assert!(!loaded.is_good());
    assert_eq!(check(&loaded), []);
}
