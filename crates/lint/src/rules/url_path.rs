use callform_spec::diagnostic::{Diagnostic, Fix, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Vendor, path_of, replaced};

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
    /// Paths of unknown hosts are judged only where they end in another endpoint of the same protocol. An address that
    /// ends in `/chat/completions` already is taken as it is.
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
    let tts = spec.tts.as_ref().and_then(|t| Some((["tts", "minimax", "url"], t.minimax.as_ref()?.url.as_deref()?)));
    for (path, url) in llm.into_iter().chain(tts) {
        let vendor = Vendor::of_url(url);
        let fault = match path {
            ["tts", ..] => speech(url, vendor),
            [_, "openai", _] => openai(url, vendor),
            [_, "minimax", _] => minimax(url, vendor),
            [_, "azure", _] => azure(url),
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

fn openai(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if vendor == Some(Vendor::OpenAi) && path.is_empty() {
        return Some(Fault { what: LACKS_V1, help: APPEND_V1, append: Some("/v1") });
    }
    let other =
        (path.ends_with("/completions") && !path.ends_with("/chat/completions")) || path.ends_with("/responses");
    other.then_some(Fault {
        what: "an endpoint that takes no chat",
        help: "write the base, which ends in `/v1`: `/chat/completions` is appended",
        append: None,
    })
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

fn azure(url: &str) -> Option<Fault> {
    path_of(url).contains("/openai/deployments").then_some(Fault {
        what: "the path of a deployment, which is appended anyway",
        help: "write `https://RESOURCE.openai.azure.com?api-version=VERSION`, and the deployment's name as `model`",
        append: None,
    })
}

fn dify(url: &str, vendor: Option<Vendor>) -> Option<Fault> {
    let path = path_of(url);
    if vendor == Some(Vendor::Dify) && path.is_empty() {
        return Some(Fault { what: LACKS_V1, help: APPEND_V1, append: Some("/v1") });
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
