//! What rules ask about a project: places of fields, functions of the model, words of a prompt, addresses.

mod called;
mod edits;
mod functions;
mod languages;
mod literal;
mod mentions;
mod placeholders;
mod regions;
mod sample;
mod secrets;
mod urls;
mod values;
mod vendors;
mod view;

pub(crate) use called::{called_functions, says_call};
pub(crate) use edits::{line_of_item, replaced};
pub(crate) use functions::{Function, Group, described, functions};
pub(crate) use languages::{family_of_locale, is_recognisable, name_of, recognised, spoken_by};
pub(crate) use literal::{assigned, has_raw, literal};
pub(crate) use mentions::mentions;
pub(crate) use placeholders::{name_in, placeholders};
pub(crate) use regions::{region_meant, region_of_host};
pub(crate) use sample::{said, sample, ways};
pub(crate) use secrets::{is_hex, is_key, may_hold_secret, named_secrets, names_digest, secrets, well_known_secrets};
pub(crate) use urls::{Address, addresses, host_of, is_unreachable, path_of};
pub(crate) use values::FreeTexts;
pub(crate) use vendors::Vendor;
pub(crate) use view::{AgentView, CampaignView, FileView, SettingsView, WaiversView, called, keys, yaml_files};
