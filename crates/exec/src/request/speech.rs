//! Voices and recognition: VoiceType, CustomTTSConfig, CustomSTTConfig.

use callform_ccc::tts::{Azure, Custom, CustomTts, Extra, Minimax, Tencent, TtsError, Volcengine};
use callform_ccc::{CreateAiCall, Secret};
use callform_spec::model::{Stt, Tts};
use serde_json::{Map, Value};

use super::{Builder, RequestError, api_name, json_text};

impl Builder<'_> {
    pub(super) fn speech(&self, call: &mut CreateAiCall) -> Result<(), RequestError> {
        let spec = &self.agent.spec;
        call.voice_type = spec.voice.as_ref().map(api_name);
        call.custom_tts_config = spec.tts.as_ref().map(|tts| self.tts(tts)).transpose()?;
        call.custom_stt_config = spec.stt.as_ref().map(|stt| self.stt(stt)).transpose()?;
        Ok(())
    }

    fn tts(&self, tts: &Tts) -> Result<Secret, RequestError> {
        let config = self.vendor(tts)?;
        config.to_config().map_err(|error| RequestError::Tts { agent: self.agent.name.clone(), error })
    }

    fn vendor(&self, tts: &Tts) -> Result<CustomTts, RequestError> {
        let extra = |extra: &Option<Map<String, Value>>| Extra(extra.clone().unwrap_or_default());
        let text = |text: &Option<String>, field| text.clone().ok_or_else(|| self.missing(field));
        let integer = |number: Option<u32>| number.map(i64::from);
        if let Some(t) = &tts.tencent {
            let voice = t.voice_type.ok_or_else(|| self.missing("tts.tencent.voiceType"))?;
            return Ok(CustomTts::Tencent(Tencent {
                app_id: text(&t.app_id, "tts.tencent.appId")?,
                secret_id: self.secret(&t.secret_id, "tts.tencent.secretId")?,
                secret_key: self.secret(&t.secret_key, "tts.tencent.secretKey")?,
                voice_type: i64::try_from(voice)
                    .map_err(|_| self.range("tts.tencent.voiceType", "CustomTTSConfig.VoiceType"))?,
                speed: t.speed.clone(),
                volume: integer(t.volume),
                primary_language: integer(t.primary_language),
                fast_voice_type: t.fast_voice_type.clone(),
                extra: extra(&t.extra),
            }));
        }
        if let Some(t) = &tts.minimax {
            return Ok(CustomTts::Minimax(Minimax {
                model: text(&t.model, "tts.minimax.model")?,
                api_url: text(&t.url, "tts.minimax.url")?,
                api_key: self.secret(&t.api_key, "tts.minimax.apiKey")?,
                group_id: t.group_id.clone(),
                voice_type: t.voice_type.clone(),
                speed: t.speed.clone(),
                extra: extra(&t.extra),
            }));
        }
        if let Some(t) = &tts.volcengine {
            return Ok(CustomTts::Volcengine(Volcengine {
                app_id: text(&t.app_id, "tts.volcengine.appId")?,
                token: self.secret(&t.token, "tts.volcengine.token")?,
                speed: t.speed.clone(),
                volume: t.volume.clone(),
                cluster: t.cluster.clone(),
                voice_type: t.voice_type.clone(),
                extra: extra(&t.extra),
            }));
        }
        if let Some(t) = &tts.azure {
            return Ok(CustomTts::Azure(Azure {
                subscription_key: self.secret(&t.subscription_key, "tts.azure.subscriptionKey")?,
                region: text(&t.region, "tts.azure.region")?,
                voice_name: text(&t.voice_name, "tts.azure.voiceName")?,
                language: text(&t.language, "tts.azure.language")?,
                rate: t.rate.clone(),
                extra: extra(&t.extra),
            }));
        }
        let t = tts.custom.as_ref().ok_or_else(|| self.missing("tts"))?;
        Ok(CustomTts::Custom(Custom {
            api_key: self.secret(&t.api_key, "tts.custom.apiKey")?,
            api_url: text(&t.url, "tts.custom.url")?,
            audio_format: t.audio_format.map(|format| format.name().to_owned()),
            sample_rate: integer(t.sample_rate),
            audio_channel: integer(t.audio_channel),
            extra: extra(&t.extra),
        }))
    }

    /// `CustomSTTConfig`; the members are those of the provider's only example.
    fn stt(&self, stt: &Stt) -> Result<Secret, RequestError> {
        let trtc = stt.trtc.as_ref().ok_or_else(|| self.missing("stt"))?;
        let secret_id = self.secret(&trtc.secret_id, "stt.trtc.secretId")?;
        let secret_key = self.secret(&trtc.secret_key, "stt.trtc.secretKey")?;
        let app_id = trtc.app_id.as_deref().ok_or_else(|| self.missing("stt.trtc.appId"))?;
        let mut members = Map::new();
        for (name, value) in [
            ("STTType", "trtc"),
            ("AppId", app_id),
            ("SecretId", secret_id.expose()),
            ("SecretKey", secret_key.expose()),
        ] {
            members.insert(name.to_owned(), value.into());
        }
        for (member, value) in trtc.extra.iter().flatten() {
            // An account that is not the one in the plan must not be what is sent.
            if members.insert(member.clone(), value.clone()).is_some() {
                let error = TtsError::Repeated { member: member.clone() };
                return Err(RequestError::Tts { agent: self.agent.name.clone(), error });
            }
        }
        Ok(json_text(&members))
    }
}
