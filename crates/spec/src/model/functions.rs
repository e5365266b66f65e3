//! `functions` of an Agent: what the model may do beside talking.

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::short_or_long;

/// What the model may do beside talking.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Functions {
    /// `call_end`: hang up. Becomes `EndFunctionEnable`.
    #[schemars(extend("x-api-parameter" = "EndFunctionEnable"))]
    pub end_call: Option<EndCall>,
    /// Hand over to a person. Becomes `TransferFunctionEnable` and `TransferItems`.
    #[schemars(extend("x-api-parameter" = "TransferFunctionEnable"))]
    pub transfer_to_human: Option<TransferToHuman>,
    /// Hand over to another AI agent (China site only). Becomes `TransferToAgentEnable` and `TransferToAgentItems`.
    #[schemars(extend("x-api-parameter" = "TransferToAgentEnable"))]
    pub transfer_to_agent: Option<TransferToAgent>,
}

short_or_long!(
    /// `call_end`: on or off, or with a description.
    EndCall,
    bool,
    EndCallOptions
);

/// `call_end`, with a description.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndCallOptions {
    /// Becomes `EndFunctionEnable`.
    #[schemars(extend("default" = true, "x-api-parameter" = "EndFunctionEnable"))]
    pub enabled: Option<bool>,
    /// When the model should hang up; a template. Becomes `EndFunctionDesc`.
    #[schemars(extend("examples" = ["The callee says goodbye, or the conversation is over."], "x-api-parameter" = "EndFunctionDesc"))]
    pub description: Option<String>,
}

short_or_long!(
    /// Handing over to a person: a list, or a list with a switch.
    TransferToHuman,
    Vec<TransferItem>,
    TransferToHumanOptions
);

/// Handing over to a person, with a switch.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferToHumanOptions {
    /// Becomes `TransferFunctionEnable`.
    #[schemars(extend("default" = true, "x-api-parameter" = "TransferFunctionEnable"))]
    pub enabled: Option<bool>,
    /// Becomes `TransferItems`.
    #[schemars(extend("x-api-parameter" = "TransferItems"))]
    pub items: Option<Vec<TransferItem>>,
}

/// One way to hand over to a person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferItem {
    /// Name of the function; the prompt uses it. Becomes `TransferFunctionName`.
    #[schemars(required, length(min = 1), extend("examples" = ["transfer_to_human"], "x-api-parameter" = "TransferItems.TransferFunctionName"))]
    pub name: Option<String>,
    /// When the model should use it; a template. Becomes `TransferFunctionDesc`.
    #[schemars(required, extend("examples" = ["The callee asks for a person."], "x-api-parameter" = "TransferItems.TransferFunctionDesc"))]
    pub description: Option<String>,
    /// Who answers. Becomes `TransferSkillGroupId`.
    #[schemars(required, range(min = 1), extend("x-api-parameter" = "TransferItems.TransferSkillGroupId", "examples" = [1234]))]
    pub skill_group_id: Option<u64>,
}

short_or_long!(
    /// Handing over to another AI agent: a list, or a list with a switch.
    TransferToAgent,
    Vec<TransferToAgentItem>,
    TransferToAgentOptions
);

/// Handing over to another AI agent, with a switch.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferToAgentOptions {
    /// Becomes `TransferToAgentEnable`.
    #[schemars(extend("default" = true, "x-api-parameter" = "TransferToAgentEnable"))]
    pub enabled: Option<bool>,
    /// Becomes `TransferToAgentItems`.
    #[schemars(extend("x-api-parameter" = "TransferToAgentItems"))]
    pub items: Option<Vec<TransferToAgentItem>>,
}

/// One AI agent to hand over to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferToAgentItem {
    /// Name of the function. Becomes `TransferToAgentName`.
    #[schemars(required, length(min = 1), extend("examples" = ["transfer_to_billing"], "x-api-parameter" = "TransferToAgentItems.TransferToAgentName"))]
    pub name: Option<String>,
    /// When the model should use it; a template. Becomes `TransferToAgentDesc`.
    #[schemars(required, extend("examples" = ["The callee asks about an invoice."], "x-api-parameter" = "TransferToAgentItems.TransferToAgentDesc"))]
    pub description: Option<String>,
    /// Which agent of the console. Becomes `TransferToAgentId`.
    #[schemars(required, range(min = 1), extend("examples" = [5678], "x-api-parameter" = "TransferToAgentItems.TransferToAgentId"))]
    pub agent_id: Option<u64>,
}
