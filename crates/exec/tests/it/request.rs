//! Requests: every parameter from its field, and nothing that no field asked for.

use callform_ccc::parameters;
use callform_exec::request::build;
use callform_exec::secrets::{References, SecretResolver};
use callform_spec::project::{Loaded, Rendering};
use serde_json::{Value, json};

use crate::support::{AGENT, CAMPAIGN, Dir, MadeUp, PROJECT, SECRET};

/// The request of the first row.
fn request(loaded: &Loaded, secrets: &dyn SecretResolver) -> Value {
    let project = loaded.project().unwrap();
    let campaign = &project.campaigns[0];
    let row = project.rows(campaign, None, Rendering::Check).unwrap_or_else(|_| panic!()).next().unwrap().unwrap();
    let words = project.agents[campaign.agent].words(&row.context).unwrap();
    let call = build(project, campaign, &row.number, words, secrets).unwrap();
    let request = serde_json::to_value(&call).unwrap();
    let dialect = match project.dialect {
        callform_spec::model::Dialect::Intl => callform_ccc::Dialect::Intl,
        callform_spec::model::Dialect::China => callform_ccc::Dialect::China,
    };
    parameters::validate(dialect, &request).unwrap_or_else(|fault| panic!("{fault:?}"));
    request
}

fn of_agent(agent: &str) -> Value {
    let dir = Dir::with_people(1);
    dir.write("agents/checkup.yaml", agent);
    request(&dir.load(), &References)
}

#[test]
fn only_what_the_documents_say_is_sent() {
    insta::assert_json_snapshot!(of_agent(AGENT), @r#"
    {
      "SdkAppId": 1400000000,
      "Callee": "00447700900001",
      "LLMType": "openai",
      "APIKey": "${env:OPENAI_API_KEY}",
      "APIUrl": "https://api.openai.com/v1/",
      "SystemPrompt": "Call Person 1.\nBe kind.\n",
      "Model": "gpt-4o-mini",
      "VoiceType": "WeRose",
      "MaxCallDurationMs": 600000,
      "MaxRingTimeoutSecond": 45
    }
    "#);
}

#[test]
fn secrets_are_references_in_what_is_shown_and_themselves_in_what_is_sent() {
    let dir = Dir::with_people(1);
    assert_eq!(request(&dir.load(), &MadeUp)["APIKey"], SECRET);
    assert!(!request(&dir.load(), &References).to_string().contains(SECRET));
}

/// Everything that both dialects know, with explicit defaults among it.
const ALL: &str = r#"
kind: Agent
name: checkup
prompt: |
  Call {{ callee_name }}.
welcome:
  message: "Hi {{ callee_name }}"
  mode: message
  interruptible: false
  delay: 2s
variables:
  callee_name: {}
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
    temperature: 0.7
    topP: 1
    extraBody: { seed: 7 }
tts:
  tencent:
    appId: "1300000000"
    secretId: ${env:TTS_ID}
    secretKey: ${env:TTS_KEY}
    voiceType: 101001
    speed: 1.25
    volume: 0
    primaryLanguage: 2
    extra: { Pitch: 1 }
languages: [en, zh-TW]
vad: { silence: 700ms, level: 2 }
interruption: { mode: auto, after: 500ms }
functions:
  endCall: { description: "{{ callee_name }} says goodbye" }
  transferToHuman:
    - name: transfer_to_human
      description: "{{ callee_name }} asks for a person"
      skillGroupId: 1234
silence:
  remindAfter: 10s
  message: "{{ callee_name }}?"
  maxReminders: 2
  hangUpAfter: 60s
limits: { ring: 45s, call: 10m }
voicemail: { detect: true, action: hangUp }
extract:
  - name: will_attend
    type: boolean
    description: Whether the callee will come
  - name: day
    type: selector
    choices: [mon, tue]
    examples: [mon]
fillerWords:
  after: 400ms
  neutral: [嗯]
  negative: [抱歉]
complianceAudio: true
ambientSound: { scene: coffeeShops, volume: 0.5 }
providerVariables:
  campaign: spring
  name: "{{ callee_name }}"
promptVariables:
  old: "{{ callee_name }}"
"#;

#[test]
fn every_parameter_comes_from_its_field_in_the_api_s_unit() {
    let dir = Dir::with_people(1);
    dir.write("agents/checkup.yaml", ALL);
    dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}callers: [\"+861012341234\"]\n"));
    let request = request(&dir.load(), &References);
    insta::assert_json_snapshot!(request);
}

#[test]
fn together_the_fields_reach_every_parameter_of_the_api() {
    let dir = Dir::with_people(1);
    dir.write("callform.yaml", &PROJECT.replace("  site: emulator", "  site: emulator\n  dialect: china"));
    let china = r#"
stt:
  trtc:
    appId: "1400000001"
    secretId: ${env:STT_ID}
    secretKey: ${env:STT_KEY}
"#;
    let all = ALL.replace("limits: { ring: 45s, call: 10m }", "limits: { ring: 45s, call: 10m, queue: 3s }").replace(
        "silence:\n",
        "  transferToAgent:\n    - { name: billing, description: Bills, agentId: 9 }\nsilence:\n",
    );
    dir.write("agents/checkup.yaml", &format!("{all}{china}"));
    dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}callers: [\"+861012341234\"]\n"));
    let request = request(&dir.load(), &References);
    let sent = request.as_object().unwrap();
    let missing: Vec<&str> = parameters::create_ai_call(callform_ccc::Dialect::China)
        .map(|parameter| parameter.name)
        .filter(|name| !sent.contains_key(*name))
        .collect();
    // `voice` and `tts` exclude each other.
    assert_eq!(missing, ["VoiceType"]);
    assert_eq!(sent["AcquireTimeoutSecond"], 3);
    assert_eq!(sent["TransferToAgentItems"][0]["TransferToAgentId"], 9);
    let stt: Value = serde_json::from_str(sent["CustomSTTConfig"].as_str().unwrap()).unwrap();
    assert_eq!(
        stt,
        json!({"STTType": "trtc", "AppId": "1400000001", "SecretId": "${env:STT_ID}", "SecretKey": "${env:STT_KEY}"})
    );
}

#[test]
fn dify_s_inputs_are_variables_after_the_delay_and_before_one_s_own() {
    let llm = "llm:
  dify:
    url: https://api.dify.ai/v1
    apiKey: ${env:DIFY_KEY}
    inputs: { name: \"{{ callee_name }}\" }
    user: \"u-{{ callee_name }}\"
    conversationId: c-1
welcome: { mode: generated, delay: 2s }
providerVariables: { own: x }
";
    let agent = AGENT.split("llm:").next().unwrap().replace("prompt: |\n  Call {{ callee_name }}.\n  Be kind.\n", "");
    let request = of_agent(&format!("{agent}{llm}voice: WeRose\n"));
    assert_eq!(request["LLMType"], "dify");
    assert_eq!(request["WelcomeType"], 1);
    let keys: Vec<_> = request["Variables"].as_array().unwrap().iter().map(|v| (&v["Key"], &v["Value"])).collect();
    assert_eq!(
        json!(keys),
        json!([
            ["welcome-message-delay", "2"],
            ["dify-inputs-name", "Person 1"],
            ["dify-inputs-user", "u-Person 1"],
            ["dify-inputs-conversation_id", "c-1"],
            ["own", "x"],
        ])
    );
    assert!(request.get("SystemPrompt").is_none());
}

#[test]
fn short_forms_and_interruptible_words_become_switches() {
    let request = of_agent(&AGENT.replace(
        "voice: WeRose",
        "voice: WeRose\nwelcome: { message: Hi, interruptible: true }\nfunctions: { endCall: false, transferToHuman: { enabled: false } }\ninterruption: { mode: never }",
    ));
    assert_eq!(request["WelcomeMessagePriority"], 0);
    assert_eq!(request["EndFunctionEnable"], false);
    assert_eq!(request["TransferFunctionEnable"], false);
    assert_eq!(request["InterruptMode"], 1);
    assert!(request.get("WelcomeType").is_none() && request.get("TransferItems").is_none());
}

#[test]
fn every_speech_vendor_is_named_by_its_key() {
    let vendors = [
        ("minimax", "{ model: speech-01-turbo, url: https://api.minimax.chat/v1/t2a_v2, apiKey: ${K}, voiceType: v }"),
        ("volcengine", "{ appId: a, token: ${K}, voiceType: BV001_streaming }"),
        (
            "azure",
            "{ subscriptionKey: ${K}, region: chinanorth3, voiceName: zh-CN-XiaoxiaoNeural, language: zh-CN, rate: 1 }",
        ),
        ("custom", "{ apiKey: ${K}, url: https://tts.example.com/stream-audio, audioFormat: pcm, sampleRate: 16000 }"),
    ];
    for (vendor, fields) in vendors {
        let fields = fields.replace("${K}", "\"${env:TTS_KEY}\"");
        let request = of_agent(&AGENT.replace("voice: WeRose", &format!("tts:\n  {vendor}: {fields}")));
        let config: Value = serde_json::from_str(request["CustomTTSConfig"].as_str().unwrap()).unwrap();
        assert_eq!(config["TTSType"], vendor);
        assert!(config.to_string().contains("${env:TTS_KEY}"), "{config}");
    }
}
