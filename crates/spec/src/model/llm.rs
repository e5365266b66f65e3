//! `llm` of an Agent: exactly one of four protocols.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use super::scalar::SecretRef;

/// The large language model that talks: exactly one protocol. The key becomes `LLMType`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "x-exactly-one-of" = true, "x-api-parameter" = "LLMType"))]
pub struct Llm {
    /// The OpenAI protocol: GPT, Hunyuan, DeepSeek and most others.
    pub openai: Option<ChatModel>,
    /// Azure OpenAI; the URL carries `?api-version=`.
    pub azure: Option<ChatModel>,
    /// Minimax.
    pub minimax: Option<ChatModel>,
    /// A Dify application: it holds prompt, model and tools itself.
    pub dify: Option<Dify>,
}

/// A model behind a chat protocol.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChatModel {
    /// The model's name; for Azure, of the deployment. Becomes `Model`.
    #[schemars(required, length(min = 1), extend("examples" = ["gpt-4o-mini", "hunyuan-turbo", "deepseek-chat"], "x-api-parameter" = "Model"))]
    pub model: Option<String>,
    /// The model's address, reachable from Tencent's cloud. Becomes `APIUrl`.
    #[schemars(required, extend("examples" = ["https://api.openai.com/v1/"], "x-api-parameter" = "APIUrl"), regex(pattern = r"^https?://[^\s]+$"))]
    pub url: Option<String>,
    /// The model's key. Becomes `APIKey`.
    #[schemars(required, extend("x-api-parameter" = "APIKey"))]
    pub api_key: Option<SecretRef>,
    /// Sampling temperature. Becomes `Temperature`.
    #[schemars(range(min = 0), extend("x-api-parameter" = "Temperature", "examples" = [0.7]))]
    pub temperature: Option<Number>,
    /// Nucleus sampling. Becomes `TopP`.
    #[schemars(range(min = 0, max = 1), extend("x-api-parameter" = "TopP", "examples" = [0.9]))]
    pub top_p: Option<Number>,
    /// Members added to the body of every request to the model. Becomes `LLMExtraBody`.
    #[schemars(extend("x-api-parameter" = "LLMExtraBody"))]
    pub extra_body: Option<Map<String, Value>>,
}

/// A Dify application.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Dify {
    /// The application's address. Becomes `APIUrl`.
    #[schemars(required, extend("examples" = ["https://api.dify.ai/v1"], "x-api-parameter" = "APIUrl"), regex(pattern = r"^https?://[^\s]+$"))]
    pub url: Option<String>,
    /// The application's key. Becomes `APIKey`.
    #[schemars(required, extend("x-api-parameter" = "APIKey"))]
    pub api_key: Option<SecretRef>,
    /// Sent as `Model` if given; Dify chooses the model itself.
    #[schemars(extend("examples" = ["gpt-4o-mini"], "x-api-parameter" = "Model"))]
    pub model: Option<String>,
    /// Inputs of the application; templates. Become `Variables` with the keys `dify-inputs-NAME`.
    #[schemars(extend("x-api-parameter" = "Variables dify-inputs-NAME"))]
    pub inputs: Option<IndexMap<String, String>>,
    /// Dify's `user`; a template. Becomes the variable `dify-inputs-user`.
    #[schemars(extend("examples" = ["{{ patient_id }}"], "x-api-parameter" = "Variables dify-inputs-user"))]
    pub user: Option<String>,
    /// Dify's `conversation_id`; a template. Becomes the variable `dify-inputs-conversation_id`.
    #[schemars(extend("examples" = ["{{ conversation }}"], "x-api-parameter" = "Variables dify-inputs-conversation_id"))]
    pub conversation_id: Option<String>,
    /// Sampling temperature. Becomes `Temperature`.
    #[schemars(range(min = 0), extend("examples" = [0.7], "x-api-parameter" = "Temperature"))]
    pub temperature: Option<Number>,
    /// Nucleus sampling. Becomes `TopP`.
    #[schemars(range(min = 0, max = 1), extend("examples" = [0.9], "x-api-parameter" = "TopP"))]
    pub top_p: Option<Number>,
    /// Members added to the body of every request. Becomes `LLMExtraBody`.
    #[schemars(extend("x-api-parameter" = "LLMExtraBody"))]
    pub extra_body: Option<Map<String, Value>>,
}

impl Llm {
    /// The protocol's name as `LLMType` takes it.
    pub fn protocol(&self) -> Option<&'static str> {
        [
            ("openai", self.openai.is_some()),
            ("azure", self.azure.is_some()),
            ("minimax", self.minimax.is_some()),
            ("dify", self.dify.is_some()),
        ]
        .into_iter()
        .find_map(|(name, set)| set.then_some(name))
    }

    /// The chat model, unless it is Dify.
    pub fn chat(&self) -> Option<&ChatModel> {
        self.openai.as_ref().or(self.azure.as_ref()).or(self.minimax.as_ref())
    }

    /// The address that the key travels to.
    pub fn url(&self) -> Option<&str> {
        self.chat().map_or_else(|| self.dify.as_ref()?.url.as_deref(), |c| c.url.as_deref())
    }

    /// The key.
    pub fn api_key(&self) -> Option<&SecretRef> {
        self.chat().map_or_else(|| self.dify.as_ref()?.api_key.as_ref(), |c| c.api_key.as_ref())
    }
}
