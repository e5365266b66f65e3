//! `extra` of speech vendors: the language, the client of the API and the requests agree about what it may hold.

use std::collections::BTreeSet;

use callform_ccc::Secret;
use callform_ccc::tts::{Azure, Custom, CustomTts, Extra, Minimax, Tencent, TtsError, Volcengine};
use callform_exec::request::{RequestError, build};
use callform_exec::secrets::References;
use callform_spec::project::{Loaded, Rendering};
use callform_spec::schema::vendor_members;
use serde_json::{Map, Number, Value};

use crate::support::{AGENT, Dir, PROJECT};

/// Every vendor with everything set.
fn vendors(extra: &[&str]) -> [CustomTts; 5] {
    let extra = || Extra(extra.iter().map(|name| ((*name).to_owned(), Value::from(1))).collect::<Map<_, _>>());
    let (text, secret) = (|| "x".to_owned(), || Secret::new("made-up"));
    let (some, number) = (|| Some("x".to_owned()), || Some(Number::from(1)));
    [
        CustomTts::Tencent(Tencent {
            app_id: text(),
            secret_id: secret(),
            secret_key: secret(),
            voice_type: 1,
            speed: number(),
            volume: Some(1),
            primary_language: Some(1),
            fast_voice_type: some(),
            extra: extra(),
        }),
        CustomTts::Minimax(Minimax {
            model: text(),
            api_url: text(),
            api_key: secret(),
            group_id: some(),
            voice_type: some(),
            speed: number(),
            extra: extra(),
        }),
        CustomTts::Volcengine(Volcengine {
            app_id: text(),
            token: secret(),
            speed: number(),
            volume: number(),
            cluster: some(),
            voice_type: some(),
            extra: extra(),
        }),
        CustomTts::Azure(Azure {
            subscription_key: secret(),
            region: text(),
            voice_name: text(),
            language: text(),
            rate: number(),
            extra: extra(),
        }),
        CustomTts::Custom(Custom {
            api_key: secret(),
            api_url: text(),
            audio_format: some(),
            sample_rate: Some(1),
            audio_channel: Some(1),
            extra: extra(),
        }),
    ]
}

fn names(members: &[(&'static str, Option<&'static str>)]) -> BTreeSet<String> {
    members.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn sent(config: &str) -> BTreeSet<String> {
    serde_json::from_str::<Map<String, Value>>(config).unwrap().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn the_language_knows_every_member_that_the_client_sets_and_no_other() {
    for vendor in vendors(&[]) {
        let known = names(&vendor_members("tts", vendor.tts_type()));
        assert_eq!(known, sent(vendor.to_config().unwrap().expose()), "{}", vendor.tts_type());
    }
}

#[test]
fn the_client_refuses_in_extra_what_the_language_refuses() {
    for (nth, vendor) in vendors(&[]).iter().enumerate() {
        for (member, _) in vendor_members("tts", vendor.tts_type()) {
            let refused = vendors(&[member])[nth].to_config();
            assert!(matches!(&refused, Err(TtsError::Repeated { member: m }) if m == member), "{member}: {refused:?}");
        }
    }
}

const STT: &str = r#"
stt:
  trtc:
    appId: "1400000001"
    secretId: ${env:STT_ID}
    secretKey: ${env:STT_KEY}
"#;

/// A project with recognition of its own, and the `CustomSTTConfig` of its first request, though it may have errors.
fn stt(extra: &str) -> (Loaded, Result<String, RequestError>) {
    let dir = Dir::with_people(1);
    dir.write("callform.yaml", &PROJECT.replace("  site: emulator", "  site: emulator\n  dialect: china"));
    dir.write("agents/checkup.yaml", &format!("{}{STT}{extra}", AGENT.trim_end()));
    let loaded = dir.load_any();
    let project = loaded.partial().unwrap();
    let campaign = &project.campaigns[0];
    let row = project.rows(campaign, None, Rendering::Check).unwrap_or_else(|_| panic!()).next().unwrap().unwrap();
    let words = project.agents[campaign.agent].words(&row.context).unwrap();
    let call = build(project, campaign, &row.number, words, &References);
    let config = call.map(|call| call.custom_stt_config.unwrap().expose().to_owned());
    (loaded, config)
}

#[test]
fn the_language_knows_every_member_of_recognition_that_a_request_sets() {
    let (loaded, config) = stt("");
    assert!(loaded.is_good(), "{:?}", loaded.diagnostics);
    assert_eq!(names(&vendor_members("stt", "trtc")), sent(&config.unwrap()));
}

/// The second of two protections: what is planned with one account is never sent with another.
#[test]
fn a_request_is_not_made_with_a_member_of_recognition_that_is_set_twice() {
    for (member, _) in vendor_members("stt", "trtc") {
        let (loaded, config) = stt(&format!("    extra: {{ {member}: other }}\n"));
        assert!(loaded.diagnostics.iter().any(|d| d.code.0 == "E0139"), "{:?}", loaded.diagnostics);
        let refused = config.unwrap_err();
        assert!(matches!(&refused, RequestError::Tts { error: TtsError::Repeated { member: m }, .. } if m == member));
    }
    let (loaded, config) = stt("    extra: { Vocabulary: clinic }\n");
    assert!(loaded.is_good() && config.unwrap().contains("Vocabulary"));
}
