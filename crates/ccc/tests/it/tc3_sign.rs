//! Signing against vectors that the official Python client made.

use callform_ccc::Credentials;
use callform_ccc::tc3::{Payload, SignError, SigningInput, sign};
use callform_ccc::transport::Method;
use serde_json::Value;

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("../data/tc3-vectors.json")).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

#[test]
fn every_step_of_every_vector_comes_out_equal() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 7);
    for vector in &vectors {
        let name = text(vector, "name");
        let credentials = Credentials::new(text(vector, "secret_id"), text(vector, "secret_key"), None).unwrap();
        let unsigned = vector["sdk_headers"]["X-TC-Content-SHA256"] == "UNSIGNED-PAYLOAD";
        let signed = sign(&SigningInput {
            credentials: &credentials,
            service: text(vector, "service"),
            method: match text(vector, "method") {
                "GET" => Method::Get,
                _ => Method::Post,
            },
            host: text(vector, "host"),
            query: text(vector, "query"),
            content_type: text(vector, "content_type"),
            headers: &[],
            payload: if unsigned { Payload::Unsigned } else { Payload::Bytes(text(vector, "body_utf8").as_bytes()) },
            timestamp: vector["timestamp"].as_i64().unwrap(),
        })
        .unwrap();
        let key: String = signed.signing_key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(signed.canonical_request, text(vector, "canonical_request"), "{name}");
        assert_eq!(signed.string_to_sign, text(vector, "string_to_sign"), "{name}");
        assert_eq!(key, text(vector, "signing_key_hex"), "{name}");
        assert_eq!(signed.signature, text(vector, "signature"), "{name}");
        assert_eq!(signed.authorization, text(vector, "authorization"), "{name}");
    }
}

/// The later sample of the vendor's page on signature v3, whose canonical request does not depend on the key.
#[test]
fn further_signed_headers_enter_sorted_and_in_lower_case() {
    let signed = sign(&SigningInput {
        credentials: &crate::credentials(),
        service: "cvm",
        method: Method::Post,
        host: "cvm.tencentcloudapi.com",
        query: "",
        content_type: "application/json; charset=utf-8",
        headers: &[("X-TC-Action", "DescribeInstances")],
        payload: Payload::Bytes(
            br#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#,
        ),
        timestamp: 1_551_113_065,
    })
    .unwrap();
    assert_eq!(
        signed.string_to_sign,
        "TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n\
         7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
    );
    assert!(signed.authorization.contains("SignedHeaders=content-type;host;x-tc-action, "));
}

#[test]
fn a_time_without_a_date_is_an_error() {
    let result = sign(&SigningInput {
        credentials: &crate::credentials(),
        service: "ccc",
        method: Method::Post,
        host: "ccc.tencentcloudapi.com",
        query: "",
        content_type: "application/json",
        headers: &[],
        payload: Payload::Bytes(b"{}"),
        timestamp: i64::MAX,
    });
    assert_eq!(result.unwrap_err(), SignError::Timestamp(i64::MAX));
}

#[test]
fn a_key_longer_than_a_hash_block_counts_to_its_last_letter() {
    let long = |last: char| format!("{}{last}", "k".repeat(100));
    let signature = |key: String| {
        let credentials = Credentials::new("made-up-id", key, None).unwrap();
        sign(&SigningInput {
            credentials: &credentials,
            service: "ccc",
            method: Method::Post,
            host: "ccc.tencentcloudapi.com",
            query: "",
            content_type: "application/json",
            headers: &[],
            payload: Payload::Bytes(b"{}"),
            timestamp: 1_736_478_348,
        })
        .unwrap()
        .signature
    };
    assert_eq!(signature(long('a')), LONG_KEY_SIGNATURE);
    assert_ne!(signature(long('a')), signature(long('b')));
}

/// Made with Python's `hmac` for the key `"k" * 100 + "a"`.
const LONG_KEY_SIGNATURE: &str = "566ad41956fbd501a476ee9830cce07ce6eba64a2102f027889c8abbd73bd8b9";
