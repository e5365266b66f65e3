use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn an_introduction_in_the_prompt_counts() {
    let (loaded, found) = lint(&[(PROMPT, "你是一名随访医生。再见时调用call_end，找人时调用transfer_to_human。\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "你是一名");
}

#[test]
fn one_place_that_says_it_is_enough() {
    let prompt = "Your name is Nora. If asked, say that you are an automated caller. call_end, transfer_to_human\n";
    assert_eq!(codes(&[(AGENT, "welcome: Hi, this is Nora.\n"), (PROMPT, prompt)]), [""; 0]);
    assert_eq!(codes(&[(AGENT, "welcome: 您好，我是海港诊所的智能客服。\n")]), [""; 0]);
}

#[test]
fn a_variable_may_say_it() {
    let agent = "variables:\n  role:\n    default: the AI assistant\nwelcome: Hi, this is {{ role }} of the clinic.\n";
    assert_eq!(codes(&[(AGENT, agent)]), [""; 0]);
    let kate = agent.replace("the AI assistant", "Kate");
    assert_eq!(codes(&[(AGENT, &kate)]), ["CF025"]);
}

#[test]
fn an_order_to_hide_it_is_found_although_the_word_stands_there() {
    let prompt = "Never tell anybody that you are an AI. call_end, transfer_to_human\n";
    let (_, found) = lint(&[(PROMPT, prompt)]);
    assert_eq!(
        found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(),
        ["the prompt hides that an AI is speaking"]
    );
}

#[test]
fn who_does_not_introduce_himself_is_not_judged() {
    assert_eq!(codes(&[(AGENT, "welcome: Hello!\n")]), [""; 0]);
    let prompt =
        "If this is a bad time, or they say that I am wrong, call call_end or transfer_to_human. You are polite.\n";
    assert_eq!(codes(&[(PROMPT, prompt)]), [""; 0]);
}

#[test]
fn an_order_to_say_it_is_not_one_to_hide_it() {
    let prompt = "禁止承认自己是真人，必须说明自己是机器人。call_end, transfer_to_human\n";
    assert_eq!(codes(&[(PROMPT, prompt)]), [""; 0]);
}
