//! The provider's own clients, unchanged, against the emulator behind a real socket: what they accept as the service,
//! callform's own client may take for the service too.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod installed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::{Credentials, Dialect, session_id_eq};
use callform_emulator::{
    Clock as _, Course, Emulator, EmulatorOptions, JournalPlace, ServeOptions, SystemClock, serve,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const APP: i64 = 1_400_000_000;
const CALLEE: &str = "008612300000000";
const KEY: (&str, &str) = ("example-id-for-tests", "example-key-for-tests");
const WRONG_KEY: (&str, &str) = ("example-id-for-tests", "another-key");

/// A running emulator, and a home for the clients that use it.
struct Site {
    emulator: Arc<Emulator>,
    address: String,
    home: TempDir,
    /// Serves until it is dropped.
    _runtime: Runtime,
}

/// What a client made of the answer.
#[derive(Debug)]
struct Outcome {
    success: bool,
    stdout: String,
    stderr: String,
}

impl Site {
    fn start(dialect: Dialect) -> Self {
        let mut options = EmulatorOptions::new(JournalPlace::Memory, dialect);
        options.credentials.push(Credentials::new(KEY.0, KEY.1, None).unwrap());
        // Long enough that a call goes on until somebody hangs it up.
        options.courses = Some(Arc::new(|_| Some(Course::answered(Duration::ZERO, Duration::from_secs(3600)))));
        let emulator = Arc::new(Emulator::open(options).unwrap());
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        runtime.spawn(serve(Arc::clone(&emulator), listener, ServeOptions::default(), std::future::pending()));
        Self { emulator, address, home: TempDir::new().unwrap(), _runtime: runtime }
    }

    fn placed(&self) -> u64 {
        self.emulator.journal().count().unwrap()
    }

    /// Writes the request down for the client: on a command line, its keys would be seen and logged.
    fn request_file(&self, body: &Value) -> PathBuf {
        let path = self.home.path().join("request.json");
        fs::write(&path, body.to_string()).unwrap();
        path
    }

    /// `tccli` of the China site.
    fn tccli(&self, key: (&str, &str), action: &str, body: &Value) -> Outcome {
        let request = self.request_file(body);
        // The scheme stands in the endpoint, for there is no option for it; without one it would be HTTPS.
        let endpoint = format!("http://{}", self.address);
        let mut command = Command::new(installed::installed("china/bin/tccli"));
        command.args(["ccc", action, "--endpoint", &endpoint, "--region", "ap-singapore", "--timeout", "30"]);
        command.arg("--cli-input-json").arg(format!("file://{}", request.display()));
        self.run(command, key)
    }

    /// The international site's Python SDK.
    fn python_sdk(&self, key: (&str, &str), action: &str, body: &Value) -> Outcome {
        let request = self.request_file(body);
        let mut command = Command::new(installed::installed("intl/bin/python"));
        command.arg(workspace("tests/clients/python_sdk.py")).args([&self.address, action]).arg(request);
        self.run(command, key)
    }

    /// With nothing of the surroundings: no proxy, no home, no real key.
    fn run(&self, mut command: Command, key: (&str, &str)) -> Outcome {
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PYTHONIOENCODING", "utf-8")
            .env("TENCENTCLOUD_SECRET_ID", key.0)
            .env("TENCENTCLOUD_SECRET_KEY", key.1)
            .current_dir(self.home.path());
        let output = command.output().unwrap();
        Outcome {
            success: output.status.success(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Expects that the call with this body is the only one ever placed, and that the client knows its session.
    fn placed_exactly(&self, body: &Value, outcome: &Outcome) {
        let answer = outcome.answer();
        let session = answer["SessionId"].as_str().unwrap_or_else(|| panic!("no session: {outcome:?}"));
        assert_eq!(self.placed(), 1);
        assert_eq!(
            self.emulator.journal().body_differences(session, body.as_object().unwrap()).unwrap(),
            Some(vec![]),
            "the members that differ"
        );
    }

    /// Expects that the client reports this refusal, and that nobody was phoned.
    fn refused(&self, code: &str, about: &str, outcome: &Outcome) {
        assert!(!outcome.success, "{outcome:?}");
        let told = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(told.contains(code) && told.contains(about), "{outcome:?}");
        assert_eq!(self.placed(), 0);
    }
}

impl Outcome {
    fn answer(&self) -> Value {
        assert!(self.success, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("not an answer: {self:?}"))
    }
}

fn workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The hand-written request that sets every member that the dialect knows.
fn every_field(dialect: Dialect) -> Value {
    let path = workspace(&format!("tests/data/every-field.{dialect}.request.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn call() -> Value {
    json!({
        "SdkAppId": APP, "Callee": CALLEE, "LLMType": "openai", "APIKey": "example-model-key",
        "APIUrl": "https://api.openai.com/v1/", "Model": "gpt-4o-mini", "SystemPrompt": "你好 Kate",
        "Callers": ["008601012341234"], "EndFunctionEnable": true,
    })
}

fn call_without(member: &str) -> Value {
    let mut call = call();
    call.as_object_mut().unwrap().remove(member).unwrap();
    call
}

fn call_with(member: &str, value: Value) -> Value {
    let mut call = call();
    call[member] = value;
    call
}

#[test]
fn tccli_places_one_call_and_every_member_arrives() {
    let site = Site::start(Dialect::China);
    let body = every_field(Dialect::China);
    site.placed_exactly(&body, &site.tccli(KEY, "CreateAICall", &body));
}

#[test]
fn the_python_sdk_places_one_call_and_every_member_arrives() {
    let site = Site::start(Dialect::Intl);
    let body = every_field(Dialect::Intl);
    site.placed_exactly(&body, &site.python_sdk(KEY, "CreateAICall", &body));
}

#[test]
fn tccli_with_a_wrong_key_is_refused_and_nobody_is_phoned() {
    let site = Site::start(Dialect::China);
    site.refused("AuthFailure.SignatureFailure", "", &site.tccli(WRONG_KEY, "CreateAICall", &call()));
}

#[test]
fn the_python_sdk_with_a_wrong_key_is_refused_and_nobody_is_phoned() {
    let site = Site::start(Dialect::Intl);
    site.refused("AuthFailure.SignatureFailure", "", &site.python_sdk(WRONG_KEY, "CreateAICall", &call()));
}

#[test]
fn tccli_is_refused_a_member_that_only_the_other_site_knows() {
    let site = Site::start(Dialect::Intl);
    let body = call_with("AcquireTimeoutSecond", json!(5));
    site.refused("UnknownParameter", "AcquireTimeoutSecond", &site.tccli(KEY, "CreateAICall", &body));
    site.placed_exactly(&call(), &site.tccli(KEY, "CreateAICall", &call()));
}

#[test]
fn the_python_sdk_is_told_which_member_is_missing_or_out_of_bounds() {
    let site = Site::start(Dialect::Intl);
    let ask = |body: Value| site.python_sdk(KEY, "CreateAICall", &body);
    site.refused("MissingParameter", "APIUrl", &ask(call_without("APIUrl")));
    site.refused("InvalidParameterValue", "VadSilenceTime", &ask(call_with("VadSilenceTime", json!(239))));
}

#[test]
fn the_python_sdk_follows_a_call_from_its_session_to_its_record() {
    let site = Site::start(Dialect::Intl);
    let ask = |action: &str, body: Value| site.python_sdk(KEY, action, &body).answer();
    let started = SystemClock.now().as_second();
    let placed = ask("CreateAICall", call());
    let session = placed["SessionId"].as_str().unwrap();

    let active = ask("DescribePSTNActiveSessionList", json!({"SdkAppId": APP, "Offset": 0, "Limit": 25}));
    assert_eq!(active["Total"], 1);
    assert!(session_id_eq(active["Sessions"][0]["SessionID"].as_str().unwrap(), session), "{active}");
    assert_eq!(active["Sessions"][0]["Callee"], CALLEE);

    ask("HangUpCall", json!({"SdkAppId": APP, "SessionId": session}));
    let records = ask(
        "DescribeTelCdr",
        json!({
            "SdkAppId": APP, "StartTimeStamp": started, "EndTimeStamp": started + 3600, "PageSize": 100,
            "PageNumber": 0, "Phones": [CALLEE],
        }),
    );
    assert_eq!(records["TotalCount"], 1);
    let record = &records["TelCdrList"][0];
    assert!(session_id_eq(record["SessionId"].as_str().unwrap(), session), "{record}");
    assert_eq!((&record["Callee"], &record["Direction"]), (&json!(CALLEE), &json!(1)));
}
