//! Nothing that `Debug` prints holds a secret, a whole number or a person's data.

use std::fmt::Debug;
use std::sync::Arc;

use callform_ccc::tc3::{Payload, ReceivedRequest, SigningInput, sign};
use callform_ccc::transport::{HttpOptions, HttpRequest, HttpResponse, HttpTransport, Method};
use callform_ccc::tts::{Azure, Custom, CustomTts, Extra, Minimax, Tencent, Volcengine};
use callform_ccc::{Client, ClientOptions, Credentials, CredentialsError, Dialect, Endpoint, Secret, Variable};
use serde_json::{Map, json};

use crate::full_call;

const CANARY: &str = "made-up-canary";

fn silent(value: &dyn Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        for canary in [CANARY, "made-up", "8612300000000", "8601012341234", "小明", "李医生"] {
            assert!(!text.contains(canary), "{text}");
        }
        assert!(text.contains("***"), "{text}");
    }
}

fn credentials() -> Credentials {
    Credentials::new(CANARY, CANARY, Some(Secret::new(CANARY))).unwrap()
}

#[test]
fn secrets_and_credentials_are_stars() {
    assert_eq!(format!("{:?}", Secret::new(CANARY)), "***");
    silent(&credentials());
}

#[test]
fn calls_show_no_key_no_text_and_no_whole_number() {
    silent(&full_call::china());
    silent(&Variable::new("name", "小明"));
    assert!(format!("{:?}", full_call::china()).contains("0086****0000"));
}

#[test]
fn speech_vendors_show_no_key_and_nothing_of_what_they_do_not_know() {
    let secret = || Secret::new(CANARY);
    let extra = || Extra(Map::from_iter([("Key".to_owned(), json!({"Deep": CANARY}))]));
    let vendors = [
        CustomTts::Tencent(Tencent {
            app_id: "1250000000".to_owned(),
            secret_id: secret(),
            secret_key: secret(),
            voice_type: 101_001,
            speed: None,
            volume: None,
            primary_language: None,
            fast_voice_type: None,
            extra: extra(),
        }),
        CustomTts::Minimax(Minimax {
            model: String::new(),
            api_url: String::new(),
            api_key: secret(),
            group_id: None,
            voice_type: None,
            speed: None,
            extra: extra(),
        }),
        CustomTts::Volcengine(Volcengine {
            app_id: String::new(),
            token: secret(),
            speed: None,
            volume: None,
            cluster: None,
            voice_type: None,
            extra: extra(),
        }),
        CustomTts::Azure(Azure {
            subscription_key: secret(),
            region: String::new(),
            voice_name: String::new(),
            language: String::new(),
            rate: None,
            extra: extra(),
        }),
        CustomTts::Custom(Custom {
            api_key: secret(),
            api_url: String::new(),
            audio_format: None,
            sample_rate: None,
            audio_channel: None,
            extra: extra(),
        }),
    ];
    for vendor in vendors {
        silent(&vendor);
        silent(&vendor.to_config().unwrap());
    }
}

#[test]
fn signatures_and_what_they_are_made_of_are_not_shown() {
    let credentials = credentials();
    let input = SigningInput {
        credentials: &credentials,
        service: "ccc",
        method: Method::Post,
        host: "ccc.tencentcloudapi.com",
        query: "",
        content_type: "application/json",
        headers: &[],
        payload: Payload::Bytes(CANARY.as_bytes()),
        timestamp: 1_736_478_348,
    };
    silent(&input);
    let signed = sign(&input).unwrap();
    silent(&signed);
    assert!(!format!("{signed:?}").contains(&signed.signature));

    let headers = [("Authorization".to_owned(), signed.authorization.clone())];
    let received = ReceivedRequest {
        method: "GET",
        target: "/?APIKey=made-up-canary",
        headers: &headers,
        body: CANARY.as_bytes(),
    };
    silent(&received);
    silent(&received.authorization().unwrap());
}

#[test]
fn requests_responses_and_clients_are_not_shown_whole() {
    silent(&HttpRequest {
        method: Method::Get,
        url: format!("https://ccc.tencentcloudapi.com/?APIKey={CANARY}"),
        headers: vec![("authorization".to_owned(), CANARY.to_owned()), ("X-TC-Token".to_owned(), CANARY.to_owned())],
        body: CANARY.as_bytes().to_vec().into(),
    });
    silent(&HttpResponse {
        status: 200,
        headers: vec![("X-Echo".to_owned(), CANARY.to_owned())],
        body: CANARY.as_bytes().to_vec(),
    });
    let client = Client::new(
        Endpoint::new(Dialect::China),
        credentials(),
        Arc::new(HttpTransport::new(&HttpOptions::default()).unwrap()),
        ClientOptions::default(),
    );
    silent(&client);
    silent(&client.prepare(&full_call::china(), 1_736_478_348).unwrap());
}

#[test]
fn credentials_with_a_stray_character_say_which_and_why_but_not_what() {
    for (key, fault) in [
        ("", "is empty"),
        ("made-up-canary\n", "ends with a line break"),
        ("made-up canary", "contains a space"),
        ("made-up-canarý", "contains something else than printable ASCII"),
    ] {
        let error = Credentials::new("made-up-id", key, None).unwrap_err();
        assert_eq!(error, CredentialsError { member: "SecretKey", fault });
        assert!(!error.to_string().contains(CANARY));
    }
    assert!(Credentials::new("a/b", "made-up-key", None).is_err());
}
