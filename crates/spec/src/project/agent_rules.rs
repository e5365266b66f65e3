//! Agents: what the schema cannot say about them.

use std::collections::BTreeMap;

use super::agent::keys;
use super::context::Context;
use super::provider;
use crate::diagnostic::Diagnostic;
use crate::model::{self, API_DURATIONS, Dialect, Duration, Welcome};
use crate::yaml::{Node, Segment};

/// Checks an agent's document.
pub(super) fn check(spec: &model::Agent, node: &Node, dialect: Dialect, context: &mut Context<'_>) {
    ranges(spec, node, context);
    if dialect == Dialect::Intl {
        china_only(spec, node, context);
    }
    addresses(spec, node, context);
    extractions(spec, node, context);
    welcome(spec, node, context);
}

/// Durations have bounds that a schema cannot say.
fn ranges(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    let silence = spec.silence.clone().unwrap_or_default();
    let limits = spec.limits.clone().unwrap_or_default();
    let vad = spec.vad.as_ref().and_then(|v| v.silence);
    let interruption = spec.interruption.as_ref().and_then(|i| i.after);
    let filler = spec.filler_words.as_ref().and_then(|f| f.after);
    let delay = match &spec.welcome {
        Some(Welcome::Long(options)) => options.delay,
        _ => None,
    };
    // In the order of the table.
    let given = [
        silence.remind_after,
        silence.hang_up_after,
        vad,
        interruption,
        filler,
        limits.call,
        limits.ring,
        limits.queue,
        delay,
    ];
    for (bounds, given) in API_DURATIONS.iter().zip(given) {
        let Some(given) = given else { continue };
        let (name, at) = (bounds.path.join("."), node.place(&keys(bounds.path)));
        let (least, most) = (Duration::from_millis(bounds.least), Duration::from_millis(bounds.most));
        if given < least || given > most {
            context.push(Diagnostic::error(
                "E0108",
                format!("`{name}` is out of range"),
                at,
                format!("from {least} to {most}"),
            ));
        } else if bounds.seconds && given.whole_seconds().is_none() {
            context.push(Diagnostic::error(
                "E0108",
                format!("`{name}` is told in whole seconds"),
                at,
                "not whole seconds",
            ));
        }
    }
}

/// Parameters that only one site knows.
fn china_only(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    let to_agent = spec.functions.as_ref().is_some_and(|f| f.transfer_to_agent.is_some());
    let queue = spec.limits.as_ref().is_some_and(|l| l.queue.is_some());
    let all: [(&[&str], bool, &str); 3] = [
        (&["stt"], spec.stt.is_some(), "CustomSTTConfig"),
        (&["functions", "transferToAgent"], to_agent, "TransferToAgentEnable"),
        (&["limits", "queue"], queue, "AcquireTimeoutSecond"),
    ];
    for (path, set, parameter) in all {
        if set {
            let message = format!("`{}` is known on the China site only", path.join("."));
            context.push(
                Diagnostic::error(
                    "E0135",
                    message,
                    node.place(&keys(path)),
                    format!("{parameter} is refused by this site"),
                )
                .help("remove it, or put it into the environment that calls through `site: china`"),
            );
        }
    }
}

/// Addresses that a key travels to.
fn addresses(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    let llm = spec.llm.as_ref().and_then(|l| Some(("llm", l.protocol()?, l.url()?)));
    let tts = spec.tts.as_ref().and_then(|t| {
        let url = t.minimax.as_ref().map(|m| &m.url).or(t.custom.as_ref().map(|c| &c.url));
        Some(("tts", t.vendor()?, url?.as_deref()?))
    });
    for (group, vendor, url) in llm.into_iter().chain(tts) {
        let path = [group, vendor, "url"];
        let at = node.place(&keys(&path));
        if url.starts_with("http://") && !provider::is_loopback(url) {
            context.push(provider::plain_http(&path.join("."), at));
        }
        if url.split('/').nth(2).is_some_and(|authority| authority.contains('@')) {
            context.redact(at);
            context.push(
                Diagnostic::error(
                    "E0109",
                    format!("`{}` holds a name and password", path.join(".")),
                    at,
                    "a secret in a URL",
                )
                .help("the key belongs into `apiKey`, as a reference"),
            );
        }
    }
}

fn welcome(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    if let Some(Welcome::Long(options)) = &spec.welcome
        && options.mode == Some(model::WelcomeMode::Generated)
        && options.message.as_deref().is_some_and(|m| !m.is_empty())
    {
        let at = node.place(&keys(&["welcome", "message"]));
        context.push(
            Diagnostic::error("E0137", "`welcome.message` is not said with `mode: generated`", at, "never said")
                .related(node.place(&keys(&["welcome", "mode"])), "the model makes the words itself")
                .help("remove one of the two"),
        );
    }
}

fn extractions(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, extract) in spec.extract.iter().flatten().enumerate() {
        let path = |field: &str| vec![Segment::Key("extract".into()), Segment::Index(i), Segment::Key(field.into())];
        if let Some(name) = extract.name.as_deref() {
            if let Some(first) = seen.get(name) {
                let first = vec![Segment::Key("extract".into()), Segment::Index(*first), Segment::Key("name".into())];
                context.push(
                    Diagnostic::error(
                        "E0136",
                        format!("two extractions are called `{name}`"),
                        node.place(&path("name")),
                        "and here",
                    )
                    .related(node.place(&first), "called so here")
                    .help("InfoName must be unique"),
                );
            }
            seen.entry(name).or_insert(i);
        }
        let item = [Segment::Key("extract".into()), Segment::Index(i)];
        if node.at(&item).is_some_and(|(item, _)| item.holds_invalid()) {
            continue;
        }
        if extract.kind == Some(model::ExtractType::Selector) && extract.choices.is_none() {
            context.push(
                Diagnostic::error(
                    "E0136",
                    "a selector needs `choices`",
                    node.place(&path("type")),
                    "chooses from what?",
                )
                .help("list its values under `choices:`"),
            );
        } else if extract.choices.is_some() && extract.kind.is_some_and(|k| k != model::ExtractType::Selector) {
            context.push(
                Diagnostic::error(
                    "E0136",
                    "`choices` belong to a selector",
                    node.place(&path("choices")),
                    "has no effect",
                )
                .help("write `type: selector`, or remove them"),
            );
        }
    }
}
