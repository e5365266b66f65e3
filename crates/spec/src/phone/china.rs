//! What is special about +86: the zero of area codes, and service numbers.
//!
//! The shapes are written out here, rather than asked of the numbering plan, where the plan knows nothing: what goes
//! over the wire must not change because the plan's data were updated.

use super::kind::Kind;

/// The calling code.
pub(super) const CODE: u16 = 86;

/// Whether the wire form carries a zero before the area code: `+861012341234` is dialled `008601012341234`
/// (the examples of <https://cloud.tencent.com/document/api/679/111211>).
pub(super) fn has_area_code(kind: Kind, national: &str) -> bool {
    match kind {
        Kind::FixedLine => true,
        Kind::Unknown => looks_like_landline(national.as_bytes()),
        _ => false,
    }
}

/// Area code 10 or 2x with eight digits, or a three-digit one with seven or eight. Mobile numbers, and the
/// documentation's own callee, begin with 1 and have eleven digits; 400 and 800 are no areas.
fn looks_like_landline(national: &[u8]) -> bool {
    match national {
        [b'1', b'0', rest @ ..] => rest.len() == 8,
        [b'2', ..] => national.len() == 10,
        [b'4' | b'8', b'0', b'0', ..] => false,
        [b'3'..=b'9', ..] => matches!(national.len(), 10 | 11),
        _ => false,
    }
}

/// `10086`, `12345`, `95588`, `96110` and longer ones: five to eight digits, beginning with 1 or 9.
pub(super) fn is_service(national: &str) -> bool {
    (5..=8).contains(&national.len()) && national.starts_with(['1', '9'])
}
