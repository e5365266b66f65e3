use crate::support::{agent_with, codes, mended};

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
