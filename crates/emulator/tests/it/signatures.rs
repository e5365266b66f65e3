//! Who may phone: signatures, keys, clocks.

use callform_ccc::transport::{HttpRequest, Method};
use callform_ccc::{Credentials, Secret};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::support::{CALLEE, Draft, START, bench, bench_with, call_body, code, message, session};

#[test]
fn a_signed_call_is_answered_with_a_session_and_stands_in_the_journal() {
    let bench = bench();
    let response = bench.call(CALLEE);
    let id = session(&response);
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let placed = bench.emulator.journal().calls().unwrap();
    assert_eq!(placed.len(), 1);
    assert_eq!(placed[0].session_id, id);
    assert_eq!(placed[0].request_id, response["RequestId"]);
    assert_eq!(placed[0].placed_at, bench.now());
}

/// The vector `post-ascii`: the official SDK's code made this signature, with keys that were made up.
#[test]
fn a_signature_that_the_official_sdk_made_is_accepted() {
    let bench = bench_with(|options| {
        let key = Credentials::new("TESTID-made-up-not-a-real-key", "TESTKEY-made-up-not-a-real-secret", None);
        options.credentials.push(key.unwrap());
    });
    bench.clock.set("2025-01-10T03:05:48Z".parse().unwrap());
    let headers = [
        ("X-TC-TraceId", "00000000-0000-4000-8000-000000000000"),
        ("Content-Type", "application/json"),
        ("Host", "ccc.intl.tencentcloudapi.com"),
        ("X-TC-Action", "CreateAICall"),
        ("X-TC-RequestClient", "SDK_PYTHON_3.1.193"),
        ("X-TC-Timestamp", "1736478348"),
        ("X-TC-Version", "2020-02-10"),
        ("X-TC-Language", "en-US"),
        (
            "Authorization",
            "TC3-HMAC-SHA256 Credential=TESTID-made-up-not-a-real-key/2025-01-10/ccc/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=748cb86525ade87473f20abfba673de43d8ecdb44cea9dbc85862e310c814e3c",
        ),
    ];
    let body = r#"{"SdkAppId": 1400000000, "Callee": "008612300000000", "LLMType": "openai", "APIKey": "sk-proj-xxxxx", "APIUrl": "https://api.openai.com/v1/", "SystemPrompt": "You are Dr. Li.", "Model": "gpt-4o-mini", "VoiceType": "ZhiXi", "EndFunctionEnable": true}"#;
    let request = HttpRequest {
        method: Method::Post,
        url: "/".into(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        body: Zeroizing::new(body.into()),
    };
    session(&crate::support::response_of(&bench.answer(&request)));
}

fn refused(change: impl FnOnce(&mut HttpRequest)) -> Value {
    let bench = bench();
    let mut request = Draft::post("CreateAICall", &call_body(CALLEE)).signed();
    change(&mut request);
    let response = crate::support::response_of(&bench.answer(&request));
    assert_eq!(bench.placed(), 0, "a refused request phones nobody");
    response
}

fn header<'a>(request: &'a mut HttpRequest, name: &str) -> &'a mut String {
    &mut request.headers.iter_mut().find(|(header, _)| header == name).unwrap().1
}

#[test]
fn a_changed_body_breaks_the_signature() {
    let response = refused(|request| *request.body = call_body("00447700900124").to_string().into_bytes());
    assert_eq!(code(&response), "AuthFailure.SignatureFailure");
}

#[test]
fn a_wrong_key_breaks_the_signature() {
    let bench = bench();
    let mut draft = Draft::post("CreateAICall", &call_body(CALLEE));
    draft.credentials = Credentials::new(callform_emulator::EMBEDDED_CREDENTIALS.0, "another-key", None).unwrap();
    assert_eq!(code(&bench.send(draft)), "AuthFailure.SignatureFailure");
}

#[test]
fn an_unknown_key_is_named_as_such() {
    let bench = bench();
    let mut draft = Draft::post("CreateAICall", &call_body(CALLEE));
    draft.credentials = Credentials::new("nobody", "anything", None).unwrap();
    assert_eq!(code(&bench.send(draft)), "AuthFailure.SecretIdNotFound");
}

#[test]
fn an_authorization_that_cannot_be_read_is_invalid() {
    let response = refused(|request| *header(request, "Authorization") = "Bearer x".into());
    assert_eq!(code(&response), "AuthFailure.InvalidAuthorization");
    let response = refused(|request| request.headers.retain(|(name, _)| name != "Authorization"));
    assert_eq!(code(&response), "AuthFailure.InvalidAuthorization");
}

#[test]
fn five_minutes_either_way_are_allowed_and_a_second_more_is_not() {
    for (offset, expected) in
        [(-300, ""), (300, ""), (-301, "AuthFailure.SignatureExpire"), (301, "AuthFailure.SignatureExpire")]
    {
        let bench = bench();
        let mut draft = Draft::post("CreateAICall", &call_body(CALLEE));
        draft.timestamp = START + offset;
        assert_eq!(code(&bench.send(draft)), expected, "{offset} s");
    }
}

#[test]
fn a_token_belongs_to_its_key_pair() {
    let temporary = |token: &str| Credentials::new("temporary-id", "temporary-key", Some(Secret::new(token))).unwrap();
    let bench = bench_with(|options| options.credentials.push(temporary("token-1")));
    let send = |id: &str, key: &str, token: Option<&str>| {
        let mut draft = Draft::post("CreateAICall", &call_body(CALLEE));
        draft.credentials = Credentials::new(id, key, None).unwrap();
        draft.extra_headers.extend(token.map(|token| ("X-TC-Token".to_owned(), token.to_owned())));
        code(&bench.send(draft)).to_owned()
    };
    assert_eq!(send("temporary-id", "temporary-key", Some("token-1")), "");
    assert_eq!(send("temporary-id", "temporary-key", Some("token-2")), "AuthFailure.TokenFailure");
    assert_eq!(send("temporary-id", "temporary-key", None), "AuthFailure.TokenFailure");
    let (id, key) = callform_emulator::EMBEDDED_CREDENTIALS;
    assert_eq!(send(id, key, Some("token-1")), "AuthFailure.TokenFailure");
}

/// The protocol has no nonce: that is why a client must never send the same bytes again.
#[test]
fn the_same_bytes_sent_twice_phone_twice() {
    let bench = bench();
    let request = Draft::post("CreateAICall", &call_body(CALLEE)).signed();
    bench.answer(&request);
    bench.answer(&request);
    let again = bench.emulator.journal().phoned_again().unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].len(), 2);
}

#[test]
fn no_refusal_repeats_what_was_sent() {
    let response = refused(|request| *header(request, "Authorization") = "TC3-HMAC-SHA256 canary".into());
    assert!(!message(&response).contains("canary"));
}
