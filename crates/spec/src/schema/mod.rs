//! The JSON Schema of the language, and checking a document against it.
//!
//! The schema is made from the types of [`crate::model`] (draft 2020-12). One validator serves editors and `validate`:
//! what a schema can say is said there once, and [`check`] turns its findings into diagnostics with positions.

mod check;
mod editor;
mod forms;
mod generate;
mod message;
pub(crate) mod repair;
mod unit;
mod vendors;

pub(crate) use check::has_field;
pub use check::{Checked, check};
pub use generate::{combined, for_kind};
pub use message::nearest;
pub(crate) use message::{dotted, shown};
pub use vendors::vendor_members;
