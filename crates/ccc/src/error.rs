//! The API's error codes, sorted by what they leave certain: can the phone have rung?
//!
//! Only the code counts; Tencent changes the texts. Unknown codes are judged by their first dotted segment, and in
//! doubt the answer is [`Certainty::Ambiguous`]. Whose number a refusal is about is said in its text alone; what is
//! certain never depends on it.

mod codes;

pub use codes::CODES;

/// What kind of trouble a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The request or the account is set up wrongly; sending it again changes nothing.
    Config,
    /// This person can't or must not be called.
    Callee,
    /// May work later: minutes to a day.
    Later,
    /// May work in a few seconds, when a line is free.
    LaterSeconds,
    /// Too many requests in a second.
    Rate,
    /// Something bought is used up or has expired.
    Quota,
    /// The key, its rights, the clock.
    Auth,
    /// Nobody can say; look at the provider's records before anything else.
    Ambiguous,
}

/// What is certain about the call when a code comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Refused before dialling: nobody's phone rang.
    NotDialled,
    /// The phone may have rung.
    Ambiguous,
}

/// How to treat a code that `CreateAICall` answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorClass {
    /// The kind of trouble.
    pub class: Class,
    /// Whether the phone can have rung.
    pub certainty: Certainty,
    /// Every further call of the run would meet the same.
    pub stops_run: bool,
}

/// Who answers a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The API gateway, before any product; the only codes that are believed in an answer other than HTTP 200.
    Gateway,
    /// The contact center.
    Service,
}

/// One documented code.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// As the API writes it.
    pub code: &'static str,
    /// How to treat it.
    pub class: ErrorClass,
    /// Who answers it; codes that both use count as the service's.
    pub origin: Origin,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// The documented code, if it is one.
#[must_use]
pub fn lookup(code: &str) -> Option<&'static CodeInfo> {
    CODES.iter().find(|info| info.code == code)
}

/// How to treat a code that `CreateAICall` answered. Never guesses towards "nobody was called".
#[must_use]
pub fn classify(code: &str) -> ErrorClass {
    match lookup(code) {
        Some(info) => info.class,
        None => by_segment(first_segment(code)),
    }
}

/// Codes about some number of the request.
const ABOUT_A_NUMBER: [&str; 2] = ["InvalidParameter.IllegalPhoneNumber", "InvalidParameter.InvalidPhoneNumber"];

/// How to treat a code with the provider's words. A refusal for good is about one callee, and a wrong caller is not:
/// it would be taken for a fault of everybody who was to be called. So a bad number is the callee's only where the
/// message names that parameter and not the other one.
#[must_use]
pub fn classify_answer(code: &str, message: &str) -> ErrorClass {
    let class = classify(code);
    let words = message.to_ascii_lowercase();
    if ABOUT_A_NUMBER.contains(&code) && words.contains("callee") && !words.contains("caller") {
        return ErrorClass { class: Class::Callee, ..class };
    }
    class
}

/// Whether the gateway answers this code, documented or of a documented family, before any product sees the request.
#[must_use]
pub fn from_gateway(code: &str) -> bool {
    match lookup(code) {
        Some(info) => info.origin == Origin::Gateway,
        None => matches!(first_segment(code), "AuthFailure" | "RequestLimitExceeded"),
    }
}

fn first_segment(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

fn by_segment(segment: &str) -> ErrorClass {
    let (class, stops_run) = match segment {
        "AuthFailure" | "UnauthorizedOperation" | "IpInBlacklist" | "IpNotInWhitelist" => (Class::Auth, true),
        "RequestLimitExceeded" => (Class::Rate, false),
        "LimitExceeded" => (Class::Quota, true),
        "InvalidParameter" | "InvalidParameterValue" | "RequestSizeLimitExceeded" => (Class::Config, false),
        "MissingParameter"
        | "UnknownParameter"
        | "UnsupportedOperation"
        | "UnsupportedProtocol"
        | "UnsupportedRegion"
        | "InvalidRequest"
        | "InvalidAction"
        | "NoSuchProduct"
        | "NoSuchVersion"
        | "ActionOffline"
        | "OperationDenied"
        | "ResourceNotFound" => (Class::Config, true),
        _ => {
            return ErrorClass { class: Class::Ambiguous, certainty: Certainty::Ambiguous, stops_run: false };
        }
    };
    ErrorClass { class, certainty: Certainty::NotDialled, stops_run }
}
