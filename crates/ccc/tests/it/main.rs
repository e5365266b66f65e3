//! The crate from outside, as one binary.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod answers;
mod calls;
mod endpoints;
mod error_codes;
mod parameters;
mod queries;
mod requests;
mod secrecy;
mod sent_once;
mod sessions;
mod tc3_sign;
mod tc3_verify;
mod tts;

/// A call with all members of both dialects.
mod full_call;
/// A raw TCP server that counts.
mod recorder;

use callform_ccc::{CreateAiCall, Credentials, LlmType};

fn credentials() -> Credentials {
    Credentials::new("TESTID-made-up-not-a-real-key", "TESTKEY-made-up-not-a-real-secret", None).unwrap()
}

fn small_call() -> CreateAiCall {
    CreateAiCall::new(
        1_400_000_000,
        "008612300000000",
        LlmType::Openai,
        "made-up-model-key",
        "https://api.openai.com/v1/",
    )
}
