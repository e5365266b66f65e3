use callform_spec::diagnostic::{Diagnostic, Fix, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Vendor, host_of, path_of, replaced};

rule! {
    /// ## What it does
    ///
    /// Finds addresses of models and voices whose path lacks something, or leads to something else.
    ///
    /// ## Why it is bad
    ///
    /// The provider appends what is asked for: `/chat/completions` to a base such as `https://api.openai.com/v1/`,
    /// the deployment's path to an Azure resource. An address of Minimax speech is the whole one, with `/t2a_v2`. Where
    /// the path is another one, every request is answered "not found": the phone rings, the callee answers, and nobody
    /// speaks.
    ///
    /// Paths of unknown hosts are judged only where they end in another endpoint, of the same protocol or of another. An
    /// address that ends in `/chat/completions` already is taken as it is.
    ///
    /// `tts.custom` has a protocol of its own, which a service of yours speaks: text in, sound out in pieces. The addresses
    /// of Minimax and Azure speech belong under `tts.minimax` and `tts.azure`.
    code: "CF033",
    name: "url-path",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com
    apiKey: ${env:OPENAI_API_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1
    apiKey: ${env:OPENAI_API_KEY}
")],
    check: Check::Agent(check),
}

/// What is wrong with a path, and what to do.
struct Fault {
    what: &'static str,
    help: &'static str,
    /// What belongs behind the host, where that is all that is missing.
    append: Option<&'static str>,
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    let llm = spec.llm.as_ref().and_then(|l| Some((["llm", l.protocol()?, "url"], l.url()?)));
    let tts = spec.tts.as_ref();
    let minimax_voice = tts.and_then(|t| Some((["tts", "minimax", "url"], t.minimax.as_ref()?.url.as_deref()?)));
    let custom_voice = tts.and_then(|t| Some((["tts", "custom", "url"], t.custom.as_ref()?.url.as_deref()?)));
    for (path, url) in llm.into_iter().chain(minimax_voice).chain(custom_voice) {
        let vendor = Vendor::of_url(url);
        let fault = match path {
            ["tts", "custom", _] => custom(url),
            ["tts", ..] => speech(url, vendor),
            [_, "openai", _] => openai(url, vendor),
            [_, "minimax", _] => minimax(url, vendor),
            [_, "azure", _] => azure(url, vendor),
            _ => dify(url, vendor),
        };
        let Some(fault) = fault else { continue };
        let place = view.place(&path);
        let mut finding =
            RULE.finding(format!("`{}` leads to the wrong place", path.join(".")), place, fault.what).help(fault.help);
        if let Some(append) = fault.append {
            let mended = format!("{}{append}", url.trim_end_matches('/'));
            let edits = replaced(view.sources, place, url, &mended);
            if edits.len() == 1 && !url.contains(['?', '#']) {
                finding = finding.fix(Fix { title: format!("append `{append}`"), edits, safe: true });
            }
        }
        found.push(finding);
    }
}

const LACKS_V1: &str = "lacks `/v1`";
const APPEND_V1: &str = "append `/v1`";

const CHAT: &str = "/chat/completions";
/// Endpoints of OpenAI's protocol behind which nothing can be appended.
const NO_CHAT: [&str; 4] = ["/responses", "/embeddings", "/models", "/audio/speech"];
/// Those of Anthropic, Gemini and Dify.
const OTHER_PROTOCOLS: [&str; 4] = ["/v1/messages", ":generateContent", ":streamGenerateContent", "/chat-messages"];

fn openai(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if vendor == Some(Vendor::OpenAi) && path.is_empty() {
        return Some(Fault { what: LACKS_V1, help: APPEND_V1, append: Some("/v1") });
    }
    let help = "write the base, which ends in `/v1`: `/chat/completions` is appended";
    if OTHER_PROTOCOLS.iter().any(|end| path.ends_with(end)) {
        return Some(Fault { what: "an endpoint of another protocol", help, append: None });
    }
    let other = (path.ends_with("/completions") && !path.ends_with(CHAT)) || NO_CHAT.iter().any(|e| path.ends_with(e));
    other.then_some(Fault { what: "an endpoint that takes no chat", help, append: None })
}

fn minimax(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if vendor == Some(Vendor::Minimax) && path.is_empty() {
        return Some(Fault { what: LACKS_V1, help: APPEND_V1, append: Some("/v1") });
    }
    path.ends_with("/t2a_v2").then_some(Fault {
        what: "the address of the voice, not of the model",
        help: "write the base, which ends in `/v1`",
        append: None,
    })
}

fn azure(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if path.contains("/openai/deployments") {
        return Some(Fault {
            what: "the path of a deployment, which is appended anyway",
            help: "write `https://RESOURCE.openai.azure.com?api-version=VERSION`, and the deployment's name as `model`",
            append: None,
        });
    }
    // Without a version it is CF011 that says so.
    let with_version = url.contains("api-version=") && vendor == Some(Vendor::Azure);
    (with_version && path.starts_with("/openai/v1")).then_some(Fault {
        what: "the base for OpenAI's protocol, to which no deployment is appended",
        help: "move it under `llm.openai`, or write `https://RESOURCE.openai.azure.com?api-version=VERSION`",
        append: None,
    })
}

fn dify(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if vendor == Some(Vendor::Dify) && path.is_empty() {
        return Some(Fault { what: LACKS_V1, help: APPEND_V1, append: Some("/v1") });
    }
    let another_vendors = vendor.is_some_and(|v| v != Vendor::Dify);
    if path.ends_with(CHAT) && !another_vendors {
        return Some(Fault {
            what: "an endpoint of OpenAI's protocol",
            help: "write the base of the Dify service, which ends in `/v1`: a call talks to `/chat-messages`",
            append: None,
        });
    }
    (path.ends_with("/workflows/run") || path.ends_with("/completion-messages")).then_some(Fault {
        what: "an endpoint that holds no conversation",
        help: "write the base, which ends in `/v1`: a call talks to `/chat-messages`",
        append: None,
    })
}

fn speech(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if vendor != Some(Vendor::Minimax) || path.ends_with("/t2a_v2") {
        return None;
    }
    let append = match path {
        "" => Some("/v1/t2a_v2"),
        "/v1" => Some("/t2a_v2"),
        _ => None,
    };
    Some(Fault { what: "lacks `/t2a_v2`", help: "write the whole address, which ends in `/v1/t2a_v2`", append })
}

/// A voice's service of one's own.
fn custom(url: &str) -> Option<Fault> {
    let host = host_of(url)?;
    let (what, help) = if Vendor::of_host(&host) == Some(Vendor::Minimax) {
        ("Minimax, which speaks a protocol of its own", "move it under `tts.minimax`")
    } else if AZURE_SPEECH.iter().any(|domain| host.ends_with(domain)) {
        (
            "Azure speech, which speaks a protocol of its own",
            "move it under `tts.azure`, which needs its region and no address",
        )
    } else if path_of(url).ends_with(CHAT) {
        ("an endpoint of a language model", "write the address of the service that speaks")
    } else {
        return None;
    };
    Some(Fault { what, help, append: None })
}

/// Of its resources all over the world, and in China.
const AZURE_SPEECH: [&str; 2] = [".tts.speech.microsoft.com", ".tts.speech.azure.cn"];
