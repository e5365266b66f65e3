//! What a waiver covers, and what becomes of what it waives.

use callform_lint::findings::{judge, judge_with};
use callform_lint::rules;
use callform_lint::selection::Selection;
use callform_lint::waivers::UsedWaivers;

use crate::support::{codes, project_with};

const NONE: [&str; 0] = [];

fn agent(text: &str) -> Vec<&'static str> {
    codes(&[("agents/checkup.yaml", text)])
}

fn prompt(text: &str) -> Vec<&'static str> {
    codes(&[("agents/prompts/checkup.md", &format!("- Done: call_end. Person: transfer_to_human.\n{text}"))])
}

#[test]
fn a_comment_behind_a_line_covers_the_line() {
    assert_eq!(agent("limits: # callform: allow[CF005] why\n  call: 10m\n"), NONE);
    assert_eq!(agent("limits:\n  call: 10m # callform: allow[CF005] why\n"), ["CF005", "CF902"]);
}

#[test]
fn capitals_make_no_difference() {
    assert_eq!(agent("limits: # Callform: ALLOW[cf005] why\n  call: 10m\n"), NONE);
}

#[test]
fn a_comment_on_a_line_of_its_own_covers_the_entry_below_with_all_that_belongs_to_it() {
    assert_eq!(agent("# callform: allow[CF005] why\nlimits:\n  call: 10m\n"), NONE);
    let variables =
        "variables:\n  # callform: allow[CF006] why\n\n  # more\n  one:\n    default: a\n  two:\n    default: b\n";
    assert_eq!(agent(variables), ["CF006"]);
    let both = "# callform: allow[CF006] why\nvariables:\n  one:\n    default: a\n  two:\n    default: b\n";
    assert_eq!(agent(both), NONE);
    assert_eq!(agent("limits:\n  call: 10m\n# callform: allow[CF005] why\n"), ["CF005", "CF902"]);
}

#[test]
fn an_item_of_a_list_is_an_entry() {
    let rows = "callees:\n  inline:\n    # callform: allow[unusual-number] a test line\n    - number: \"008612300000000\"\n    \
                - number: \"008612300000001\"\n";
    let found = codes(&[("campaigns/april.yaml", rows)]);
    assert_eq!(found, ["CF007"], "that of the other item");
}

#[test]
fn several_rules_and_several_comments_add_up() {
    let text = "# callform: allow[CF005,compliance-audio-off] why\nlimits: {call: 10m}\n# callform: allow[CF008] why\n\
                # callform: allow[CF006] why\ncomplianceAudio: false\n";
    assert_eq!(agent(text), ["CF902", "CF902"]);
}

#[test]
fn what_only_looks_like_a_comment_waives_nothing() {
    let text = "limits:\n  call: 10m\ncomplianceAudio: false\nwelcome: \"# callform: allow[CF008] why\"\n";
    assert_eq!(agent(text), ["CF005", "CF008", "CF026"]);
}

#[test]
fn a_prompt_is_waived_by_a_comment_of_its_template() {
    let wrong = "- Then call end_call.";
    assert_eq!(prompt(&format!("{wrong}\n")), ["CF001"]);
    assert_eq!(prompt(&format!("{wrong} {{# callform: allow[CF001] it is quoted #}}\n")), NONE);
    assert_eq!(prompt(&format!("{{#- callform: allow[CF001] it is quoted -#}}\n- Now.\n{wrong}\n")), NONE);
    assert_eq!(prompt(&format!("{{# callform: allow[CF001] it is quoted #}}\n\n{wrong}\n\n{wrong}\n")), ["CF001"]);
    assert_eq!(prompt(&format!("{{# callform: allow[CF001] #}}\n{wrong}\n")), ["CF900", "CF001"]);
    assert_eq!(prompt(&format!("<!-- callform: allow[CF001] why -->\n{wrong}\n")), ["CF029", "CF001"]);
}

#[test]
fn a_prompt_inside_of_yaml_has_comments_of_the_template_too() {
    let text = "prompt: |\n  Done: call_end. Person: transfer_to_human.\n\n  {# callform: allow[CF001] it is quoted #}\n  Then end_call.\n";
    assert_eq!(agent(text), NONE);
    let unused = "prompt: |\n  Done: call_end. Person: transfer_to_human.\n  {# callform: allow[CF001] it is quoted #}\n  Bye.\n";
    let loaded = project_with(&[("agents/checkup.yaml", unused)]);
    let found = judge(&loaded, Vec::new(), &Selection::default()).told;
    let removed = loaded.sources.slice(found[0].fix.as_ref().unwrap().edits[0].0);
    assert_eq!(removed, "  {# callform: allow[CF001] it is quoted #}\n", "with its indentation");
}

#[test]
fn a_comment_behind_the_key_of_a_text_covers_the_text_and_nothing_below_it() {
    let text = "  In the end call_end, for a person transfer_to_human.\n\n  Then end_call.\n";
    for prompt in [
        "prompt: |  # callform: allow[CF001] it is quoted\n",
        "prompt: # callform: allow[CF001] it is quoted\n",
        "# callform: allow[CF001] it is quoted\nprompt: >-\n",
    ] {
        assert_eq!(agent(&format!("{prompt}{text}")), NONE, "{prompt}");
        let both = prompt.replace("[CF001]", "[CF001, CF005]");
        assert_eq!(agent(&format!("{both}{text}limits:\n  call: 10m\n")), ["CF902", "CF005"], "{prompt}");
    }
}

#[test]
fn a_waiver_may_stand_behind_another_comment() {
    assert_eq!(agent("limits: # of April  # callform: allow[CF005] why\n  call: 10m\n"), NONE);
    assert_eq!(agent("# of April # callform: allow[CF005] why\nlimits:\n  call: 10m\n"), NONE);
    assert_eq!(agent("# of April\n## callform: allow[CF005] why\nlimits:\n  call: 10m\n"), NONE);
    assert_eq!(agent("limits: # write callform: allow[CF005] why\n  call: 10m\n"), ["CF005"], "prose");
    let unused = project_with(&[("agents/checkup.yaml", "voice: WeRose # of April  # callform: allow[CF005] why\n")]);
    let found = judge(&unused, Vec::new(), &Selection::default()).told;
    let removed = unused.sources.slice(found[0].fix.as_ref().unwrap().edits[0].0);
    assert_eq!(removed, "  # callform: allow[CF005] why", "the other comment stays");
}

#[test]
fn a_waiver_before_a_text_goes_without_the_indentation_of_its_line() {
    let agent = "prompt: |\n  Done: call_end. Person: transfer_to_human.\n  {# callform: allow[CF001] #} Bye.\n";
    let loaded = project_with(&[("agents/checkup.yaml", agent)]);
    let found = judge(&loaded, Vec::new(), &Selection::default()).told;
    let removed = loaded.sources.slice(found[0].fix.as_ref().unwrap().edits[0].0);
    assert_eq!(removed, "{# callform: allow[CF001] #} ");
}

#[test]
fn a_related_place_counts() {
    // The rule points at one time and explains it with the other.
    let text = "silence:\n  remindAfter: 60s\n  # callform: allow[silence-never-reminds] why\n  hangUpAfter: 30s\n";
    assert_eq!(agent(text), NONE);
}

#[test]
fn what_is_waived_is_kept_with_its_reason() {
    let loaded = project_with(&[(
        "agents/checkup.yaml",
        "limits: # callform: allow[CF005]:  the\tline hangs up\n  call: 10m\n",
    )]);
    let found = rules::check(&loaded);
    let findings = judge(&loaded, found, &Selection::default());
    assert_eq!(findings.told, []);
    assert_eq!(findings.waived[0].finding.code.0, "CF005");
    assert_eq!(findings.waived[0].reason, "the line hangs up");
}

#[test]
fn a_waiver_that_another_environment_needs_is_used() {
    let overlay = "limits:\n  ring: 45s\n  call: 10m\nenvironments:\n  staging:\n    # callform: allow[CF008] nobody is phoned\n    \
                   complianceAudio: false\n";
    let changes = [("callform.yaml", "environments:\n  staging: {}\n"), ("agents/checkup.yaml", overlay)];
    let loaded = project_with(&changes);
    let told = |elsewhere| {
        let found = rules::check(&loaded);
        let told = judge_with(&loaded, found, &Selection::default(), elsewhere).told;
        told.iter().map(|d| d.code.0).collect::<Vec<_>>()
    };
    assert_eq!(told(None), NONE);
    assert_eq!(told(Some(UsedWaivers::default())), ["CF902"]);
}

#[test]
fn a_waiver_of_a_rule_over_rows_is_unused_only_where_all_rows_were_looked_at() {
    let loaded = project_with(&[("campaigns/april.yaml", "agent: checkup # callform: allow[CF050] a test\n")]);
    let told = |elsewhere| {
        let found = rules::check(&loaded);
        judge_with(&loaded, found, &Selection::default(), Some(elsewhere)).told.len()
    };
    assert_eq!(told(UsedWaivers::default()), 1);
    assert_eq!(told(UsedWaivers::default().with_rows_unread()), 0);
}

#[test]
fn where_rules_did_not_run_no_waiver_is_called_unused() {
    let waiver = ("agents/checkup.yaml", "voice: WeRose # callform: allow[CF005] why\n");
    let loaded = project_with(&[waiver]);
    assert_eq!(judge_with(&loaded, Vec::new(), &Selection::default(), None).told, []);
    let loaded = project_with(&[waiver, ("campaigns/april.yaml", "agent: nobody\n")]);
    assert_eq!(judge(&loaded, Vec::new(), &Selection::default()).told, []);
}
