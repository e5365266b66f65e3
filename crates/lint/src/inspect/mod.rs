//! What rules ask about a project: places of fields, functions of the model, words of a prompt, addresses.

mod functions;
mod mentions;
mod urls;
mod view;

pub(crate) use functions::{Function, Group, functions};
pub(crate) use mentions::mentions;
pub(crate) use urls::{addresses, host_of, is_unreachable};
pub(crate) use view::{AgentView, CampaignView, SettingsView, WaiversView, keys};
