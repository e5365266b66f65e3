//! What rules say of a project in which something is wrong elsewhere.

use std::collections::BTreeMap;

use callform_lint::rules;

use crate::support::{files_with, project_with};

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
    let other = "kind: Agent\nname: other\nvoice: WeRose\nlimits: {ring: 45s, call: 10m}\nprompt: \"{{ nobody }}\"\n";
    assert_eq!(codes(&[PROMPT, ("agents/other.yaml", other)]), ["CF001"]);
    assert_eq!(codes(&[PROMPT, ("agents/other.yaml", "kind: Agent\n  name: [")]), ["CF001"]);
}

#[test]
fn a_text_with_an_error_is_not_judged_nor_is_a_project_that_has_one_itself() {
    assert_eq!(codes(&[("agents/prompts/checkup.md", "end_call {{ nobody }}\n")]), [""; 0]);
    assert_eq!(codes(&[PROMPT, ("callform.yaml", "nonsense: 1\n")]), [""; 0], "the site may be the wrong one");
}

#[test]
fn an_error_of_one_field_hides_no_finding_of_another() {
    let several = "\
variables:
  callee_name: {}
welcome: \"Hello {{ callee_name }}, this is the assistant. Bearer abcDEF123456ghiJKL7890xyz\"
complianceAudio: false
limits:
  ring: 40
";
    assert_eq!(codes(&[PROMPT, ("agents/checkup.yaml", several)]), ["CF020", "CF008", "CF001"]);
    assert_eq!(codes(&[PROMPT, ("agents/checkup.yaml", "voice: 5\n")]), ["CF001"]);
    // What is not known may be what a rule misses: `limits` here, and the functions.
    assert_eq!(codes(&[("agents/checkup.yaml", "timeouts: 5\nlimits:\n")]), [""; 0]);
    assert_eq!(codes(&[PROMPT, ("agents/checkup.yaml", "functions: 5\n")]), [""; 0]);
    let secret = "welcome: Bearer abcDEF123456ghiJKL7890xyz\nnonsense: 5\n";
    assert_eq!(codes(&[PROMPT, ("agents/checkup.yaml", secret)]), ["CF020"]);
}

#[test]
fn a_template_that_is_none_makes_no_variable_unused() {
    let variables = ("agents/checkup.yaml", "variables:\n  callee_name: {}\n");
    for wrong in ["{{ callee_name | nofilter }}", "{{ callee_name", "{% if callee_name %}x", "{{ callee_nam }}"] {
        let text = format!("Call {wrong}.\n");
        assert_eq!(codes(&[variables, ("agents/prompts/checkup.md", &text)]), [""; 0], "{wrong}");
    }
}

/// Files with an error in one field of an agent's document, for each field: a wrong value, or a name never heard of.
fn broken(files: &BTreeMap<String, String>) -> Vec<(String, BTreeMap<String, String>)> {
    let mut all = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("agents/") && path.ends_with(".yaml")) {
        let (_, fields) = text.split_once("kind: Agent").unwrap();
        for line in fields.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic())) {
            let (key, value) = line.split_once(':').unwrap();
            let wrong = if all.len() % 2 == 0 { format!("{key}: !wrong{value}") } else { format!("x{key}x:{value}") };
            let mut files = files.clone();
            files.insert(path.clone(), text.replacen(&format!("\n{line}\n"), &format!("\n{wrong}\n"), 1));
            all.push((wrong, files));
        }
    }
    all
}

#[test]
fn an_error_of_one_field_makes_no_finding() {
    let of = |files: &BTreeMap<String, String>| -> (bool, Vec<_>) {
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let loaded = project_with(&files);
        (loaded.is_good(), rules::check(&loaded).into_iter().map(|d| (d.code.0, d.message)).collect())
    };
    let mut kept = 0;
    for rule in rules::ALL {
        let of_agents = |example: &&[(&str, &str)]| example.iter().any(|(path, _)| path.starts_with("agents/"));
        for example in [rule.bad, rule.good].into_iter().filter(of_agents) {
            let files = files_with(example);
            let (good, told) = of(&files);
            assert!(good, "{}", rule.name);
            for (wrong, files) in broken(&files) {
                let (good, found) = of(&files);
                assert!(!good, "{}: {wrong}", rule.name);
                let more: Vec<_> = found.iter().filter(|one| !told.contains(one)).collect();
                assert!(more.is_empty(), "{}: `{wrong}` makes {more:?}", rule.name);
                kept += found.len();
            }
        }
    }
    assert!(kept > 100, "{kept}");
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
