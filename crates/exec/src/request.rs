//! From documents and words to the parameters of one `CreateAICall`.
//!
//! What the documents don't say is not sent, and what they say is, even where it is the provider's own default: so a
//! request that was imported comes out again as it was.

mod functions;
mod speech;

use callform_ccc::tts::TtsError;
use callform_ccc::{CreateAiCall, ExtractElement, InfoType, LlmType, Secret, ToneWordInfo, Variable, ZhToneWords};
use callform_spec::model::{
    self, AmbientScene, Duration, ExtractType, FillerWords, InterruptionMode, SecretRef, VoicemailAction, Welcome,
    WelcomeMode, WelcomeOptions,
};
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{Agent, Campaign, Project, Words};
use serde_json::{Map, Number, Value};

use crate::secrets::{SecretError, SecretResolver};

/// A request that can't be built; nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// A secret can't be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The speech configuration contradicts itself.
    #[error("agent `{agent}`: {error}")]
    Tts {
        /// The agent.
        agent: String,
        /// What is wrong.
        error: TtsError,
    },
    /// The document lacks something that validation asks for.
    #[error("agent `{agent}` has no `{field}`")]
    Missing {
        /// The agent.
        agent: String,
        /// The field.
        field: &'static str,
    },
    /// A value does not fit the parameter's type.
    #[error("agent `{agent}`: `{field}` does not fit `{parameter}`")]
    Range {
        /// The agent.
        agent: String,
        /// The field.
        field: &'static str,
        /// The API's parameter.
        parameter: &'static str,
    },
}

/// What one agent's parameters are made from.
struct Builder<'a> {
    agent: &'a Agent,
    secrets: &'a dyn SecretResolver,
}

/// Builds the request for one callee of a campaign.
///
/// With [`References`](crate::secrets::References) it can be shown; such a request must not be sent.
///
/// # Errors
/// See [`RequestError`].
pub fn build(
    project: &Project,
    campaign: &Campaign,
    number: &PhoneNumber,
    words: Words,
    secrets: &dyn SecretResolver,
) -> Result<CreateAiCall, RequestError> {
    let agent = project.agents.get(campaign.agent).ok_or_else(|| RequestError::Missing {
        agent: campaign.spec.agent.clone().unwrap_or_default(),
        field: "kind",
    })?;
    build_for(project, agent, &campaign.callers, number, words, secrets)
}

/// Builds the request for a callee of no campaign, as `try` needs it.
///
/// # Errors
/// See [`RequestError`].
pub fn build_for(
    project: &Project,
    agent: &Agent,
    callers: &[PhoneNumber],
    number: &PhoneNumber,
    words: Words,
    secrets: &dyn SecretResolver,
) -> Result<CreateAiCall, RequestError> {
    let builder = Builder { agent, secrets };
    let sdk_app_id = i64::try_from(project.sdk_app_id).map_err(|_| builder.range("provider.sdkAppId", "SdkAppId"))?;
    let mut call = builder.model(sdk_app_id, number)?;
    if !callers.is_empty() {
        call.callers = Some(callers.iter().map(PhoneNumber::wire).collect());
    }
    builder.settings(&mut call)?;
    builder.speech(&mut call)?;
    builder.functions(&mut call, &words)?;
    builder.words(&mut call, words);
    Ok(call)
}

/// Reads every secret of an agent, so that a run learns of a missing one before its first call.
///
/// # Errors
/// The first one that can't be read.
pub fn check_secrets(agent: &Agent, secrets: &dyn SecretResolver) -> Result<(), RequestError> {
    let builder = Builder { agent, secrets };
    let number = callform_ccc::CreateAiCall::new(0, "", LlmType::Openai, "", "");
    let mut call = CreateAiCall { api_key: builder.api_key()?, ..number };
    builder.speech(&mut call)
}

impl Builder<'_> {
    fn missing(&self, field: &'static str) -> RequestError {
        RequestError::Missing { agent: self.agent.name.clone(), field }
    }

    fn range(&self, field: &'static str, parameter: &'static str) -> RequestError {
        RequestError::Range { agent: self.agent.name.clone(), field, parameter }
    }

    fn secret(&self, secret: &Option<SecretRef>, field: &'static str) -> Result<Secret, RequestError> {
        let secret = secret.as_ref().ok_or_else(|| self.missing(field))?;
        Ok(self.secrets.resolve(secret)?)
    }

    fn api_key(&self) -> Result<Secret, RequestError> {
        let llm = self.agent.spec.llm.as_ref().ok_or_else(|| self.missing("llm"))?;
        self.secret(&llm.api_key().cloned(), "llm.apiKey")
    }

    /// A whole number of seconds; validation asks for one, and a fraction would be rounded up.
    fn seconds<T: TryFrom<u64>>(
        &self,
        duration: Option<Duration>,
        field: &'static str,
        parameter: &'static str,
    ) -> Result<Option<T>, RequestError> {
        duration
            .map(|d| T::try_from(d.as_millis().div_ceil(1000)).map_err(|_| self.range(field, parameter)))
            .transpose()
    }

    fn millis<T: TryFrom<u64>>(
        &self,
        duration: Option<Duration>,
        field: &'static str,
        parameter: &'static str,
    ) -> Result<Option<T>, RequestError> {
        duration.map(|d| T::try_from(d.as_millis()).map_err(|_| self.range(field, parameter))).transpose()
    }

    /// LLMType, APIKey, APIUrl, Model, Temperature, TopP, LLMExtraBody.
    fn model(&self, sdk_app_id: i64, number: &PhoneNumber) -> Result<CreateAiCall, RequestError> {
        let llm = self.agent.spec.llm.as_ref().ok_or_else(|| self.missing("llm"))?;
        let protocol = match llm.protocol() {
            Some("openai") => LlmType::Openai,
            Some("azure") => LlmType::Azure,
            Some("minimax") => LlmType::Minimax,
            Some("dify") => LlmType::Dify,
            _ => return Err(self.missing("llm")),
        };
        let url = llm.url().ok_or_else(|| self.missing("llm.url"))?;
        let mut call = CreateAiCall::new(sdk_app_id, number.wire(), protocol, self.api_key()?, url);
        let (model, temperature, top_p, extra) = match (llm.chat(), &llm.dify) {
            (Some(chat), _) => (&chat.model, &chat.temperature, &chat.top_p, &chat.extra_body),
            (None, Some(dify)) => (&dify.model, &dify.temperature, &dify.top_p, &dify.extra_body),
            (None, None) => return Err(self.missing("llm")),
        };
        call.model.clone_from(model);
        call.temperature.clone_from(temperature);
        call.top_p.clone_from(top_p);
        call.llm_extra_body = extra.as_ref().map(json_text);
        Ok(call)
    }

    /// Everything that is a plain setting.
    fn settings(&self, call: &mut CreateAiCall) -> Result<(), RequestError> {
        let spec = &self.agent.spec;
        if let Some(languages) = &spec.languages {
            call.languages = Some(languages.iter().map(api_name).collect());
        }
        if let Some(vad) = &spec.vad {
            call.vad_silence_time = self.millis(vad.silence, "vad.silence", "VadSilenceTime")?;
            call.vad_level = vad.level.map(u64::from);
        }
        if let Some(interruption) = &spec.interruption {
            call.interrupt_mode = interruption.mode.map(|mode| match mode {
                InterruptionMode::Auto => 0,
                InterruptionMode::Never => 1,
            });
            call.interrupt_speech_duration =
                self.millis(interruption.after, "interruption.after", "InterruptSpeechDuration")?;
        }
        if let Some(silence) = &spec.silence {
            call.notify_duration = self.millis(silence.remind_after, "silence.remindAfter", "NotifyDuration")?;
            call.notify_max_count = silence.max_reminders.map(u64::from);
            call.max_duration = self.millis(silence.hang_up_after, "silence.hangUpAfter", "MaxDuration")?;
        }
        if let Some(limits) = &spec.limits {
            call.max_call_duration_ms = self.millis(limits.call, "limits.call", "MaxCallDurationMs")?;
            call.max_ring_timeout_second = self.seconds(limits.ring, "limits.ring", "MaxRingTimeoutSecond")?;
            call.acquire_timeout_second = self.seconds(limits.queue, "limits.queue", "AcquireTimeoutSecond")?;
        }
        if let Some(voicemail) = &spec.voicemail {
            call.enable_voicemail_detection = voicemail.detect;
            call.voicemail_action = voicemail.action.map(|action| match action {
                VoicemailAction::HangUp => 0,
            });
        }
        call.extract_config =
            spec.extract.as_ref().map(|all| all.iter().map(|one| self.extract(one)).collect()).transpose()?;
        call.tone_word = spec.filler_words.as_ref().map(|words| self.tone_word(words)).transpose()?;
        call.enable_compliance_audio = spec.compliance_audio;
        if let Some(sound) = &spec.ambient_sound {
            call.ambient_sound_type = sound.scene.map(|scene| {
                match scene {
                    AmbientScene::CoffeeShops => "coffee_shops",
                    AmbientScene::BusyOffice => "busy_office",
                }
                .to_owned()
            });
            call.ambient_sound_volume.clone_from(&sound.volume);
        }
        Ok(())
    }

    fn extract(&self, extract: &model::Extract) -> Result<ExtractElement, RequestError> {
        Ok(ExtractElement {
            info_type: match extract.kind.ok_or_else(|| self.missing("extract.type"))? {
                ExtractType::Text => InfoType::Text,
                ExtractType::Selector => InfoType::Selector,
                ExtractType::Boolean => InfoType::Boolean,
                ExtractType::Number => InfoType::Number,
            },
            info_name: extract.name.clone().ok_or_else(|| self.missing("extract.name"))?,
            info_content: extract.description.clone(),
            examples: extract.examples.clone(),
            choices: extract.choices.clone(),
        })
    }

    fn tone_word(&self, words: &FillerWords) -> Result<ToneWordInfo, RequestError> {
        let FillerWords { after, neutral, positive, negative } = words;
        let after = match after {
            // Seconds as a float, the only ones in the whole request.
            Some(after) => {
                let number = Number::from_f64(after.to_std().as_secs_f64());
                Some(number.ok_or_else(|| self.range("fillerWords.after", "ToneWord.FirstSentenceTimeout"))?)
            }
            None => None,
        };
        let any = neutral.is_some() || positive.is_some() || negative.is_some();
        Ok(ToneWordInfo {
            first_sentence_timeout: after,
            zh_tone_words: any.then(|| ZhToneWords {
                neutral: neutral.clone(),
                positive: positive.clone(),
                negative: negative.clone(),
            }),
        })
    }

    /// Everything that was rendered, but for the functions' descriptions.
    fn words(&self, call: &mut CreateAiCall, words: Words) {
        let spec = &self.agent.spec;
        call.system_prompt = words.prompt;
        call.notify_message = words.reminder;
        call.welcome_message = words.welcome;
        let mut variables = Vec::new();
        if let Some(Welcome::Long(WelcomeOptions { mode, interruptible, delay, message: _ })) = &spec.welcome {
            call.welcome_type = mode.map(|mode| match mode {
                WelcomeMode::Message => 0,
                WelcomeMode::Generated => 1,
            });
            call.welcome_message_priority = interruptible.map(|yes| if yes { 0 } else { 2 });
            if let Some(delay) = delay {
                // Validation asks for whole seconds: nothing says that fractions are understood.
                let seconds = delay.as_millis().div_ceil(1000);
                variables.push(Variable::new("welcome-message-delay", seconds.to_string()));
            }
        }
        for (name, value) in words.dify_inputs {
            variables.push(Variable::new(format!("dify-inputs-{name}"), value));
        }
        if let Some(user) = words.dify_user {
            variables.push(Variable::new("dify-inputs-user", user));
        }
        if let Some(conversation) = words.dify_conversation_id {
            variables.push(Variable::new("dify-inputs-conversation_id", conversation));
        }
        let declared_empty = spec.provider_variables.as_ref().is_some_and(|all| all.is_empty());
        variables.extend(words.provider_variables.into_iter().map(|(key, value)| Variable::new(key, value)));
        call.variables = (!variables.is_empty() || declared_empty).then_some(variables);
        call.prompt_variables = spec
            .prompt_variables
            .is_some()
            .then(|| words.prompt_variables.into_iter().map(|(key, value)| Variable::new(key, value)).collect());
    }
}

/// As the API names a voice or a language: the model's types serialise to that.
fn api_name<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn json_text(members: &Map<String, Value>) -> Secret {
    Secret::new(Value::Object(members.clone()).to_string())
}
