//! Plan, ledger and apply: from documents and rows to calls, each placed at most once.
//!
//! A phone call can't be undone, and the API has no idempotency token. So everything here is built around one durable
//! record, the [`ledger`]: an intent is on the disk before the first byte of a request leaves, an answer is written
//! down before anything else happens, and what nobody knows is never tried again.
//!
//! ```text
//!              +-> placed(session)
//! planned -> intent -> sending +-> rejected(code)    the provider said no before dialling
//!              +-> unknown        anything else: resolved only by evidence or by a person
//! ```
//!
//! | module | subject |
//! |---|---|
//! | [`identity`] | who a call is: keyed digests |
//! | [`request`] | documents and words to the parameters of `CreateAICall` |
//! | [`ledger`] | what was intended, sent and answered |
//! | [`ceiling`] | how often one person may be phoned |
//! | [`refusal`] | when a call that the provider refused may be tried again |
//! | [`plan`] | which calls may be placed, and why others may not |
//! | [`plan_file`] | a plan on disk, reviewed and signed |
//! | [`apply`] | placing them |
//! | [`evidence`], [`resolve`] | what became of attempts whose answers were lost |
//! | [`care`] | taking a copy of the ledger into use, and beginning anew when there is none |
//! | [`status`] | what the ledger knows, for people |
//! | [`pace`] | never more than so many requests of this process in any second |
//! | [`specs`] | digests of the documents |
//! | [`clock`], [`random`], [`secrets`] | what comes from outside |

pub mod apply;
pub mod care;
pub mod ceiling;
pub mod clock;
pub mod evidence;
pub mod identity;
mod label;
pub mod ledger;
pub mod outcome;
pub mod pace;
pub mod plan;
pub mod plan_file;
pub mod random;
pub mod refusal;
pub mod request;
pub mod resolve;
mod scope;
pub mod secrets;
pub mod specs;
pub mod status;
