//! What an answer proves, and what it does not.

use callform_ccc::error::{Certainty, Class};
use callform_ccc::transport::{HttpResponse, TransportError};
use callform_ccc::{Answer, SessionId};

fn answer(status: u16, body: &str) -> Answer {
    Answer::from_response(&HttpResponse {
        status,
        headers: vec![("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: body.as_bytes().to_vec(),
    })
}

fn error(code: &str) -> String {
    format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"Words."}},"RequestId":"r-1"}}}}"#)
}

const PLACED: &str = r#"{"Response":{"SessionId":"6bb56a09278740bc80c5dc6dab783eff","RequestId":"r-1"}}"#;

#[test]
fn a_session_under_status_200_is_a_placed_call_whatever_the_content_type() {
    assert_eq!(
        answer(200, PLACED),
        Answer::Placed {
            session_id: SessionId::from("6bb56a09278740bc80c5dc6dab783eff"),
            request_id: Some("r-1".to_owned()),
        }
    );
}

#[test]
fn a_session_without_a_request_id_is_not_lost() {
    for body in [
        r#"{"Response":{"SessionId":"s-1"}}"#,
        r#"{"Response":{"SessionId":"s-1","RequestId":7,"Error":null,"DeprecatedWarning":"x"}}"#,
    ] {
        assert_eq!(answer(200, body), Answer::Placed { session_id: SessionId::from("s-1"), request_id: None });
    }
}

#[test]
fn an_error_that_is_certain_is_a_refusal() {
    match answer(200, &error("FailedOperation.NoCallOutNumber")) {
        Answer::Refused { code, message, request_id, class } => {
            assert_eq!(code, "FailedOperation.NoCallOutNumber");
            assert_eq!(message, "Words.");
            assert_eq!(request_id.as_deref(), Some("r-1"));
            assert_eq!(class.class, Class::Config);
            assert_eq!(class.certainty, Certainty::NotDialled);
            assert!(class.stops_run);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_error_that_is_not_certain_is_unknown_and_keeps_its_code() {
    for code in ["FailedOperation.CallOutFailed", "InternalError", "SomethingNew"] {
        assert_eq!(
            answer(200, &error(code)),
            Answer::Unknown {
                reason: format!("the provider answered {code}: Words."),
                code: Some(code.to_owned()),
                request_id: Some("r-1".to_owned()),
                session_id: None,
            }
        );
    }
}

fn unknown_reason(status: u16, body: &str) -> String {
    match answer(status, body) {
        Answer::Unknown { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_answer_that_can_not_be_read_is_unknown() {
    for (body, expected) in [
        ("", "not JSON"),
        ("<html>", "not JSON"),
        (r#"{"Response":{"SessionId":"s-1""#, "not JSON"),
        ("[]", "no object `Response`"),
        (r#"{"SessionId":"s-1"}"#, "no object `Response`"),
        (r#"{"Response":"s-1"}"#, "no object `Response`"),
        (r#"{"Response":{}}"#, "neither a session nor an error"),
        (r#"{"Response":{"RequestId":"r-1"}}"#, "neither a session nor an error"),
        (r#"{"Response":{"SessionId":"","RequestId":"r-1"}}"#, "neither a session nor an error"),
        (r#"{"Response":{"SessionId":null}}"#, "neither a session nor an error"),
        (r#"{"Response":{"SessionId":17}}"#, "must be text"),
        (r#"{"Response":{"Error":"RequestLimitExceeded"}}"#, "not an object"),
        (r#"{"Response":{"Error":{"Message":"no code"}}}"#, "without a code"),
        (r#"{"Response":{"Error":{"Code":""}}}"#, "without a code"),
    ] {
        let reason = unknown_reason(200, body);
        assert!(reason.contains(expected), "{body}: {reason}");
    }
}

#[test]
fn what_names_the_call_in_an_answer_that_can_not_be_read_is_kept_as_evidence() {
    let id = "6bb56a09278740bc80c5dc6dab783eff";
    for (body, session, request) in [
        (r#"{"Response":{"SessionId":"@","Error":"oops","RequestId":"r-1"}}"#, true, true),
        (r#"{"Response":{"SessionId":"@","Error":{"Message":"no code"},"RequestId":"r-1"}}"#, true, true),
        (r#"{"Response":{"SessionId":"not an identifier","Error":"oops","RequestId":"r-1"}}"#, false, true),
        (r#"{"Response":{"SessionId":17,"RequestId":"r-1"}}"#, false, true),
        (r#"{"Response":{"RequestId":"r-1"}}"#, false, true),
        (r#"{"SessionId":"@","RequestId":"r-1"}"#, true, true),
        (r#"{"Response":"gone","RequestId":"r-1"}"#, false, true),
        ("not JSON", false, false),
    ] {
        match answer(200, &body.replace('@', id)) {
            Answer::Unknown { session_id, request_id, code: None, .. } => {
                assert_eq!(session_id, session.then(|| SessionId::from(id)), "{body}");
                assert_eq!(request_id.as_deref(), request.then_some("r-1"), "{body}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_answer_with_a_session_and_an_error_is_unknown_and_keeps_both() {
    let body =
        r#"{"Response":{"SessionId":"s-1","Error":{"Code":"RequestLimitExceeded","Message":""},"RequestId":"r-1"}}"#;
    assert_eq!(
        answer(200, body),
        Answer::Unknown {
            reason: "HTTP 200, and the answer holds a session and an error at once".to_owned(),
            code: Some("RequestLimitExceeded".to_owned()),
            request_id: Some("r-1".to_owned()),
            session_id: Some(SessionId::from("s-1")),
        }
    );
}

#[test]
fn a_status_other_than_200_is_unknown_even_with_a_session() {
    for status in [201, 202, 204, 301, 307, 308, 400, 404, 500, 502, 503, 504] {
        match answer(status, PLACED) {
            Answer::Unknown { session_id, .. } => {
                assert_eq!(session_id, Some(SessionId::from("6bb56a09278740bc80c5dc6dab783eff")));
            }
            other => panic!("{status}: {other:?}"),
        }
        unknown_reason(status, "");
    }
}

#[test]
fn a_4xx_is_a_refusal_only_where_the_gateway_itself_is_certain() {
    for code in ["AuthFailure.SignatureFailure", "RequestLimitExceeded", "IpNotInWhitelist"] {
        assert!(matches!(answer(403, &error(code)), Answer::Refused { .. }), "{code}");
        for status in [302, 500, 503] {
            unknown_reason(status, &error(code));
        }
    }
    for code in ["InvalidParameterValue", "FailedOperation.NoCallOutNumber", "ServiceUnavailable", "New"] {
        assert!(unknown_reason(400, &error(code)).contains(code));
    }
}

#[test]
fn a_failure_to_send_is_certain_and_every_other_failure_is_not() {
    let reason = || "connection refused".to_owned();
    assert_eq!(
        Answer::from_transport_error(TransportError::NotSent { reason: reason() }),
        Answer::NotSent { reason: reason() }
    );
    assert!(matches!(
        Answer::from_transport_error(TransportError::MaybeSent { reason: reason() }),
        Answer::Unknown { code: None, session_id: None, .. }
    ));
}
