use crate::support::{codes, lint};

const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn a_comment_of_several_lines_becomes_one_of_the_template() {
    let (loaded, found) = lint(&[(PROMPT, "<!--\nold\n-->\ncall_end, transfer_to_human\n")]);
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((loaded.sources.slice(fix.edits[0].0), fix.edits[0].1.as_str()), ("<!--\nold\n-->", "{#\nold\n#}"));
    assert!(fix.safe);
}

#[test]
fn what_would_break_the_template_is_left_to_a_person() {
    for comment in ["<!-- {# a #} -->", "<!-- {% if true %} --> x <!-- {% endif %} -->", "<!--- a -->", "<!-- a --->"] {
        let (_, found) = lint(&[(PROMPT, &format!("call_end, transfer_to_human {comment}\n"))]);
        assert!(!found.is_empty() && found.iter().all(|d| d.fix.is_none()), "{comment}");
    }
}

#[test]
fn an_arrow_and_a_comment_of_the_template_are_none() {
    let prompt = "call_end --> transfer_to_human <!- no -> {# <!-- fine --> #}{{ '<!-- text -->' }} <!-- open\n";
    assert_eq!(codes(&[(PROMPT, prompt)]), [""; 0]);
}

#[test]
fn where_syntax_is_text_and_where_it_would_waive_something_a_person_decides() {
    let raw = "call_end, transfer_to_human {% raw %}<!-- note -->{% endraw %}\n";
    let waiver = "call_end, transfer_to_human <!-- callform: allow[CF021] later -->\n";
    for prompt in [raw, waiver] {
        let (_, found) = lint(&[(PROMPT, prompt)]);
        assert_eq!((found.len(), found[0].fix.as_ref()), (1, None), "{prompt}");
    }
}
