//! A bench: an emulator on a clock that the test moves, and a client that signs.

use std::sync::Arc;

use callform_ccc::tc3::{Payload, SigningInput, sign};
use callform_ccc::transport::{HttpRequest, HttpResponse, Method};
use callform_ccc::{Credentials, Dialect};
use callform_emulator::{
    Emulator, EmulatorOptions, JournalPlace, Reply, SeededRandom, VirtualClock, embedded_credentials,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// 2026-01-01T00:00:00Z
pub(crate) const START: i64 = 1_767_225_600;
pub(crate) const CALLEE: &str = "008612300000000";
pub(crate) const OTHER_CALLEE: &str = "00447700900123";
pub(crate) const APP: i64 = 1_400_000_000;

pub(crate) struct Bench {
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) clock: Arc<VirtualClock>,
}

/// An emulator in memory with everything as documented.
pub(crate) fn bench() -> Bench {
    bench_with(|_| {})
}

pub(crate) fn bench_with(change: impl FnOnce(&mut EmulatorOptions)) -> Bench {
    let clock = Arc::new(VirtualClock::new(Timestamp::from_second(START).unwrap()));
    let mut options = EmulatorOptions::new(JournalPlace::Memory, Dialect::Intl);
    options.clock = clock.clone();
    options.random = Arc::new(SeededRandom::new(1));
    change(&mut options);
    Bench { emulator: Arc::new(Emulator::open(options).unwrap()), clock }
}

/// The documentation's own example, with a few more members.
pub(crate) fn call_body(callee: &str) -> Value {
    json!({
        "SdkAppId": APP,
        "Callee": callee,
        "LLMType": "openai",
        "APIKey": "sk-proj-xxxxx",
        "APIUrl": "https://api.openai.com/v1/",
        "SystemPrompt": "You are Dr. Li.",
        "Model": "gpt-4o-mini",
        "VoiceType": "ZhiXi",
        "Callers": ["008601012341234"],
        "EndFunctionEnable": true,
    })
}

/// What a test may want to get wrong.
pub(crate) struct Draft {
    pub(crate) credentials: Credentials,
    pub(crate) method: Method,
    pub(crate) host: String,
    pub(crate) content_type: String,
    pub(crate) action: String,
    pub(crate) version: String,
    pub(crate) timestamp: i64,
    pub(crate) url: String,
    pub(crate) body: Vec<u8>,
    pub(crate) extra_headers: Vec<(String, String)>,
}

impl Draft {
    pub(crate) fn post(action: &str, body: &Value) -> Self {
        Self {
            credentials: embedded_credentials().unwrap(),
            method: Method::Post,
            host: "ccc.intl.tencentcloudapi.com".into(),
            content_type: "application/json".into(),
            action: action.into(),
            version: "2020-02-10".into(),
            timestamp: START,
            url: "https://ccc.intl.tencentcloudapi.com/".into(),
            body: body.to_string().into_bytes(),
            extra_headers: Vec::new(),
        }
    }

    pub(crate) fn get(action: &str, query: &str) -> Self {
        Self {
            method: Method::Get,
            content_type: "application/x-www-form-urlencoded".into(),
            url: format!("https://ccc.intl.tencentcloudapi.com/?{query}"),
            body: Vec::new(),
            ..Self::post(action, &Value::Null)
        }
    }

    pub(crate) fn signed(self) -> HttpRequest {
        let signed = sign(&SigningInput {
            credentials: &self.credentials,
            service: "ccc",
            method: self.method,
            host: &self.host,
            query: if self.method == Method::Get {
                self.url.split_once('?').map_or("", |(_, query)| query)
            } else {
                ""
            },
            content_type: &self.content_type,
            headers: &[],
            payload: Payload::Bytes(&self.body),
            timestamp: self.timestamp,
        })
        .unwrap();
        let mut headers = vec![
            ("Content-Type".to_owned(), self.content_type),
            ("Host".to_owned(), self.host),
            ("X-TC-Action".to_owned(), self.action),
            ("X-TC-Version".to_owned(), self.version),
            ("X-TC-Timestamp".to_owned(), self.timestamp.to_string()),
            ("Authorization".to_owned(), signed.authorization),
        ];
        headers.extend(self.extra_headers);
        HttpRequest { method: self.method, url: self.url, headers, body: Zeroizing::new(self.body) }
    }
}

impl Bench {
    /// Signs now, sends, and returns `Response`.
    pub(crate) fn ask(&self, action: &str, body: &Value) -> Value {
        let mut draft = Draft::post(action, body);
        draft.timestamp = self.now().as_second();
        self.send(draft)
    }

    pub(crate) fn call(&self, callee: &str) -> Value {
        self.ask("CreateAICall", &call_body(callee))
    }

    pub(crate) fn send(&self, draft: Draft) -> Value {
        response_of(&self.answer(&draft.signed()))
    }

    pub(crate) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        match self.emulator.handle(request) {
            Reply::Answer { response, .. } => response,
            other => panic!("expected an answer, not {other:?}"),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        use callform_emulator::Clock as _;
        self.clock.now()
    }

    pub(crate) fn placed(&self) -> u64 {
        self.emulator.journal().count().unwrap()
    }
}

/// The `Response` object of an answer in the form that every client relies on.
pub(crate) fn response_of(answer: &HttpResponse) -> Value {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    let mut envelope: Value = serde_json::from_slice(&answer.body).unwrap();
    let response = envelope["Response"].take();
    let request_id = response["RequestId"].as_str().unwrap();
    assert_eq!(request_id.len(), 36, "a UUID with dashes, not {request_id}");
    response
}

/// The error's code, or `""`.
pub(crate) fn code(response: &Value) -> &str {
    response["Error"]["Code"].as_str().unwrap_or_default()
}

pub(crate) fn message(response: &Value) -> &str {
    response["Error"]["Message"].as_str().unwrap_or_default()
}

pub(crate) fn session(response: &Value) -> &str {
    response["SessionId"].as_str().unwrap_or_else(|| panic!("no session in {response}"))
}
