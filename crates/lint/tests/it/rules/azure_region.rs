use crate::support::{agent_with, codes, lint, mended};

const AGENT: &str = "agents/checkup.yaml";
const CHINA: (&str, &str) = ("callform.yaml", "provider:\n  site: china\n  sdkAppId: 1400000000\n");

fn azure(region: &str, voice: &str, language: &str) -> String {
    agent_with(&format!(
        "tts:\n  azure:\n    subscriptionKey: ${{env:K}}\n    region: {region}\n    voiceName: {voice}\n    language: {language}\nlanguages:\n  - zh\n  - en\n"
    ))
}

#[test]
fn a_name_that_people_say_becomes_one_of_a_host() {
    let yaml = azure("\"East US 2\"", "en-US-JennyNeural", "en-US");
    assert_eq!(codes(&[(AGENT, &yaml)]), ["CF037"]);
    assert!(mended(&[(AGENT, &yaml)], AGENT).contains("    region: \"eastus2\"\n"));
    let yaml = azure("https://westeurope.tts.speech.microsoft.com", "en-US-JennyNeural", "en-US");
    assert_eq!(codes(&[(AGENT, &yaml)]), ["CF037"]);
    assert_eq!(mended(&[(AGENT, &yaml)], AGENT), "");
}

#[test]
fn the_china_cloud_may_speak_chinese_and_may_be_called_from_china() {
    let chinese = azure("chinanorth3", "zh-CN-XiaoxiaoNeural", "zh-CN");
    let english = azure("chinanorth3", "en-US-JennyNeural", "en-US");
    assert_eq!(codes(&[(AGENT, &chinese)]), [""; 0]);
    assert_eq!(codes(&[(AGENT, &english)]), ["CF037"]);
    assert_eq!(codes(&[(AGENT, &english), CHINA]), [""; 0]);
}

#[test]
fn a_slip_of_the_hand_is_found_in_the_field_and_in_an_address() {
    let region = |name: &str| azure(name, "en-US-JennyNeural", "en-US");
    let (_, found) = lint(&[(AGENT, &region("westerope"))]);
    assert_eq!((found.len(), found[0].code.0, found[0].help[0].as_str()), (1, "CF037", "did you mean `westeurope`?"));
    assert!(found[0].fix.as_ref().is_some_and(|fix| !fix.safe && fix.edits[0].1 == "westeurope"));
    assert_eq!(codes(&[(AGENT, &region("greecewest"))]), [""; 0], "it may be new");
    let llm = |host: &str| {
        format!("llm:\n  openai:\n    model: gpt-4o-mini\n    url: https://{host}/openai/v1\n    apiKey: ${{env:K}}\n")
    };
    let at = |region: &str| lint(&[(AGENT, &llm(&format!("{region}.api.cognitive.microsoft.com")))]).1;
    assert!(at("westerope").iter().any(|d| d.code.0 == "CF037"));
    assert!(!at("westeurope").iter().any(|d| d.code.0 == "CF037"));
}
