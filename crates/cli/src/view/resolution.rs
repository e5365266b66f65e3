//! What the provider's records said about unknown calls.

use callform_ccc::SessionId;
use callform_exec::evidence::Why;
use callform_exec::resolve::{Entry, Outcome, ReadBack, Report};
use serde_json::{Value, json};

use super::{count, moment};

/// Calls that a person is shown; all are in the ledger.
const SHOWN: usize = 50;

/// For a person; empty if no call was unknown.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    if report.entries.is_empty() {
        return Vec::new();
    }
    let were = count(report.entries.len() as u64, "call was unknown", "calls were unknown");
    let mut lines = vec![match &report.trouble {
        None => format!("{were}. The provider's records say:"),
        Some(trouble) => format!("{were}. The provider's records could not be read to their end: {trouble}"),
    }];
    lines.extend(report.entries.iter().take(SHOWN).map(line));
    if report.entries.len() > SHOWN {
        let more = super::number((report.entries.len() - SHOWN) as u64);
        lines.push(format!("  and {more} more: `callform status --calls` lists all of them"));
    }
    match report.open() {
        0 => {}
        1 => lines.push("1 stays unknown and is not phoned.  callform why KEY tells more".to_owned()),
        open => {
            lines.push(format!("{} stay unknown and are not phoned.  callform why KEY tells more", super::number(open)))
        }
    }
    lines
}

fn line(entry: &Entry) -> String {
    let (sign, words) = match &entry.outcome {
        Outcome::Placed(session) => ("=", format!("placed, session {}", session.normalized())),
        Outcome::NotPlaced => ("+", "not placed: it may be placed again".to_owned()),
        Outcome::Open { why, sessions } => ("?", format!("still unknown: {}", open_words(why, sessions.len()))),
        Outcome::DecidedMeanwhile => ("·", "decided by somebody else meanwhile".to_owned()),
        Outcome::NotLookedUp => ("?", "still unknown: not looked up".to_owned()),
    };
    format!("  {sign} {}  {}  {}  {words}", entry.key, entry.number, entry.campaign)
}

fn open_words(why: &Why, sessions: usize) -> String {
    match why {
        Why::Several => format!("{sessions} sessions fit"),
        Why::Waiting(until) => format!("no record yet, and that counts only from {} on", moment(*until, None)),
        other => other.to_string(),
    }
}

/// What was read back of how sessions ended; nothing where there was nothing to read.
pub(crate) fn ends(ends: &ReadBack) -> Option<String> {
    if ends.asked == 0 {
        return None;
    }
    let asked = count(ends.asked, "session was", "sessions were");
    let mut read = format!("{asked} without an end; {} ended by now.", super::number(ends.ended));
    if ends.contradicting > 0 {
        let sessions = count(ends.contradicting, "session has", "sessions have");
        read.push_str(&format!(
            " {sessions} records that contradict each other, so nobody is phoned again by itself: callform status \
             --calls lists the calls, callform why KEY tells what the records say."
        ));
    }
    if ends.unsure > 0 {
        let sessions = count(ends.unsure, "end was", "ends were");
        read.push_str(&format!(
            " {sessions} not taken: the records changed while they were read, and one that was missed may say that \
             somebody talked. The next refresh asks again."
        ));
    }
    Some(match &ends.trouble {
        None => read,
        Some(trouble) => format!("{read} The provider's records could not be read to their end: {trouble}"),
    })
}

/// For programs.
pub(crate) fn json(report: &Report, ends: &ReadBack, exit: u8) -> Value {
    json!({
        "formatVersion": 1,
        "sessions": {
            "asked": ends.asked, "ended": ends.ended, "contradicting": ends.contradicting,
            "unsure": ends.unsure, "trouble": ends.trouble.as_ref().map(ToString::to_string),
        },
        "counts": {
            "unknown": report.open(),
            "placed": report.count(|outcome| matches!(outcome, Outcome::Placed(_))),
            "notPlaced": report.count(|outcome| *outcome == Outcome::NotPlaced),
        },
        "trouble": report.trouble.as_ref().map(ToString::to_string),
        "exitCode": exit,
        "calls": report.entries.iter().map(entry_json).collect::<Vec<_>>(),
    })
}

fn entry_json(entry: &Entry) -> Value {
    let (result, sessions, why, from) = match &entry.outcome {
        Outcome::Placed(session) => ("placed", vec![session.normalized()], None, None),
        Outcome::NotPlaced => ("notPlaced", vec![], None, None),
        Outcome::Open { why, sessions } => {
            let from = if let Why::Waiting(until) = why { Some(until.to_string()) } else { None };
            let sessions = sessions.iter().map(SessionId::normalized).collect();
            ("unknown", sessions, Some(why.to_string()), from)
        }
        Outcome::DecidedMeanwhile => ("decidedMeanwhile", vec![], None, None),
        Outcome::NotLookedUp => ("unknown", vec![], Some("not looked up".to_owned()), None),
    };
    json!({
        "environment": entry.environment, "campaign": entry.campaign, "key": entry.key, "number": entry.number,
        "result": result, "sessions": sessions, "why": why, "absenceCountsFrom": from,
    })
}
