//! Plan, ledger and apply.

pub mod ceiling;
pub mod clock;
pub mod identity;
mod label;
pub mod ledger;
pub mod pace;
pub mod plan;
pub mod plan_file;
pub mod random;
pub mod request;
mod scope;
pub mod secrets;
pub mod specs;
