//! The codes of everything that can be wrong with rows.

pub(super) const NOT_UTF8: &str = "E0230";
pub(super) const RAGGED: &str = "E0231";
pub(super) const NO_NUMBER: &str = "E0232";
pub(super) const BAD_NUMBER: &str = "E0233";
pub(super) const PREFIX_EATEN: &str = "E0234";
pub(super) const SCIENTIFIC: &str = "E0235";
pub(super) const BAD_KEY: &str = "E0236";
pub(super) const SAME_KEY: &str = "E0237";
pub(super) const SAME_NUMBER: &str = "E0238";
pub(super) const BROKEN_RECORD: &str = "E0239";
pub(super) const NOT_JSON: &str = "E0240";
pub(super) const NOT_AN_OBJECT: &str = "E0241";
pub(super) const NESTED: &str = "E0242";
pub(super) const BAD_ZONE: &str = "E0243";
pub(super) const NO_HEADER: &str = "E0250";
pub(super) const NO_COLUMN: &str = "E0251";
pub(super) const BAD_HEADER: &str = "E0252";
pub(super) const OTHER_DELIMITER: &str = "E0253";
pub(super) const UNREADABLE: &str = "E0254";
