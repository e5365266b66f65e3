use callform_spec::diagnostic::{Diagnostic, Severity};

use super::llm_url_of_another_protocol::speaks;
use super::{Check, rule};
use crate::inspect::{AgentView, Vendor};

rule! {
    /// ## What it does
    ///
    /// Finds a model at the address of a vendor that does not serve it.
    ///
    /// ## Why it is bad
    ///
    /// The vendor answers that it knows no such model: the phone rings, the callee answers, and nobody speaks. The
    /// provider's documentation has this slip itself, with `deepseek-chat` as the example for Minimax.
    ///
    /// Only hosts of the vendors themselves and names that tell their vendor are judged (`gpt-`, `deepseek-`,
    /// `hunyuan-`, `abab`, and `speech-`, which is a voice). An Azure deployment may be called anything.
    code: "CF032",
    name: "llm-model-of-another-vendor",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  minimax:
    model: deepseek-chat
    url: https://api.minimax.chat/v1
    apiKey: ${env:MINIMAX_API_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: deepseek-chat
    url: https://api.deepseek.com/v1
    apiKey: ${env:DEEPSEEK_API_KEY}
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    if let Some(llm) = &spec.llm
        && let Some(protocol) = llm.protocol()
        && let Some(model) = llm.chat().and_then(|c| c.model.as_deref())
        && let Some(url) = llm.url()
        && let Some(vendor) = Vendor::of_url(url)
        // An address of another protocol is CF031's, and says nothing about the model.
        && speaks(vendor, url, protocol)
        && let Some(what) = mismatch(model, vendor)
    {
        found.push(finding(view, ["llm", protocol], what, vendor));
    }
    if let Some(minimax) = spec.tts.as_ref().and_then(|t| t.minimax.as_ref())
        && minimax.url.as_deref().and_then(Vendor::of_url) == Some(Vendor::Minimax)
        && let Some(model) = minimax.model.as_deref()
        && let Some(maker) = maker(model)
        && maker != Maker::Voice
    {
        found.push(finding(view, ["tts", "minimax"], "a model that writes, not one that speaks", Vendor::Minimax));
    }
}

fn finding(view: &AgentView<'_>, at: [&str; 2], what: &str, vendor: Vendor) -> Diagnostic {
    RULE.finding(
        format!("{} does not serve this model here", vendor.name()),
        view.place(&[at[0], at[1], "model"]),
        what,
    )
    .related(view.place(&[at[0], at[1], "url"]), format!("an address of {}", vendor.name()))
    .help("write a model that is served there, or the address of the one who serves it")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    Writer(Vendor),
    Voice,
}

fn maker(model: &str) -> Option<Maker> {
    let model = model.to_lowercase();
    let makers = [
        ("gpt-", Maker::Writer(Vendor::OpenAi)),
        ("deepseek-", Maker::Writer(Vendor::DeepSeek)),
        ("hunyuan-", Maker::Writer(Vendor::Hunyuan)),
        ("abab", Maker::Writer(Vendor::Minimax)),
        ("speech-", Maker::Voice),
    ];
    makers.into_iter().find_map(|(start, maker)| model.starts_with(start).then_some(maker))
}

fn mismatch(model: &str, vendor: Vendor) -> Option<&'static str> {
    // The name of a deployment says nothing, and Dify's is not looked at.
    if matches!(vendor, Vendor::Azure | Vendor::Dify) {
        return None;
    }
    if matches!(vendor, Vendor::OpenAi | Vendor::DeepSeek)
        && let Some(what) = served_elsewhere(model)
    {
        return Some(what);
    }
    match maker(model)? {
        Maker::Voice => Some("a model that speaks, not one that writes"),
        Maker::Writer(maker) if maker == vendor => None,
        Maker::Writer(Vendor::OpenAi) => Some("a model of OpenAI"),
        // Tencent serves other vendors' open models too.
        Maker::Writer(Vendor::DeepSeek) if vendor == Vendor::Hunyuan => None,
        Maker::Writer(Vendor::DeepSeek) => Some("a model of DeepSeek"),
        Maker::Writer(Vendor::Hunyuan) => Some("a model of Hunyuan"),
        Maker::Writer(_) => Some("a model of Minimax"),
    }
}

/// What neither OpenAI nor DeepSeek serves where chats are asked for.
fn served_elsewhere(model: &str) -> Option<&'static str> {
    let model = model.to_lowercase();
    let starts = [
        ("claude-", "a model of Anthropic"),
        ("gemini-", "a model of Google"),
        ("qwen", "a model of Alibaba"),
        ("llama-", "a model of Meta"),
        ("whisper-", "a model that listens, not one that writes"),
        ("tts-", "a model that speaks, not one that writes"),
        ("text-embedding-", "a model that makes vectors, not one that writes"),
    ];
    let realtime = (model.starts_with("gpt-") && model.contains("-realtime"))
        .then_some("a model for sessions of its own kind, not for chats");
    realtime.or_else(|| starts.into_iter().find_map(|(start, what)| model.starts_with(start).then_some(what)))
}
