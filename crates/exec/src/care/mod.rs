//! A ledger that was lost: a copy takes its place, or a new one in which everybody is unknown.
//!
//! What the copy misses is asked of the provider first: each of the account's outbound sessions that no attempt claims
//! is somebody who was phoned, and in doubt nobody is phoned again.

mod adopt;
mod error;
mod people;
mod rebuild;
mod scan;

pub use adopt::{Adopted, Adoption, adopt, adopt_without_records};
pub use error::CareError;
pub use rebuild::{Part, Rebuilding, Rebuilt, count_calls, must_be_lost, rebuild};
pub use scan::{Look, record_lag};
