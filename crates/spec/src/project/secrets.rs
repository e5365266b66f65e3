//! Which secret travels where.

use std::collections::BTreeMap;

use super::context::Context;
use super::provider::host_of;
use crate::diagnostic::Diagnostic;
use crate::model::{Agent, SecretRef};
use crate::yaml::{Node, Segment, Yaml};

/// A secret that travels to a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretUse {
    /// The secret.
    pub secret: SecretRef,
    /// The host that gets it.
    pub host: String,
    /// The field that sends it: `checkup: llm.openai.apiKey`.
    pub field: String,
}

/// Secrets of an agent with the host that gets each and the path of its field.
pub(super) fn of_agent(agent: &Agent) -> Vec<(&SecretRef, String, Vec<Segment>)> {
    let mut found = Vec::new();
    macro_rules! secret {
        ($secret:expr, $host:expr, $($path:expr),+) => {
            if let Some(secret) = &$secret {
                found.push((secret, $host, vec![$(Segment::Key($path.to_owned())),+]));
            }
        };
    }
    let url_host = |url: &Option<String>| url.as_deref().and_then(host_of).unwrap_or_default();
    if let Some(llm) = &agent.llm {
        for (name, model) in [("openai", &llm.openai), ("azure", &llm.azure), ("minimax", &llm.minimax)] {
            if let Some(model) = model {
                secret!(model.api_key, url_host(&model.url), "llm", name, "apiKey");
            }
        }
        if let Some(dify) = &llm.dify {
            secret!(dify.api_key, url_host(&dify.url), "llm", "dify", "apiKey");
        }
    }
    // Vendors whose address the provider knows are named by the vendor's own domain.
    if let Some(tts) = &agent.tts {
        if let Some(t) = &tts.tencent {
            secret!(t.secret_id, "tts.tencentcloudapi.com".into(), "tts", "tencent", "secretId");
            secret!(t.secret_key, "tts.tencentcloudapi.com".into(), "tts", "tencent", "secretKey");
        }
        if let Some(t) = &tts.minimax {
            secret!(t.api_key, url_host(&t.url), "tts", "minimax", "apiKey");
        }
        if let Some(t) = &tts.volcengine {
            secret!(t.token, "openspeech.bytedance.com".into(), "tts", "volcengine", "token");
        }
        if let Some(t) = &tts.azure {
            let region = t.region.as_deref().unwrap_or_default();
            let domain = if region.starts_with("china") { "azure.cn" } else { "microsoft.com" };
            secret!(t.subscription_key, format!("{region}.tts.speech.{domain}"), "tts", "azure", "subscriptionKey");
        }
        if let Some(t) = &tts.custom {
            secret!(t.api_key, url_host(&t.url), "tts", "custom", "apiKey");
        }
    }
    if let Some(t) = agent.stt.as_ref().and_then(|s| s.trtc.as_ref()) {
        secret!(t.secret_id, "trtc.tencentcloudapi.com".into(), "stt", "trtc", "secretId");
        secret!(t.secret_key, "trtc.tencentcloudapi.com".into(), "stt", "trtc", "secretKey");
    }
    found
}

/// Where each secret goes. Every one stays with the hosts that the project binds it to.
pub(super) fn check(
    agent_name: &str,
    agent: &Agent,
    node: &Node,
    bound: &BTreeMap<String, Vec<String>>,
    context: &mut Context<'_>,
) -> Vec<SecretUse> {
    let mut uses = Vec::new();
    for (secret, host, path) in of_agent(agent) {
        if let Some(hosts) = bound.get(secret.name())
            && !hosts.iter().any(|h| h.eq_ignore_ascii_case(&host))
            // Where it would travel is told wrongly or not at all, which was reported.
            && !(host.is_empty() && address_is_unknown(node, &path))
        {
            context.push(
                Diagnostic::error(
                    "E0123",
                    format!("`{}` may not travel to `{host}`", secret.name()),
                    node.place(&path),
                    format!("sent to `{host}`"),
                )
                .help(format!("`secrets` of the project binds it to {}", hosts.join(", ")))
                .help("add the host there if this is meant; a reviewer sees it"),
            );
        }
        let field = crate::schema::dotted(&path);
        uses.push(SecretUse { secret: secret.clone(), host, field: format!("{agent_name}: {field}") });
    }
    uses
}

/// Whether the address beside a key is not there, or was reported.
fn address_is_unknown(node: &Node, key: &[Segment]) -> bool {
    let Some((_, vendor)) = key.split_last() else { return false };
    node.at(vendor).is_none_or(|(vendor, _)| vendor.get("url").is_none_or(|url| url.value == Yaml::Invalid))
}
