//! Plan, ledger and apply.

pub mod ceiling;
pub mod clock;
pub mod identity;
pub mod ledger;
pub mod pace;
pub mod random;
pub mod request;
pub mod secrets;
