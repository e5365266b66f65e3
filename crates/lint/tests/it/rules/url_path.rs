use crate::support::{agent_with, codes, mended};

const AGENT: &str = "agents/checkup.yaml";

fn llm(protocol: &str, url: &str) -> String {
    format!("llm:\n  {protocol}:\n    model: m\n    url: {url}\n    apiKey: ${{env:K}}\n")
}

fn speech(url: &str) -> String {
    agent_with(&format!(
        "tts:\n  minimax:\n    model: speech-01-turbo\n    url: {url}\n    apiKey: ${{env:K}}\n    voiceType: female-tianmei\n"
    ))
}

#[test]
fn a_base_and_a_whole_address_are_both_right() {
    for (protocol, url, expected) in [
        ("openai", "https://api.openai.com/v1", &[][..]),
        ("openai", "https://api.openai.com/v1/", &[]),
        ("openai", "https://api.openai.com/v1/chat/completions", &[]),
        ("openai", "https://api.openai.com/", &["CF033"]),
        ("openai", "https://api.openai.com/v1/completions", &["CF033"]),
        ("openai", "https://gateway.example.com/openai/v1/responses", &["CF033"]),
        ("openai", "https://gateway.example.com/v1/embeddings", &["CF033"]),
        ("openai", "https://gateway.example.com/v1/models/", &["CF033"]),
        ("openai", "https://gateway.example.com/v1/messages", &["CF033"]),
        ("openai", "https://gateway.example.com/v1beta/models/m:streamGenerateContent?alt=sse", &["CF033"]),
        ("openai", "https://gateway.example.com/v1beta/openai/", &[]),
        ("openai", "https://dify.example.com/v1/chat-messages", &["CF033"]),
        // What stands at the root of an unknown host is not known.
        ("openai", "https://gateway.example.com", &[]),
        // DeepSeek answers at its root too.
        ("openai", "https://api.deepseek.com", &[]),
        ("minimax", "https://api.minimax.chat/v1", &[]),
        ("minimax", "https://api.minimax.chat/v1/text/chatcompletion_v2", &[]),
        ("minimax", "https://api.minimax.chat", &["CF033"]),
        ("minimax", "https://api.minimax.chat/v1/t2a_v2", &["CF033"]),
        ("azure", "https://desk.openai.azure.com/?api-version=2024-10-21", &[]),
        ("azure", "https://desk.openai.azure.com/openai/deployments/m?api-version=2024-10-21", &["CF033"]),
        ("azure", "https://desk.openai.azure.com/openai/v1?api-version=preview", &["CF033"]),
    ] {
        assert_eq!(codes(&[(AGENT, &llm(protocol, url))]), expected, "{protocol} {url}");
    }
}

#[test]
fn dify_talks_to_chat_messages() {
    for (url, expected) in [
        ("https://api.dify.ai/v1", &[][..]),
        ("https://api.dify.ai/v1/chat-messages", &[]),
        ("https://dify.example.com", &[]),
        ("https://api.dify.ai/", &["CF033"]),
        ("https://dify.example.com/v1/workflows/run", &["CF033"]),
        ("https://dify.example.com/v1/chat/completions", &["CF033"]),
        // One cause, told once.
        ("https://api.openai.com/v1/chat/completions", &["CF031"]),
    ] {
        let yaml = format!(
            "kind: Agent\nname: checkup\nvoice: ZhiXi\nlimits:\n  ring: 45s\n  call: 5m\nllm:\n  dify:\n    url: {url}\n    apiKey: ${{env:K}}\n"
        );
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{url}");
    }
}

#[test]
fn an_address_of_speech_is_the_whole_one() {
    for (url, expected) in [
        ("https://api.minimax.chat/v1/t2a_v2", &[][..]),
        ("https://voice.example.com/say", &[]),
        ("https://api.minimax.chat/v1", &["CF033"]),
    ] {
        assert_eq!(codes(&[(AGENT, &speech(url))]), expected, "{url}");
    }
}

#[test]
fn what_is_missing_is_appended() {
    for (yaml, url) in [
        (llm("openai", "https://api.openai.com/ # mini"), "url: https://api.openai.com/v1 # mini\n"),
        (llm("minimax", "\"https://api.minimax.chat\""), "url: \"https://api.minimax.chat/v1\"\n"),
        (speech("https://api.minimax.chat/v1/"), "url: https://api.minimax.chat/v1/t2a_v2\n"),
    ] {
        let text = mended(&[(AGENT, &yaml)], AGENT);
        assert!(text.contains(url), "{text}");
        assert_eq!(codes(&[(AGENT, &text)]), [""; 0]);
    }
}

#[test]
fn a_service_of_ones_own_is_not_that_of_a_vendor_who_has_a_protocol_of_its_own() {
    for (url, expected) in [
        ("https://voice.example.com/api/v1/tts/stream", &[][..]),
        ("https://api.minimax.io/v1/t2a_v2", &["CF033"]),
        ("https://westeurope.tts.speech.microsoft.com/cognitiveservices/v1", &["CF033"]),
        ("https://chinanorth3.tts.speech.azure.cn/cognitiveservices/v1", &["CF033"]),
        ("https://gateway.example.com/v1/chat/completions", &["CF033"]),
    ] {
        let yaml = agent_with(&format!("tts:\n  custom:\n    url: {url}\n    apiKey: ${{env:K}}\n"));
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{url}");
    }
}
