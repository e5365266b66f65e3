//! The objects inside a `CreateAICall`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// `AITransferItem`: a function that hands the call to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferItem {
    /// `TransferFunctionName`, such as `transfer_to_human`.
    #[serde(rename = "TransferFunctionName")]
    pub name: String,
    /// `TransferFunctionDesc`: when the model should call it.
    #[serde(rename = "TransferFunctionDesc")]
    pub description: String,
    /// `TransferSkillGroupId`
    #[serde(rename = "TransferSkillGroupId")]
    pub skill_group_id: u64,
}

/// `TransferToAgentItem`: a function that hands the call to another AI agent. China only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferToAgentItem {
    /// `TransferToAgentName`
    #[serde(rename = "TransferToAgentName")]
    pub name: String,
    /// `TransferToAgentDesc`: when the model should call it.
    #[serde(rename = "TransferToAgentDesc")]
    pub description: String,
    /// `TransferToAgentId`
    #[serde(rename = "TransferToAgentId")]
    pub agent_id: u64,
}

/// `Variable`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// `Key`
    #[serde(rename = "Key")]
    pub key: String,
    /// `Value`
    #[serde(rename = "Value")]
    pub value: String,
}

impl Variable {
    /// A pair.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// Values are about a person: they are not shown.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable").field("key", &self.key).field("value", &format_args!("***")).finish()
    }
}

/// `AICallExtractConfigElement`: something to extract after the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ExtractElement {
    /// `InfoType`
    pub info_type: InfoType,
    /// `InfoName`: unique within the request.
    pub info_name: String,
    /// `InfoContent`: what to look for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info_content: Option<String>,
    /// `Examples`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examples: Option<Vec<String>>,
    /// `Choices`: needed for [`InfoType::Selector`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
}

/// `InfoType`: the type of an extracted answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InfoType {
    /// Free text.
    Text,
    /// One of `Choices`.
    Selector,
    /// Yes or no.
    Boolean,
    /// A number.
    Number,
}

/// `ToneWordInfo`: filler words, for when the model takes long. Chinese only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToneWordInfo {
    /// `FirstSentenceTimeout`, s, such as 0.4
    #[serde(rename = "FirstSentenceTimeout", skip_serializing_if = "Option::is_none")]
    pub first_sentence_timeout: Option<Number>,
    /// `ZHToneWords`
    #[serde(rename = "ZHToneWords", skip_serializing_if = "Option::is_none")]
    pub zh_tone_words: Option<ZhToneWords>,
}

/// `ZHToneWordsInfo`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ZhToneWords {
    /// `Neutral`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neutral: Option<Vec<String>>,
    /// `Positive`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<Vec<String>>,
    /// `Negative`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative: Option<Vec<String>>,
}
