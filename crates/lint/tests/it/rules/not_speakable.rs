use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn bold_words_lose_their_stars() {
    let (loaded, found) = lint(&[(AGENT, "silence:\n  message: \"Are you **still** there?\"\n")]);
    assert_eq!(found.len(), 1);
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((loaded.sources.slice(fix.edits[0].0), fix.edits[0].1.as_str(), fix.safe), ("**still**", "still", true));
}

#[test]
fn the_prompt_may_have_any_form() {
    let prompt = "# Who\n\n- **call_end** or `transfer_to_human`: https://clinic.example 👋\n";
    assert_eq!(codes(&[("agents/prompts/checkup.md", prompt)]), [""; 0]);
}

#[test]
fn tags_of_the_template_are_no_markup() {
    let agent =
        "variables:\n  a:\n    default: x\nwelcome: \"Hello {# **no** #}{{ a | default('https://x.example') }}!\"\n";
    let agent = agent.replace(" | default('https://x.example')", "");
    assert_eq!(codes(&[(AGENT, &agent)]), [""; 0]);
}
