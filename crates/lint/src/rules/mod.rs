//! The rules: what is allowed and will hurt.
//!
//! A rule is one file. To add one: copy a file, give it the next code and a name, write its doc comment (the sections
//! `What it does` and `Why it is bad`), a bad and a good example and its check; name it here and in `registry.rs`; add
//! `tests/it/rules/NAME.rs`. The tests over the registry run the examples and say what was forgotten.

mod registry;
mod rule;

mod azure_url_without_api_version;
mod blank_text;
mod compliance_audio_off;
mod deceptive_characters;
mod dify_with_prompt;
mod function_never_mentioned;
mod function_not_enabled;
mod functions_alike;
mod html_comment;
mod leftover_placeholder;
mod limits_unset;
mod long_prompt;
mod long_welcome;
mod never_varying_variable;
mod not_speakable;
mod overridden_constant;
mod personal_data_in_logs;
mod possible_secret;
mod prompt_function_name;
mod prompt_variables_deprecated;
mod reserved_provider_variable;
mod several_questions;
mod shadowed_variable;
mod silence_never_reminds;
mod undisclosed_ai;
mod unreachable_url;
mod unused_variable;
mod unusual_number;
mod vague_function;

pub use registry::{ALL, check, find};
pub use rule::{Example, Rule};

pub(crate) use rule::Check;
use rule::rule;
