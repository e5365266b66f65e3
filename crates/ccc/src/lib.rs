//! Tencent Cloud Contact Center (CCC) for Rust, version 2020-02-10: `CreateAICall`, and the actions that read calls back.
//!
//! A phone call can't be undone, and the API has no idempotency token. So this crate sends a request once, with
//! nothing beneath it that could send it again, and sorts every answer by what it makes certain:
//!
//! | [`Answer`] | the phone | send again? |
//! |---|---|---|
//! | `Placed` | rings, or has rung | no |
//! | `Refused` | did not ring | by its [`error::Class`] |
//! | `NotSent` | did not ring | yes |
//! | `Unknown` | may have rung | only after the provider's records say that it did not |
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use callform_ccc::transport::{HttpOptions, HttpTransport};
//! use callform_ccc::{
//!     Answer, Client, ClientOptions, CreateAiCall, Credentials, Dialect, Endpoint, LlmType,
//! };
//!
//! let client = Client::new(
//!     Endpoint::new(Dialect::Intl),
//!     Credentials::new("the SecretId", "the SecretKey", None)?,
//!     Arc::new(HttpTransport::new(&HttpOptions::default())?),
//!     ClientOptions::default(),
//! );
//! let mut call = CreateAiCall::new(
//!     1400000000,
//!     "008612300000000",
//!     LlmType::Openai,
//!     "the model's key",
//!     "https://api.openai.com/v1/",
//! );
//! call.voice_type = Some("WeRose".to_owned());
//! let now = 1736478348; // Unix seconds; goes into the signature
//! let prepared = client.prepare(&call, now)?;
//! // Write down durably that this call is about to be placed. Then:
//! match client.send(prepared).await.answer {
//!     Answer::Placed { session_id, .. } => println!("{session_id}"),
//!     Answer::Refused { code, message, .. } => println!("{code}: {message}"),
//!     Answer::NotSent { reason } | Answer::Unknown { reason, .. } => println!("{reason}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`query`] reads sessions and call records back, which is how an `Unknown` is cleared up.
//!
//! Beside the client: [`tc3`] signs and verifies (a server can use it), [`parameters`] is the documented parameter
//! set as a table, [`error`] the documented error codes, [`tts`] builds `CustomTTSConfig`.

mod answer;
mod call;
mod client;
mod dialect;
mod endpoint;
pub mod error;
mod mask;
pub mod parameters;
pub mod query;
mod secret;
mod session;
pub mod tc3;
pub mod transport;
pub mod tts;

pub use answer::Answer;
pub use call::{
    BodyError, CreateAiCall, ExtractElement, InfoType, LlmType, ToneWordInfo, TransferItem, TransferToAgentItem,
    Variable, ZhToneWords,
};
pub use client::{
    ACTION, Client, ClientOptions, Language, MAX_BODY_BYTES, PrepareError, PreparedCall, Reply, SERVICE, VERSION,
};
pub use dialect::{Dialect, ParseDialectError};
pub use endpoint::{Endpoint, EndpointError, Scheme};
pub use secret::{Credentials, CredentialsError, Secret};
pub use session::{SessionId, session_id_eq};
