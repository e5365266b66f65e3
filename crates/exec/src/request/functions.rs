//! What the model may do beside talking.

use callform_ccc::{CreateAiCall, TransferItem, TransferToAgentItem};
use callform_spec::model::{EndCall, TransferToAgent, TransferToHuman};
use callform_spec::project::Words;

use super::{Builder, RequestError};

impl Builder<'_> {
    /// EndFunction*, TransferFunction*, TransferItems, TransferToAgent*.
    pub(super) fn functions(&self, call: &mut CreateAiCall, words: &Words) -> Result<(), RequestError> {
        let Some(functions) = &self.agent.spec.functions else { return Ok(()) };
        // Long forms are on unless they say otherwise: who describes a function wants it.
        match &functions.end_call {
            Some(EndCall::Short(on)) => call.end_function_enable = Some(*on),
            Some(EndCall::Long(options)) => {
                call.end_function_enable = Some(options.enabled.unwrap_or(true));
                call.end_function_desc.clone_from(&words.end_call_description);
            }
            None => {}
        }
        if let Some(transfer) = &functions.transfer_to_human {
            let (enabled, items) = match transfer {
                TransferToHuman::Short(items) => (true, Some(items)),
                TransferToHuman::Long(options) => (options.enabled.unwrap_or(true), options.items.as_ref()),
            };
            call.transfer_function_enable = Some(enabled);
            call.transfer_items = items
                .map(|items| {
                    let described = items.iter().zip(&words.transfer_to_human);
                    described
                        .map(|(item, description)| {
                            Ok(TransferItem {
                                name: item
                                    .name
                                    .clone()
                                    .ok_or_else(|| self.missing("functions.transferToHuman.name"))?,
                                description: description.clone(),
                                skill_group_id: item
                                    .skill_group_id
                                    .ok_or_else(|| self.missing("functions.transferToHuman.skillGroupId"))?,
                            })
                        })
                        .collect::<Result<_, RequestError>>()
                })
                .transpose()?;
        }
        if let Some(transfer) = &functions.transfer_to_agent {
            let (enabled, items) = match transfer {
                TransferToAgent::Short(items) => (true, Some(items)),
                TransferToAgent::Long(options) => (options.enabled.unwrap_or(true), options.items.as_ref()),
            };
            call.transfer_to_agent_enable = Some(enabled);
            call.transfer_to_agent_items = items
                .map(|items| {
                    let described = items.iter().zip(&words.transfer_to_agent);
                    described
                        .map(|(item, description)| {
                            Ok(TransferToAgentItem {
                                name: item
                                    .name
                                    .clone()
                                    .ok_or_else(|| self.missing("functions.transferToAgent.name"))?,
                                description: description.clone(),
                                agent_id: item
                                    .agent_id
                                    .ok_or_else(|| self.missing("functions.transferToAgent.agentId"))?,
                            })
                        })
                        .collect::<Result<_, RequestError>>()
                })
                .transpose()?;
        }
        Ok(())
    }
}
