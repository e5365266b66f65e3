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
