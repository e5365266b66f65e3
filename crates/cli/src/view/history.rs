//! The history of a call, in words.

use callform_exec::ledger::{CallRecord, EventRecord, State};
use callform_exec::refusal::Again;
use callform_exec::status::Course;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::commands::state_words;

/// For a person.
pub(crate) fn lines(course: &Course) -> Vec<String> {
    let row = &course.row;
    let number = row.number.as_deref().map(|number| format!("  {number}")).unwrap_or_default();
    let since = super::moment(row.call.since, None);
    let mut lines =
        vec![format!("{}{number}  {}   {} since {since}", row.label(), course.campaign, state_words(row.call.state))];
    let mut attempt = None;
    for event in &course.events {
        if event.attempt != attempt {
            attempt = event.attempt;
            lines.push(format!("  attempt {}", attempt.map_or_else(String::new, |n| n.to_string())));
        }
        let at = event.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC");
        lines.push(format!("    {at}  {}   ({})", words(event), event.actor));
    }
    lines.extend(next(&row.call));
    lines
}

fn next(call: &CallRecord) -> Option<String> {
    let words = match call.state {
        State::Unknown => {
            "Nobody knows whether it rang, so that person is not phoned. callform refresh looks into the provider's \
             records;\nwhoever knows says so:  callform resolve KEY --placed SESSION, or --not-placed --reason TEXT"
        }
        State::NotPlacedInferred | State::ResolvedNotPlaced => "The next apply may place it.",
        _ => match call.again() {
            Again::NotBefore(at) => return Some(format!("It is not tried again before {}.", super::moment(at, None))),
            Again::NotInThisRun => {
                "Specs or account must change first. The next apply tries it again; the run that met it does not."
            }
            Again::AtOnce => return None,
        },
    };
    Some(words.to_owned())
}

fn words(event: &EventRecord) -> String {
    let detail = &event.detail[event.kind.as_str()];
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    let session = || match detail["session"].as_str() {
        Some(session) => format!(", session {session}"),
        None => String::new(),
    };
    let because = |reason: String| if reason.is_empty() { reason } else { format!(": {reason}") };
    match event.kind.as_str() {
        "intent" => "written down, before anything is sent".to_owned(),
        "sending" => "the request leaves".to_owned(),
        "placed" if detail["busy_until"].is_i64() => {
            format!(
                "placed after all{}: the provider's answer came late, and counts more than what was decided",
                session()
            )
        }
        "placed" => format!("placed{}", session()),
        "rejected" if text("code") == "callform.NotSent" => format!("not sent{}", because(text("reason"))),
        "rejected" if detail["permanent"] == true => format!("refused for good: {}", text("code")),
        "rejected" => format!("refused: {}", text("code")),
        "unknown" => {
            let code = detail["code"].as_str().map(|code| format!(", {code}")).unwrap_or_default();
            format!("unknown: {}{code}", text("reason"))
        }
        "evidence" if text("state") == "placed" => {
            format!("the provider's answer came after it was decided, and is kept: the phone rang{}", session())
        }
        "evidence" => {
            let code = detail["code"].as_str().map(|code| format!(", {code}")).unwrap_or_default();
            format!("an answer came after it was decided, and is kept: {}{}{code}", text("state"), session())
        }
        "over" => "no longer among the calls that go on".to_owned(),
        "outcome" => {
            let status = detail["status"].as_i64().map(|status| format!(" ({status})")).unwrap_or_default();
            format!("the call ended: {}{status}", super::spaced(&text("outcome")))
        }
        "suppressed" => format!("the number is never phoned again{}", because(text("reason"))),
        "examined" => {
            let sessions: Vec<&str> =
                detail["sessions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let sessions = if sessions.is_empty() { String::new() } else { format!(" ({})", sessions.join(", ")) };
            format!("the provider's records leave it open: {}{sessions}", text("finding"))
        }
        "resolved" => {
            let placed = if detail["placed"] == true { "placed" } else { "not placed" };
            let who = if detail["inferred"] == true { "decided by the provider's records" } else { "a person says" };
            format!("{who}: {placed}{}{}", session(), because(text("reason")))
        }
        other => other.to_owned(),
    }
}

/// For programs.
pub(crate) fn json(course: &Course) -> Value {
    json!({
        "campaign": course.campaign, "call": course.row.label(), "number": course.row.number,
        "state": course.row.call.state.name(), "since": course.row.call.since.to_string(),
        "session": course.row.session, "code": course.row.call.code,
        "notBefore": course.row.call.not_before().map(|at| at.to_string()),
        "events": course.events.iter().map(|event| json!({
            "position": event.position, "at": event.at.to_string(), "actor": event.actor, "attempt": event.attempt,
            "kind": event.kind, "detail": event.detail[event.kind.as_str()], "words": words(event),
        })).collect::<Vec<_>>(),
    })
}
