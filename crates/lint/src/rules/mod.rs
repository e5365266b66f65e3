//! The rules: what is allowed and will hurt.
//!
//! A rule is one file. To add one: copy a file, give it the next code and a name, write its doc comment (the sections
//! `What it does` and `Why it is bad`), a bad and a good example and its check; name it here and in `registry.rs`; add
//! `tests/it/rules/NAME.rs`. The tests over the registry run the examples and say what was forgotten.

mod registry;
mod rule;

mod above_ceiling;
mod audio_format_not_played;
mod azure_region;
mod azure_url_without_api_version;
mod azure_voice_language;
mod blank_text;
mod callee_in_two_campaigns;
mod callee_is_no_person;
mod callee_on_do_not_call_list;
mod cloned_voice;
mod compliance_audio_off;
mod deceptive_characters;
mod dify_with_prompt;
mod empty_campaign;
mod extra_sets_a_field;
mod extraction_ambiguous;
mod function_never_mentioned;
mod function_not_enabled;
mod functions_alike;
mod html_comment;
mod invalid_lint_level;
mod languages_without_effect;
mod leftover_placeholder;
mod leftover_value;
mod limits_too_short;
mod limits_unset;
mod llm_model_of_another_vendor;
mod llm_url_of_another_protocol;
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
mod retry_without_effect;
mod same_for_everybody;
mod setting_without_effect;
mod several_questions;
mod shadowed_variable;
mod silence_never_reminds;
mod steering_value;
mod time_zone_unknown;
mod undisclosed_ai;
mod unfit_key;
mod unreachable_url;
mod unused_column;
mod unused_variable;
mod unused_waiver;
mod unusual_number;
mod url_path;
mod vague_function;
mod vendor_misspelt;
mod voice_language;
mod voice_unset;
mod volcengine_range;
mod waiver_of_error;
mod waiver_unknown_rule;
mod waiver_without_reason;
mod welcome_says_nothing;
mod window_at_night;
mod window_never_opens;

pub use crate::rows::{KEPT, RowRules};
pub use registry::{ALL, check, find};
pub use rule::{Example, Rule};

pub(crate) use registry::{check_settings, check_waivers, nearest, sort};
pub(crate) use rule::Check;
use rule::rule;
