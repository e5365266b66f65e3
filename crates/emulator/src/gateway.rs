//! What stands before the service: size, signature, action and version.

use std::collections::HashMap;

use callform_ccc::Credentials;
use callform_ccc::tc3::{ReceivedRequest, verify};
use callform_ccc::transport::{HttpRequest, Method};
use jiff::Timestamp;

use crate::envelope::ApiError;

/// The only version of the API.
const VERSION: &str = "2020-02-10";

/// A GET's line and a POST's body may be this long
/// (<https://cloud.tencent.com/document/product/1278/46710>).
pub(crate) const MAX_QUERY: usize = 32 * 1024;
/// See [`MAX_QUERY`].
pub(crate) const MAX_BODY: usize = 10 * 1024 * 1024;

/// What the emulator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    CreateAiCall,
    DescribeActiveSessions,
    DescribeTelCdr,
    DescribeTelSession,
    HangUpCall,
}

impl Action {
    const ALL: [Self; 5] = [
        Self::CreateAiCall,
        Self::DescribeActiveSessions,
        Self::DescribeTelCdr,
        Self::DescribeTelSession,
        Self::HangUpCall,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CreateAiCall => "CreateAICall",
            Self::DescribeActiveSessions => "DescribePSTNActiveSessionList",
            Self::DescribeTelCdr => "DescribeTelCdr",
            Self::DescribeTelSession => "DescribeTelSession",
            Self::HangUpCall => "HangUpCall",
        }
    }
}

/// Actions that CCC has and the emulator has not: a caller should read "not here", not "no such action".
const NOT_EMULATED: [&str; 18] = [
    "ControlAIConversation",
    "CreateAIAgentCall",
    "CreateAutoCalloutTask",
    "DescribeAIAgentInfoList",
    "DescribeAIAnalysisResult",
    "DescribeAICallExtractResult",
    "DescribeAICallInteractionRecords",
    "DescribeAILatency",
    "DescribeAutoCalloutTask",
    "DescribeAutoCalloutTasks",
    "DescribeNumbers",
    "DescribeSessionDetail",
    "DescribeSkillGroupInfoList",
    "DescribeTelRecordAsr",
    "PauseAutoCalloutTask",
    "ResumeAutoCalloutTask",
    "StopAutoCalloutTask",
    "TransferToManual",
];

/// Refuses requests that are too long, off the only path, or of a content type that TC3 doesn't carry.
pub(crate) fn check_form(request: &HttpRequest) -> Result<(), ApiError> {
    let (path, query) = path_and_query(&request.url);
    if request.method == Method::Get && query.len() > MAX_QUERY {
        return Err(too_large(MAX_QUERY));
    }
    if request.body.len() > MAX_BODY {
        return Err(too_large(MAX_BODY));
    }
    if path != "/" {
        return Err(ApiError::new("InvalidRequest", "the API has one path, `/`; the action is named in X-TC-Action"));
    }
    Ok(())
}

pub(crate) fn too_large(limit: usize) -> ApiError {
    ApiError::new("RequestSizeLimitExceeded", format!("the request is longer than {limit} bytes"))
}

/// Checks who signed, and that they did. Returns the secret id.
pub(crate) fn authenticate(
    request: &HttpRequest,
    keys: &HashMap<String, Credentials>,
    now: Timestamp,
) -> Result<String, ApiError> {
    let received = ReceivedRequest {
        method: request.method.as_str(),
        target: &request.url,
        headers: &request.headers,
        body: &request.body,
    };
    let refused = |error: callform_ccc::tc3::VerifyError| ApiError::new(error.code(), error.to_string());
    if request.header("Authorization").is_none() && has_content_type(request, "application/x-www-form-urlencoded") {
        return Err(ApiError::new(
            "AuthFailure.InvalidAuthorization",
            "this looks like a version 1 signature (HmacSHA1 or HmacSHA256); the emulator verifies TC3-HMAC-SHA256 only",
        ));
    }
    let authorization = received.authorization().map_err(refused)?;
    let credentials = keys.get(&authorization.secret_id).ok_or_else(|| {
        ApiError::new("AuthFailure.SecretIdNotFound", "the emulator doesn't know this SecretId; give it the key pair")
    })?;
    verify(&received, credentials.secret_key().expose(), now.as_second()).map_err(refused)?;
    let expected = credentials.token().map(callform_ccc::Secret::expose);
    if request.header("X-TC-Token") != expected {
        return Err(ApiError::new(
            "AuthFailure.TokenFailure",
            match expected {
                Some(_) => "the key pair is temporary and X-TC-Token is missing or another one",
                None => "the key pair is permanent; send no X-TC-Token with it",
            },
        ));
    }
    if request.method == Method::Post && !has_content_type(request, "application/json") {
        return Err(ApiError::new("InvalidRequest", "a POST signed with TC3-HMAC-SHA256 carries application/json"));
    }
    Ok(authorization.secret_id)
}

/// The action, once its version is checked.
pub(crate) fn action(request: &HttpRequest) -> Result<Action, ApiError> {
    let missing = |name: &str| ApiError::new("MissingParameter", format!("the header `{name}` is missing"));
    let name = request.header("X-TC-Action").ok_or_else(|| missing("X-TC-Action"))?;
    let version = request.header("X-TC-Version").ok_or_else(|| missing("X-TC-Version"))?;
    if version != VERSION {
        return Err(ApiError::new("NoSuchVersion", format!("the API's version is {VERSION}")));
    }
    if let Some(action) = Action::ALL.into_iter().find(|action| action.name() == name) {
        return Ok(action);
    }
    if NOT_EMULATED.contains(&name) {
        let message = format!("the emulator doesn't have the action `{name}`; CCC does");
        return Err(ApiError::new("UnsupportedOperation", message));
    }
    let names = Action::ALL.map(Action::name).join(", ");
    Err(ApiError::new("InvalidAction", format!("X-TC-Action names no action; the emulator has {names}")))
}

fn has_content_type(request: &HttpRequest, expected: &str) -> bool {
    let essence = request.header("Content-Type").and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected))
}

/// Path and query of a target in origin form (`/?a=b`) or absolute form (`http://host/?a=b`).
pub(crate) fn path_and_query(target: &str) -> (&str, &str) {
    let (before, query) = target.split_once('?').unwrap_or((target, ""));
    let path = match before.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |start| &rest[start..]),
        None => before,
    };
    (path, query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_target_have_one_path_and_query() {
        assert_eq!(path_and_query("/"), ("/", ""));
        assert_eq!(path_and_query("/?a=b?c"), ("/", "a=b?c"));
        assert_eq!(path_and_query("http://127.0.0.1:1/?a=http://x/y"), ("/", "a=http://x/y"));
        assert_eq!(path_and_query("http://ccc.localhost"), ("/", ""));
        assert_eq!(path_and_query("/other"), ("/other", ""));
    }
}
