//! Phone numbers: identity, wire form, masking and time zones.
//!
//! A number is written `+CC...` or `00CC...`. Its identity is E.164. What travels in `CreateAICall.Callee` and
//! `Callers` is the `00CC...` form, in which a Chinese landline carries the zero of its area code.
//!
//! A number is personal data: `Debug` and `Display` of everything here are masked, and errors never hold one.

mod china;
mod error;
mod kind;
mod mask;
mod number;
mod parse;
mod zones;

pub use error::PhoneError;
pub use kind::Kind;
pub(crate) use mask::mask_cell;
pub use mask::mask_text;
pub use number::PhoneNumber;
pub use zones::Zones;

#[cfg(test)]
mod tests;
