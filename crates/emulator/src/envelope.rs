//! The answer's form (<https://www.tencentcloud.com/document/product/597/35338>).

use std::borrow::Cow;

use callform_ccc::transport::HttpResponse;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

/// Exactly this: with `; charset=utf-8` behind it the official Python SDK takes an error for a success.
const CONTENT_TYPE: &str = "application/json";

/// A refusal, as it travels in `Response.Error`. The message never repeats a parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: Cow<'static, str>,
}

impl ApiError {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// HTTP 200, whatever the outcome: `{"Response": {..., "RequestId"}}`.
pub(crate) fn answer(outcome: Result<Value, ApiError>, request_id: &str, now: Timestamp) -> HttpResponse {
    let mut response = match outcome {
        Ok(value) => value,
        Err(error) => json!({ "Error": { "Code": error.code, "Message": error.message } }),
    };
    response["RequestId"] = Value::from(request_id);
    page(200, CONTENT_TYPE, json!({ "Response": response }).to_string(), now)
}

/// An answer that isn't the service's own: a gateway's page, or garbage.
pub(crate) fn page(status: u16, content_type: &str, body: String, now: Timestamp) -> HttpResponse {
    let mut headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
    // The official hosts send `Date`; a client can read its own clock's error from it.
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&now) {
        headers.push(("Date".to_owned(), date));
    }
    HttpResponse { status, headers, body: body.into_bytes() }
}
