//! What an answer of `CreateAICall` proves.

use serde_json::{Map, Value};

use crate::error::{self, Certainty, ErrorClass};
use crate::session::SessionId;
use crate::transport::{HttpResponse, TransportError};

/// The outcome of one request, sorted by certainty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The provider took the call.
    Placed {
        /// The session that it became.
        session_id: SessionId,
        /// The provider's id of the request.
        request_id: Option<String>,
    },
    /// The provider refused before dialling: nobody was phoned.
    Refused {
        /// The API's error code.
        code: String,
        /// The provider's words, without secrets and numbers of this call.
        message: String,
        /// The provider's id of the request.
        request_id: Option<String>,
        /// How to treat the code; its certainty is [`Certainty::NotDialled`].
        class: ErrorClass,
    },
    /// Nobody can say whether the phone rang. Don't send again before the provider's records are read.
    Unknown {
        /// What makes it uncertain, without secrets and numbers of this call.
        reason: String,
        /// The API's error code, where there was one.
        code: Option<String>,
        /// The provider's id of the request, where there was one.
        request_id: Option<String>,
        /// A session that the answer named although it contradicts itself otherwise.
        session_id: Option<SessionId>,
    },
    /// Provably nothing left this machine.
    NotSent {
        /// Why not.
        reason: String,
    },
}

impl Answer {
    /// Reads an answer. Its `Content-Type` is not looked at: the content decides.
    ///
    /// HTTP 200 with a session is [`Placed`](Self::Placed), with an error [`Refused`](Self::Refused) or
    /// [`Unknown`](Self::Unknown) by its code. Both, neither or no JSON is unknown. So is every other status, but for
    /// a 4xx with an error of the gateway that is certain.
    #[must_use]
    pub fn from_response(response: &HttpResponse) -> Self {
        let status = response.status;
        let envelope = match Envelope::read(&response.body) {
            Ok(envelope) => envelope,
            Err(Unreadable { what, session_id, request_id }) => {
                let reason = format!("HTTP {status}, and the answer is {what}");
                return Self::Unknown { reason, code: None, request_id, session_id };
            }
        };
        let request_id = envelope.request_id;
        let certain_status = match (status, &envelope.error) {
            (200, _) => true,
            (400..=499, Some((code, _))) => error::from_gateway(code),
            _ => false,
        };
        match (envelope.session_id, envelope.error) {
            (Some(session_id), None) if status == 200 && session_id.is_plausible() => {
                Self::Placed { session_id, request_id }
            }
            // Not kept: whatever it is, it is no identifier.
            (Some(session_id), None) if status == 200 && !session_id.is_plausible() => {
                Self::unknown("the answer's SessionId is no identifier".to_owned())
            }
            (None, Some((code, message))) => {
                let class = error::classify_answer(&code, &message);
                if certain_status && class.certainty == Certainty::NotDialled {
                    return Self::Refused { code, message, request_id, class };
                }
                let reason = match status {
                    200 => format!("the provider answered {code}: {message}"),
                    _ => format!("HTTP {status}; the provider answered {code}: {message}"),
                };
                Self::Unknown { reason, code: Some(code), request_id, session_id: None }
            }
            (session_id, error) => {
                let what = match (&session_id, &error) {
                    (Some(_), Some(_)) => "holds a session and an error at once",
                    (Some(_), None) => "holds a session under a status other than 200",
                    (None, _) => "holds neither a session nor an error",
                };
                Self::Unknown {
                    reason: format!("HTTP {status}, and the answer {what}"),
                    code: error.map(|(code, _)| code),
                    request_id,
                    session_id: session_id.filter(SessionId::is_plausible),
                }
            }
        }
    }

    /// What a failure of the transport proves.
    #[must_use]
    pub fn from_transport_error(error: TransportError) -> Self {
        match error {
            TransportError::NotSent { reason } => Self::NotSent { reason },
            TransportError::MaybeSent { reason } => Self::unknown(reason),
        }
    }

    fn unknown(reason: String) -> Self {
        Self::Unknown { reason, code: None, request_id: None, session_id: None }
    }

    /// The same answer with every text that came from outside passed through `clean`.
    pub(crate) fn map_texts(self, clean: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Refused { code, message, request_id, class } => {
                Self::Refused { code: clean(&code), message: clean(&message), request_id, class }
            }
            Self::Unknown { reason, code, request_id, session_id } => {
                Self::Unknown { reason: clean(&reason), code: code.map(|code| clean(&code)), request_id, session_id }
            }
            Self::NotSent { reason } => Self::NotSent { reason: clean(&reason) },
            placed @ Self::Placed { .. } => placed,
        }
    }
}

/// `{"Response": {...}}`, as far as it is understood.
pub(crate) struct Envelope {
    session_id: Option<SessionId>,
    /// Code and message.
    pub(crate) error: Option<(String, String)>,
    request_id: Option<String>,
    /// Everything in it.
    pub(crate) members: Map<String, Value>,
}

/// An answer that is not understood, with what can be read in it all the same: evidence of what became of a call.
pub(crate) struct Unreadable {
    /// What is wrong with it, after "the answer is".
    pub(crate) what: &'static str,
    session_id: Option<SessionId>,
    request_id: Option<String>,
}

impl Unreadable {
    fn of(members: &Map<String, Value>, what: &'static str) -> Self {
        let session_id = text(members, "SessionId").unwrap_or_default().map(SessionId::from);
        Self {
            what,
            session_id: session_id.filter(SessionId::is_plausible),
            request_id: text(members, "RequestId").unwrap_or_default(),
        }
    }
}

impl Envelope {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let mut value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::of(&Map::new(), "not JSON"))?;
        let Some(Value::Object(response)) = value.get_mut("Response").map(Value::take) else {
            let nothing = Map::new();
            let members = value.as_object().unwrap_or(&nothing);
            return Err(Unreadable::of(members, "not an API answer: it has no object `Response`"));
        };
        let session_id = text(&response, "SessionId").map_err(|what| Unreadable::of(&response, what))?;
        let error = Self::error(&response).map_err(|what| Unreadable::of(&response, what))?;
        Ok(Self {
            session_id: session_id.filter(|id| !id.is_empty()).map(SessionId::from),
            error,
            request_id: text(&response, "RequestId").unwrap_or_default(),
            members: response,
        })
    }

    fn error(response: &Map<String, Value>) -> Result<Option<(String, String)>, &'static str> {
        match response.get("Error") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(error)) => {
                let code = text(error, "Code")?.filter(|code| !code.is_empty()).ok_or("an error without a code")?;
                let message = text(error, "Message").unwrap_or_default();
                Ok(Some((code, message.unwrap_or_default())))
            }
            Some(_) => Err("an error that is not an object"),
        }
    }
}

fn text(object: &Map<String, Value>, name: &str) -> Result<Option<String>, &'static str> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err("unreadable: a member that must be text is not"),
    }
}
