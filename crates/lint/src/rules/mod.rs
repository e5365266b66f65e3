//! The rules: what is allowed and will hurt.
//!
//! A rule is one file. To add one: copy a file, give it the next code and a name, write its doc comment (the sections
//! `What it does` and `Why it is bad`), a bad and a good example and its check; name it here and in `registry.rs`; add
//! `tests/it/rules/NAME.rs`. The tests over the registry run the examples and say what was forgotten.

mod registry;
mod rule;

mod azure_url_without_api_version;
mod compliance_audio_off;
mod dify_with_prompt;
mod function_never_mentioned;
mod function_not_enabled;
mod invalid_lint_level;
mod limits_unset;
mod prompt_function_name;
mod prompt_variables_deprecated;
mod silence_never_reminds;
mod unreachable_url;
mod unused_variable;
mod unused_waiver;
mod unusual_number;
mod waiver_of_error;
mod waiver_unknown_rule;
mod waiver_without_reason;

pub use registry::{ALL, check, find};
pub use rule::{Example, Rule};

pub(crate) use registry::{check_settings, check_waivers, nearest, sort};
pub(crate) use rule::Check;
use rule::rule;
