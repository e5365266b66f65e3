use crate::support::{agent_with, codes};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn names_that_tell_their_vendor_are_judged_at_hosts_that_are_known() {
    for (protocol, model, url, expected) in [
        ("openai", "gpt-4o-mini", "https://api.deepseek.com/v1", &["CF032"][..]),
        ("openai", "deepseek-chat", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "hunyuan-turbo", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "abab6.5s-chat", "https://api.hunyuan.cloud.tencent.com/v1", &["CF032"]),
        ("minimax", "GPT-4o", "https://api.minimax.chat/v1", &["CF032"]),
        ("minimax", "speech-01-turbo", "https://api.minimax.chat/v1", &["CF032"]),
        ("openai", "claude-sonnet-4-5", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "gemini-2.5-flash", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "qwen-plus", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "llama-3.3-70b", "https://api.deepseek.com/v1", &["CF032"]),
        ("openai", "whisper-1", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "tts-1", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "text-embedding-3-small", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "gpt-4o-realtime-preview", "https://api.openai.com/v1", &["CF032"]),
        ("openai", "gpt-4o-audio-preview", "https://api.openai.com/v1", &[]),
        ("openai", "qwen-plus", "https://api.hunyuan.cloud.tencent.com/v1", &[]),
        ("openai", "hunyuan-turbo", "https://api.hunyuan.cloud.tencent.com/v1", &[]),
        ("openai", "deepseek-v3", "https://api.hunyuan.cloud.tencent.com/v1", &[]),
        ("openai", "abab6.5s-chat", "https://api.minimax.io/v1", &[]),
        ("openai", "o3-mini", "https://api.deepseek.com/v1", &[]),
        ("openai", "ft:gpt-4o:clinic", "https://api.openai.com/v1", &[]),
        ("minimax", "MiniMax-Text-01", "https://api.minimax.chat/v1", &[]),
        // The address alone is wrong.
        ("minimax", "abab6.5s-chat", "https://api.openai.com/v1", &["CF031"]),
        ("minimax", "deepseek-chat", "https://api.deepseek.com/v1", &["CF031"]),
        // A gateway routes by names, and a deployment may be called anything.
        ("openai", "deepseek-chat", "https://gateway.example.com/v1", &[]),
        ("azure", "deepseek-chat", "https://desk.openai.azure.com?api-version=2024-10-21", &[]),
    ] {
        let yaml = format!("llm:\n  {protocol}:\n    model: {model}\n    url: {url}\n    apiKey: ${{env:K}}\n");
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{protocol} {model} {url}");
    }
}

#[test]
fn a_model_that_writes_is_no_voice() {
    for (model, expected) in [("abab6.5s-chat", &["CF032"][..]), ("speech-2.8-turbo", &[]), ("my-voice", &[])] {
        let yaml = agent_with(&format!(
            "tts:\n  minimax:\n    model: {model}\n    url: https://api.minimax.chat/v1/t2a_v2\n    apiKey: ${{env:K}}\n    voiceType: female-tianmei\n"
        ));
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{model}");
    }
}
