use crate::support::{codes, lint, told};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn the_wrong_name_is_shown_where_it_stands_in_the_prompt() {
    insta::assert_snapshot!(told(&[
        (
            AGENT,
            "functions:\n  transferToHuman:\n    - name: nurse\n      description: Asks for a person\n      skillGroupId: 1\n"
        ),
        (PROMPT, "# Steps\n\n- Wrong person: apologise, then call end_call.\n- 想找人工客服时请调用transfer_call。\n"),
    ]));
}

#[test]
fn a_description_in_yaml_is_read_too_and_its_fix_covers_exactly_the_name() {
    let (loaded, found) = lint(&[
        (
            AGENT,
            "functions:\n  endCall:\n    description: >\n      When you would\n      use end_call or\n      say goodbye\n",
        ),
        (PROMPT, "call_end\n"),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.0, "CF001");
    let fix = found[0].fix.as_ref().unwrap();
    assert!(fix.safe);
    let [(span, text)] = fix.edits.as_slice() else { panic!("{fix:?}") };
    assert_eq!((loaded.sources.slice(*span), text.as_str()), ("end_call", "call_end"));
    assert_eq!(loaded.sources.locate(*span).line, 18);
}

#[test]
fn a_transfer_is_renamed_only_with_a_person_looking_and_only_if_one_item_can_be_meant() {
    let item = |name| format!("    - name: {name}\n      description: Asks for the {name}\n      skillGroupId: 1\n");
    let prompt = (PROMPT, "call_end, nurse, doctor: transfer_call\n");
    let (_, one) =
        lint(&[(AGENT, &format!("functions:\n  endCall: true\n  transferToHuman:\n{}", item("nurse"))), prompt]);
    assert_eq!(one.len(), 1);
    assert!(!one[0].fix.as_ref().unwrap().safe);
    let both = format!("functions:\n  endCall: true\n  transferToHuman:\n{}{}", item("nurse"), item("doctor"));
    let (_, two) = lint(&[(AGENT, &both), prompt]);
    assert_eq!(two[0].fix, None);
    assert_eq!(two[0].help, ["write the one that is meant: `nurse`, `doctor`"]);
}

#[test]
fn a_name_that_is_declared_is_right() {
    let agent = "functions:\n  endCall: true\n  transferToHuman:\n    - name: transfer_call\n      description: Asks for a person\n      skillGroupId: 1\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, "transfer_call, call_end\n")]), [""; 0]);
}

#[test]
fn a_text_that_is_compared_with_is_not_meant() {
    let agent = "variables:\n  ending:\n    default: end_call\n";
    let prompt = "{% if ending == \"end_call\" %}Hang up with call_end.{% endif %} transfer_to_human\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, prompt)]), [""; 0]);
}

#[test]
fn a_name_that_is_right_for_another_agent_of_the_prompt_is_not_changed_without_a_person() {
    let second = "kind: Agent\nname: second\nprompt:\n  file: prompts/checkup.md\nllm:\n  openai:\n    model: gpt-4o-mini\n    url: https://api.openai.com/v1/\n    apiKey: ${env:OPENAI_API_KEY}\nvoice: ZhiXi\nfunctions:\n  transferToHuman:\n    - name: end_call\n      description: The callee asks for the desk\n      skillGroupId: 1\nlimits:\n  ring: 45s\n  call: 10m\n";
    let (_, found) = lint(&[("agents/second.yaml", second), (PROMPT, "call_end, transfer_to_human; then end_call\n")]);
    let wrong: Vec<_> = found.iter().filter(|d| d.code.0 == "CF001").collect();
    assert!(!wrong.is_empty() && wrong.iter().all(|d| d.fix.as_ref().is_some_and(|fix| !fix.safe)), "{found:?}");
}

#[test]
fn variables_and_comments_are_not_meant() {
    let agent = "variables:\n  end_call:\n    default: now\n";
    let prompt = "{# end_call #}{{ end_call }}, then call_end or transfer_to_human\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, prompt)]), [""; 0]);
}

#[test]
fn other_names_of_the_same_kind_are_wrong_too() {
    for (prompt, expected) in [
        ("call_end, endCall", &["CF001"][..]),
        ("call_end, END_CALL", &["CF001"]),
        ("call_end, `end-call`", &["CF001"]),
        ("call_end, hang_up", &["CF001"]),
        ("call_end, terminate_call", &["CF001"]),
        ("call_end, transferCall", &["CF001"]),
        // Alone it is the function that is meant: that it is never spoken of is not told besides.
        ("endCall", &["CF001"]),
        ("call_end. Press the end-call button, hang up, or end the call.", &[]),
    ] {
        let prompt = format!("{prompt} transfer_to_human\n");
        assert_eq!(codes(&[(PROMPT, &prompt)]), expected, "{prompt}");
    }
}

#[test]
fn a_name_with_one_meaning_is_mended_and_another_only_with_a_person_looking() {
    for (name, safe) in [("endCall", true), ("END_CALL", true), ("hang_up", false), ("terminate_call", false)] {
        let (_, found) = lint(&[(PROMPT, &format!("call_end, transfer_to_human, {name}\n"))]);
        assert_eq!(found[0].fix.as_ref().map(|fix| fix.safe), Some(safe), "{name}");
    }
}

#[test]
fn a_key_of_the_document_is_none_of_the_functions_that_the_model_has() {
    let prompt = (PROMPT, "call_end, transfer_to_human. Asks for a person: call transferToHuman.\n");
    let (loaded, found) = lint(&[prompt]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.0, "CF001");
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((loaded.sources.slice(fix.edits[0].0), &*fix.edits[0].1), ("transferToHuman", "transfer_to_human"));
    let (_, found) = lint(&[(PROMPT, "call_end, transfer_to_human. Knows no answer: call transferToAgent.\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].help, ["declare one under `functions.transferToAgent`, and write its name here"]);
}

#[test]
fn a_word_for_hanging_up_is_a_function_where_it_is_called() {
    for (prompt, expected) in [
        ("Then call end-call.", &["CF001"][..]),
        ("Then call hangup().", &["CF001"]),
        ("Then call hangup.", &["CF001"]),
        ("Then trigger the hang-up.", &["CF001"]),
        ("Then call EndCall.", &["CF001"]),
        ("然后调用hangup。", &["CF001"]),
        ("After a hang-up, say nothing.", &[]),
        ("Call end-call-centre staff by their names.", &[]),
    ] {
        let prompt = format!("{prompt} call_end, transfer_to_human\n");
        assert_eq!(codes(&[(PROMPT, &prompt)]), expected, "{prompt}");
    }
}
