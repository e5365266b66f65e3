//! Verifying what the official clients send: their captured requests, signed anew with a made-up key in the way in
//! which each of them signs (by a Python program that also reproduces all vectors).

use std::fs;
use std::path::Path;

use callform_ccc::tc3::{Payload, ReceivedRequest, SigningInput, TOLERANCE_SECONDS, VerifyError, sign, verify};
use callform_ccc::transport::Method;

const KEY: &str = "TESTKEY-made-up-not-a-real-secret";

struct Capture {
    name: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Capture {
    fn parse(name: &str, bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap().split(' ');
        Self {
            name: name.to_owned(),
            method: first.next().unwrap().to_owned(),
            target: first.next().unwrap().to_owned(),
            headers: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn named(name: &str) -> Self {
        all().into_iter().find(|capture| capture.name == name).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(header, _)| header == name);
        &found.unwrap().1
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.retain(|(header, _)| header != name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    fn now(&self) -> i64 {
        self.header("X-TC-Timestamp").parse().unwrap()
    }

    fn verify_at(&self, now: i64) -> Result<(), VerifyError> {
        let request =
            ReceivedRequest { method: &self.method, target: &self.target, headers: &self.headers, body: &self.body };
        verify(&request, KEY, now)
    }

    fn verify(&self) -> Result<(), VerifyError> {
        self.verify_at(self.now())
    }
}

fn all() -> Vec<Capture> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures");
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            Capture::parse(&name, &fs::read(&path).unwrap())
        })
        .collect()
}

#[test]
fn every_official_client_is_accepted() {
    let captures = all();
    assert_eq!(captures.len(), 15);
    for capture in captures {
        assert_eq!(capture.verify(), Ok(()), "{}", capture.name);
    }
}

#[test]
fn a_changed_body_is_refused_unless_its_payload_is_unsigned() {
    for mut capture in all().into_iter().filter(|capture| capture.method == "POST") {
        let last = capture.body.len() - 1;
        capture.body[last] = b' ';
        let expected = match capture.name.as_str() {
            "python-intl-unsigned-payload" => Ok(()),
            _ => Err(VerifyError::Signature),
        };
        assert_eq!(capture.verify(), expected, "{}", capture.name);
    }
}

#[test]
fn a_changed_query_is_refused() {
    for name in ["python-intl-get", "node-get"] {
        let mut capture = Capture::named(name);
        capture.target = capture.target.replace("Callee=0086", "Callee=0044");
        assert_eq!(capture.verify(), Err(VerifyError::Signature), "{name}");
    }
}

#[test]
fn another_host_is_refused_and_so_is_another_service() {
    let mut capture = Capture::named("python-intl-post");
    capture.set("Host", "127.0.0.2:18098");
    assert_eq!(capture.verify(), Err(VerifyError::Signature));

    let mut capture = Capture::named("python-intl-post");
    let authorization = capture.header("Authorization").replace("/ccc/", "/cvm/");
    capture.set("Authorization", &authorization);
    assert_eq!(capture.verify(), Err(VerifyError::Signature));
}

#[test]
fn another_key_is_refused() {
    let capture = Capture::named("python-intl-post");
    let request = ReceivedRequest {
        method: &capture.method,
        target: &capture.target,
        headers: &capture.headers,
        body: &capture.body,
    };
    let result = verify(&request, "TESTKEY-another-made-up-secret", capture.now());
    assert_eq!(result, Err(VerifyError::Signature));
    assert_eq!(result.unwrap_err().code(), "AuthFailure.SignatureFailure");
}

#[test]
fn five_minutes_of_clock_difference_are_allowed_and_one_second_more_is_not() {
    let capture = Capture::named("python-intl-post");
    let tolerance = i64::try_from(TOLERANCE_SECONDS).unwrap();
    for sign in [1, -1] {
        assert_eq!(capture.verify_at(capture.now() + sign * tolerance), Ok(()));
        let error = capture.verify_at(capture.now() + sign * (tolerance + 1)).unwrap_err();
        assert_eq!(error, VerifyError::Expired(TOLERANCE_SECONDS + 1));
        assert_eq!(error.code(), "AuthFailure.SignatureExpire");
    }
}

#[test]
fn a_new_timestamp_needs_a_new_signature() {
    let mut capture = Capture::named("python-intl-post");
    let later = capture.now() + 1;
    capture.set("X-TC-Timestamp", &later.to_string());
    assert_eq!(capture.verify(), Err(VerifyError::Signature));
}

#[test]
fn the_credential_must_bear_the_utc_date_of_the_timestamp() {
    let mut capture = Capture::named("python-intl-post");
    let authorization = capture.header("Authorization").replace("2026-11-22", "2026-11-23");
    capture.set("Authorization", &authorization);
    assert_eq!(capture.verify(), Err(VerifyError::Date));
}

#[test]
fn authorizations_that_are_not_tc3_say_what_is_wrong() {
    let cases = [
        ("Bearer abc", "the algorithm is not TC3-HMAC-SHA256"),
        (
            "TC3-HMAC-SHA256 Credential=id/2026-11-22/ccc, SignedHeaders=host, Signature=00",
            "no credential that ends in tc3_request",
        ),
        (
            "TC3-HMAC-SHA256 Credential=id/tc3_request, SignedHeaders=host, Signature=00",
            "the credential has fewer than four parts",
        ),
        ("TC3-HMAC-SHA256 Credential=id/2026-11-22/ccc/tc3_request, Signature=00", "no SignedHeaders"),
        ("TC3-HMAC-SHA256 Credential=id/2026-11-22/ccc/tc3_request, SignedHeaders=host", "no Signature"),
        ("TC3-HMAC-SHA256 Nonsense", "an unknown part"),
    ];
    for (authorization, expected) in cases {
        let mut capture = Capture::named("python-intl-post");
        capture.set("Authorization", authorization);
        let error = capture.verify().unwrap_err();
        assert_eq!(error, VerifyError::Malformed(expected));
        assert_eq!(error.code(), "AuthFailure.InvalidAuthorization");
    }
}

#[test]
fn host_and_content_type_must_be_signed_and_signed_headers_must_be_there_once() {
    let mut capture = Capture::named("python-intl-post");
    let signed_less = capture.header("Authorization").replace("content-type;host", "host");
    capture.set("Authorization", &signed_less);
    assert_eq!(capture.verify(), Err(VerifyError::NotSigned("content-type")));

    let mut capture = Capture::named("python-intl-post");
    capture.headers.push(("host".to_owned(), "elsewhere.example".to_owned()));
    assert_eq!(capture.verify(), Err(VerifyError::Repeated("host".to_owned())));

    let mut capture = Capture::named("python-intl-post");
    let now = capture.now();
    capture.headers.retain(|(name, _)| name != "X-TC-Timestamp");
    assert_eq!(capture.verify_at(now), Err(VerifyError::Missing("X-TC-Timestamp".to_owned())));
}

#[test]
fn a_signed_action_is_honoured_whatever_its_case_and_protects_the_action() {
    let body = br#"{"SdkAppId":1400000000}"#;
    let timestamp = 1_736_478_348;
    let signed = sign(&SigningInput {
        credentials: &crate::credentials(),
        service: "ccc",
        method: Method::Post,
        host: "ccc.intl.tencentcloudapi.com",
        query: "",
        content_type: "application/json",
        headers: &[("X-TC-Action", "DescribeNumbers")],
        payload: Payload::Bytes(body),
        timestamp,
    })
    .unwrap();
    let with_action = |action: &str| Capture {
        name: String::new(),
        method: "POST".to_owned(),
        target: "/".to_owned(),
        headers: [
            ("Host", "ccc.intl.tencentcloudapi.com"),
            ("Content-Type", "application/json"),
            ("X-TC-Action", action),
            ("X-TC-Timestamp", "1736478348"),
            ("Authorization", &signed.authorization),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        body: body.to_vec(),
    };
    assert_eq!(with_action("DescribeNumbers").verify(), Ok(()));
    assert_eq!(with_action("CreateAICall").verify(), Err(VerifyError::Signature));
}
