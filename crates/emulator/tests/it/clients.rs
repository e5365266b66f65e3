//! Requests in the exact shapes of the official clients, as recorded from them: header order, Host forms,
//! scopes, body spelling. Only keys, numbers and therefore signatures are our own.

use callform_ccc::tc3::{Payload, SigningInput, sign};
use callform_ccc::transport::Method;
use callform_ccc::{Credentials, Dialect, Secret};
use serde_json::json;

use crate::server::Running;
use crate::support::{APP, CALLEE, START, bench_with, session};

const KEY: (&str, &str) = ("AKIDTESTonlyNotReal0000000000000001", "made-up-key-for-tests");
const TOKEN: &str = "STS-TOKEN-TEST";

/// Compact and raw UTF-8, as Node writes it.
const NODE_BODY: &str = r#"{"SdkAppId":1400000000,"Callee":"008612300000000","SystemPrompt":"你好 Kate","LLMType":"openai","Model":"gpt-4o-mini","APIKey":"sk-test","APIUrl":"http://127.0.0.1:1/v1","Callers":["008601012341234"],"Variables":[{"Key":"name","Value":"小明"}]}"#;
/// Spaces and escapes, as Python's json.dumps writes it.
const PYTHON_BODY: &str = r#"{"SdkAppId": 1400000000, "Callee": "008612300000000", "LLMType": "openai", "APIKey": "sk-test", "APIUrl": "http://127.0.0.1:1/v1", "SystemPrompt": "\u4f60\u597d Kate", "Model": "gpt-4o-mini", "Callers": ["008601012341234"], "Variables": [{"Key": "name", "Value": "\u5c0f\u660e"}]}"#;
const PYTHON_QUERY: &str = "SdkAppId=1400000000&Callee=008612300000000&LLMType=openai&APIKey=sk-test&APIUrl=http%3A%2F%2F127.0.0.1%3A1%2Fv1&SystemPrompt=%E4%BD%A0%E5%A5%BD+Kate&Model=gpt-4o-mini&Callers.0=008601012341234&Variables.0.Key=name&Variables.0.Value=%E5%B0%8F%E6%98%8E";
const NODE_QUERY: &str = "SdkAppId=1400000000&Callee=008612300000000&SystemPrompt=%E4%BD%A0%E5%A5%BD%20Kate&LLMType=openai&Model=gpt-4o-mini&APIKey=sk-test&APIUrl=http%3A%2F%2F127.0.0.1%3A1%2Fv1&Callers.0=008601012341234&Variables.0.Key=name&Variables.0.Value=%E5%B0%8F%E6%98%8E";
const TCCLI_BODY: &str = r#"{"SdkAppId": 1400000000, "Callee": "008612300000000", "LLMType": "openai", "APIKey": "sk", "APIUrl": "http://x", "Callers": ["008601012341234"], "EndFunctionEnable": true}"#;

const PYTHON_HEAD: &str = "User-Agent: python-requests/2.34.2\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n\
     Connection: close\r\nX-TC-TraceId: 34b5445c-fe03-431e-bbae-3dc6226e2ea9\r\nContent-Type: {type}\r\n\
     Host: {host}\r\nX-TC-Action: CreateAICall\r\nX-TC-RequestClient: SDK_PYTHON_3.1.193\r\n\
     X-TC-Timestamp: {time}\r\nX-TC-Version: 2020-02-10\r\n{more}X-TC-Language: en-US\r\nAuthorization: {auth}\r\n";
const NODE_HEAD: &str = "X-TC-TraceId: 9d75b8fc-bd89-4466-a5ae-729e307ea19c\r\nHost: {host}\r\n\
     X-TC-Action: CreateAICall\r\n{more}X-TC-Timestamp: {time}\r\nX-TC-Version: 2020-02-10\r\n\
     X-TC-RequestClient: SDK_NODEJS_4.1.313\r\nContent-Type: {type}\r\nAuthorization: {auth}\r\nAccept: */*\r\n\
     User-Agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)\r\nAccept-Encoding: gzip,deflate\r\n\
     Connection: close\r\n";

/// One recorded shape.
struct Shape {
    dialect: Dialect,
    token: bool,
    head: &'static str,
    target: &'static str,
    host: &'static str,
    /// The host that the client signs, which isn't always the one that it sends.
    signed_host: &'static str,
    service: &'static str,
    more: &'static str,
    /// JSON of a POST, or the query of a GET.
    content: &'static str,
    get: bool,
    unsigned: bool,
}

const PYTHON: Shape = Shape {
    dialect: Dialect::Intl,
    token: false,
    head: PYTHON_HEAD,
    target: "/",
    host: "127.0.0.1:18098",
    signed_host: "127.0.0.1:18098",
    service: "ccc",
    more: "",
    content: PYTHON_BODY,
    get: false,
    unsigned: false,
};

const NODE: Shape = Shape {
    head: NODE_HEAD,
    host: "127.0.0.1:18096",
    signed_host: "127.0.0.1",
    service: "127",
    content: NODE_BODY,
    ..PYTHON
};

impl Shape {
    fn credentials(&self) -> Credentials {
        Credentials::new(KEY.0, KEY.1, self.token.then(|| Secret::new(TOKEN))).unwrap()
    }

    fn raw(&self) -> String {
        let content_type = if self.get { "application/x-www-form-urlencoded" } else { "application/json" };
        let payload = if self.get { "" } else { self.content };
        let signed = sign(&SigningInput {
            credentials: &self.credentials(),
            service: self.service,
            method: if self.get { Method::Get } else { Method::Post },
            host: self.signed_host,
            query: if self.get { self.content } else { "" },
            content_type,
            headers: &[],
            payload: if self.unsigned { Payload::Unsigned } else { Payload::Bytes(payload.as_bytes()) },
            timestamp: START,
        })
        .unwrap();
        let head = self
            .head
            .replace("{type}", content_type)
            .replace("{host}", self.host)
            .replace("{time}", &START.to_string())
            .replace("{more}", self.more)
            .replace("{auth}", &signed.authorization);
        if self.get {
            format!("GET {}?{} HTTP/1.1\r\n{head}\r\n", self.target, self.content)
        } else {
            let length = self.content.len();
            format!("POST {} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{}", self.target, self.content)
        }
    }

    /// Sends the shape through `wrap` and expects exactly one call of the recorded content.
    async fn is_accepted(&self) {
        let bench = bench_with(|options| {
            options.dialect = self.dialect;
            options.credentials.push(self.credentials());
        });
        let running = Running::start(&bench.emulator).await;
        let answer = running.exchange(&self.raw()).await;
        let id = session_in(&answer);
        running.stop().await;
        let mut expected = json!({
            "SdkAppId": APP, "Callee": CALLEE, "LLMType": "openai", "APIKey": "sk-test",
            "APIUrl": "http://127.0.0.1:1/v1", "SystemPrompt": "你好 Kate", "Model": "gpt-4o-mini",
            "Callers": ["008601012341234"], "Variables": [{"Key": "name", "Value": "小明"}],
        });
        if self.content == TCCLI_BODY {
            expected = serde_json::from_str(TCCLI_BODY).unwrap();
        }
        let journal = bench.emulator.journal();
        assert_eq!(journal.count().unwrap(), 1);
        assert_eq!(
            journal.body_differences(&id, expected.as_object().unwrap()).unwrap(),
            Some(vec![]),
            "the members that differ"
        );
    }
}

/// The session in a raw answer whose form the official Python SDK relies on.
fn session_in(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let content_type =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-type: ").map(str::to_owned));
    assert_eq!(content_type.as_deref(), Some("application/json"));
    let envelope: serde_json::Value = serde_json::from_str(body).unwrap();
    session(&envelope["Response"]).to_owned()
}

#[tokio::test]
async fn python_posts() {
    PYTHON.is_accepted().await;
    Shape { dialect: Dialect::China, ..PYTHON }.is_accepted().await;
    let more = "X-TC-Region: ap-singapore\r\nX-TC-Token: STS-TOKEN-TEST\r\n";
    Shape { token: true, more, ..PYTHON }.is_accepted().await;
}

#[tokio::test]
async fn python_with_the_scheme_in_its_host_header() {
    let host = "http://127.0.0.1:18098";
    Shape { host, signed_host: host, ..PYTHON }.is_accepted().await;
}

#[tokio::test]
async fn python_without_signing_the_body() {
    Shape { unsigned: true, more: "X-TC-Content-SHA256: UNSIGNED-PAYLOAD\r\n", ..PYTHON }.is_accepted().await;
}

#[tokio::test]
async fn python_gets() {
    Shape { get: true, content: PYTHON_QUERY, ..PYTHON }.is_accepted().await;
}

#[tokio::test]
async fn python_through_a_proxy_writes_the_whole_url() {
    let host = "ccc.intl.tencentcloudapi.com";
    let target = "http://ccc.intl.tencentcloudapi.com/";
    Shape { target, host, signed_host: host, ..PYTHON }.is_accepted().await;
    Shape { target, host, signed_host: host, get: true, content: PYTHON_QUERY, ..PYTHON }.is_accepted().await;
}

#[tokio::test]
async fn node_signs_its_host_without_the_port() {
    NODE.is_accepted().await;
    let more = "X-TC-Region: ap-singapore\r\nX-TC-Token: STS-TOKEN-TEST\r\n";
    Shape { token: true, more, ..NODE }.is_accepted().await;
    Shape { host: "localhost:18096", signed_host: "localhost", service: "localhost:18096", ..NODE }.is_accepted().await;
}

#[tokio::test]
async fn node_gets() {
    Shape { get: true, content: NODE_QUERY, ..NODE }.is_accepted().await;
}

#[tokio::test]
async fn tccli_posts() {
    let host = "http://127.0.0.1:18095";
    let more = "X-TC-Region: ap-guangzhou\r\n";
    let tccli = Shape { host, signed_host: host, more, dialect: Dialect::China, ..PYTHON };
    tccli.is_accepted().await;
    Shape { content: TCCLI_BODY, ..tccli }.is_accepted().await;
}

#[tokio::test]
async fn node_through_a_tunnel_speaks_plain_http_inside() {
    let host = "ccc.intl.tencentcloudapi.com";
    let shape = Shape { host, signed_host: host, service: "ccc", ..NODE };
    let bench = bench_with(|options| options.credentials.push(shape.credentials()));
    let running = Running::start(&bench.emulator).await;
    let connect = "CONNECT ccc.intl.tencentcloudapi.com:80 HTTP/1.1\r\n\
                   Host: ccc.intl.tencentcloudapi.com\r\nConnection: close\r\n\r\n";
    let mut tunnel = tokio::net::TcpStream::connect(running.address).await.unwrap();
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    tunnel.write_all(connect.as_bytes()).await.unwrap();
    let mut opened = Vec::new();
    while !opened.ends_with(b"\r\n\r\n") {
        opened.push(tunnel.read_u8().await.unwrap());
    }
    assert!(opened.starts_with(b"HTTP/1.1 200 "));
    tunnel.write_all(shape.raw().as_bytes()).await.unwrap();
    let mut answer = String::new();
    tunnel.read_to_string(&mut answer).await.unwrap();
    session_in(&answer);
    assert_eq!(bench.placed(), 1);
    running.stop().await;
}

#[tokio::test]
async fn version_1_signatures_are_refused_with_a_reason() {
    let bench = bench_with(|options| options.credentials.push(PYTHON.credentials()));
    let running = Running::start(&bench.emulator).await;
    let form = "SdkAppId=1400000000&Action=CreateAICall&SignatureMethod=HmacSHA256&Signature=LdMO12xX";
    let answer = running
        .exchange(&format!(
            "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nHost: 127.0.0.1:18096\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
        .await;
    assert!(answer.contains("AuthFailure.InvalidAuthorization") && answer.contains("TC3-HMAC-SHA256"), "{answer}");
    running.stop().await;
}
