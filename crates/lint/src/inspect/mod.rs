//! What rules ask about a project: places of fields, functions of the model, words of a prompt, addresses.

mod functions;
mod literal;
mod mentions;
mod sample;
mod secrets;
mod urls;
mod view;

pub(crate) use functions::{Function, Group, described, functions};
pub(crate) use literal::{assigned, literal};
pub(crate) use mentions::mentions;
pub(crate) use sample::{said, sample, ways};
pub(crate) use secrets::{is_key, named_secrets, secrets};
pub(crate) use urls::{addresses, host_of, is_unreachable};
pub(crate) use view::{AgentView, CampaignView, called, keys};
