//! A run: its progress, and what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use callform_exec::apply::{self, ApplyResult, Event, Fate, HeldBack, Observer, Remaining, ResultRow};
use callform_exec::ceiling::CalleeBlock;
use callform_exec::ledger::Held;
use callform_exec::outcome::Outcome;
use comfy_table::{Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{count, duration, moment, number};

/// Rows of the table that a person is shown; all are in the ledger.
pub(crate) const TABLE_ROWS: usize = 200;

/// Draws progress on a terminal; elsewhere it tells only what a person must know.
pub(crate) struct Progress {
    bar: ProgressBar,
    placed: u64,
    refused: u64,
    unknown: u64,
    quiet: bool,
    waiting_for: Option<String>,
    counting: ProgressStyle,
}

impl Progress {
    pub(crate) fn new(calls: u64, watched: bool, quiet: bool) -> Self {
        let target = if watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(calls), target);
        let mut counting = ProgressStyle::default_bar();
        if let Ok(style) = ProgressStyle::with_template("{bar:38} {human_pos}/{human_len}  {rate}  eta {eta}  {msg}") {
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{:.1}/s", state.per_sec());
            };
            counting = style.with_key("rate", rate).progress_chars("━╸─");
        }
        bar.set_style(counting.clone());
        if watched {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, placed: 0, refused: 0, unknown: 0, quiet, waiting_for: None, counting }
    }

    /// Nothing is placed for a while. On a terminal the words stand beside the bar; elsewhere they are told when they
    /// say something else than before.
    pub(crate) fn wait(&mut self, words: &str) {
        if !self.bar.is_hidden() {
            // Cut off where the line ends: it stands there for days.
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                self.bar.set_style(style);
            }
            self.bar.set_message(words.to_owned());
            return;
        }
        let what = words.split_once("; next look").map_or(words, |(what, _)| what).to_owned();
        if self.waiting_for.as_ref() != Some(&what) {
            self.tell(&format!("  … {words}"));
            self.waiting_for = Some(what);
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn tell(&self, line: &str) {
        if self.quiet {
            return;
        }
        if self.bar.is_hidden() {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "{line}");
        } else {
            self.bar.println(line);
        }
    }
}

impl Observer for Progress {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Settled(row) => {
                match &row.fate {
                    Fate::Placed { .. } => self.placed += 1,
                    Fate::Refused { code, message, .. } => {
                        self.refused += 1;
                        self.tell(&format!("  ✗ {}  {}  refused: {code}: {message}", row.key, row.number));
                    }
                    Fate::Unknown { reason } => {
                        self.unknown += 1;
                        self.tell(&format!(
                            "  ! {}  {}  nobody can say whether it rang ({reason}); not phoned again",
                            row.key, row.number
                        ));
                    }
                    _ => {}
                }
                self.bar.inc(1);
                let (p, r, u) = (number(self.placed), number(self.refused), number(self.unknown));
                self.bar.set_message(format!("placed {p}  refused {r}  unknown {u}"));
            }
            Event::Waiting { code: apply::NO_LINE, .. } => self.tell("  … waiting for a free line"),
            Event::Waiting { wait, code } => {
                self.tell(&format!("  … waiting {} ({code})", duration(*wait)));
            }
            Event::Stopping(reason) => self.tell(&format!("  ■ no new calls: {reason}")),
            Event::WaitingForRun(locked) => self.tell(&format!("  … waiting: {locked}")),
            Event::Started { .. } => self.bar.set_style(self.counting.clone()),
            Event::Sending { .. } => {}
        }
    }
}

/// What `--until-done` waits for.
pub(crate) fn waiting(left: &Remaining, until: Timestamp, now: Timestamp) -> String {
    let parts = [
        (left.to_place, "to place"),
        (left.talking, "going on"),
        (left.deferred, "for later"),
        (left.unknown, "unknown"),
        (left.needs_person, "for a person to decide"),
    ];
    let mut words: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{} {words}", number(n))).collect();
    if let Some(opens) = left.opens {
        words.push(format!("the next from {}", soon(opens, now)));
    }
    format!("{}; next look {}", words.join(", "), soon(until, now))
}

/// What stands in the way of `--until-done` for a while.
pub(crate) fn in_the_way(why: &str, until: Timestamp) -> String {
    format!("waiting: {why}; next look {}", until.strftime("%H:%M:%S UTC"))
}

/// The time of day, where that suffices.
fn soon(at: Timestamp, now: Timestamp) -> String {
    match at.duration_since(now).as_hours() {
        0..12 => at.strftime("%H:%M:%S UTC").to_string(),
        _ => moment(at, None),
    }
}

/// How the calls of campaigns ended: `Ended: answered 12, no answer 3.`
pub(crate) fn ended<'a>(outcomes: impl Iterator<Item = &'a (Outcome, u64)>) -> Option<String> {
    let mut sums: BTreeMap<Outcome, u64> = BTreeMap::new();
    for (outcome, n) in outcomes {
        *sums.entry(*outcome).or_default() += n;
    }
    let parts: Vec<String> =
        sums.into_iter().map(|(outcome, n)| format!("{} {}", super::spaced(outcome.name()), number(n))).collect();
    (!parts.is_empty()).then(|| format!("Ended: {}.", parts.join(", ")))
}

/// The table of what came of each call.
pub(crate) fn table(result: &ApplyResult) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["campaign", "call", "number", "result", "session"]);
    for row in result.rows.iter().take(TABLE_ROWS) {
        let (words, session) = fate(&row.fate);
        table.add_row([&row.campaign, &row.key, &row.number, &words, &session]);
    }
    let mut text = table.to_string();
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    text = lines.join("\n");
    let more = result.rows.len().saturating_sub(TABLE_ROWS) as u64 + result.rows_omitted;
    if more > 0 {
        text.push_str(&format!("\nand {} more: `callform status --calls` lists all of them", number(more)));
    }
    text
}

fn fate(fate: &Fate) -> (String, String) {
    match fate {
        Fate::Placed { session } => ("placed".into(), session.clone()),
        Fate::Refused { code, .. } => (format!("refused: {code}"), String::new()),
        Fate::Unknown { .. } => ("unknown: not phoned again".into(), String::new()),
        Fate::NotSent { reason } => (format!("not sent: {reason}"), String::new()),
        Fate::Deferred { opens } => (format!("not before {}", moment(*opens, None)), String::new()),
        Fate::Held(held) => (format!("held back: {}", held_words(held)), String::new()),
        Fate::Elsewhere => ("placed by another worker".into(), String::new()),
    }
}

fn held_words(held: &HeldBack) -> String {
    match held {
        HeldBack::DoNotCall => "do-not-call".into(),
        HeldBack::ZoneUnknown => "time zone unknown".into(),
        HeldBack::NeverOpens => "window does not open any more".into(),
        HeldBack::Changed => "its row changed since the plan was made".into(),
        HeldBack::Ledger(held) => match held {
            Held::Placed => "already placed".into(),
            Held::InFlight => "under way".into(),
            Held::Unknown { since } => format!("unknown since {}", moment(*since, None)),
            Held::RefusedForGood { code } => format!("refused for good: {code}"),
            Held::AttemptsUsedUp => "all attempts used up".into(),
            Held::Stopped(stop) => stop.to_string(),
            Held::Suppressed(_) => "suppressed".into(),
            Held::RetryLater { at } => format!("tried again from {} on", moment(*at, None)),
            Held::RefusedInRun { code } => format!("refused in this run: {code}"),
            Held::Elsewhere => "left to another worker".into(),
            Held::NoLine => "no free line".into(),
            Held::Paced { wait } => format!("too many requests; the next in {}", duration(*wait)),
            Held::PerRun => "over limits.perRun".into(),
            Held::RunCeiling => "over the approved number of calls".into(),
            Held::Callee(block) => callee_words(block),
        },
    }
}

fn callee_words(block: &CalleeBlock) -> String {
    match block {
        CalleeBlock::Open { campaign, .. } => format!("another call to them is open ({campaign})"),
        CalleeBlock::Talking { campaign, .. } => format!("may be talking with {campaign}"),
        CalleeBlock::Ceiling { when, campaign } => format!("phoned {} by {campaign}", moment(*when, None)),
    }
}

/// `Placed 304, refused 2, unknown 1.`
pub(crate) fn summary(result: &ApplyResult) -> String {
    let c = &result.counts;
    let mut parts = vec![format!("Placed {}", number(c.placed))];
    let more = [
        (c.refused, "refused"),
        (c.unknown, "unknown"),
        (c.not_sent, "not sent"),
        (c.deferred, "deferred"),
        (c.held, "held back"),
        (c.elsewhere, "by other workers"),
        (c.left, "left"),
    ];
    parts.extend(more.into_iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{words} {}", number(n))));
    format!("{}.", parts.join(", "))
}

/// Answers that are in no ledger: shown in full, for they are nowhere else.
pub(crate) fn unrecorded(result: &ApplyResult) -> Vec<String> {
    let mut lines = Vec::new();
    if !result.unrecorded.is_empty() {
        let n = count(result.unrecorded.len() as u64, "answer", "answers");
        lines.push(format!("{n} could not be written into the ledger. Keep these lines:"));
        for row in &result.unrecorded {
            let (words, session) = fate(&row.fate);
            lines.push(
                format!("  {}  {}  {}  {words} {session}", row.campaign, row.key, row.number).trim_end().to_owned(),
            );
        }
        lines.push("These calls count as unknown and are not phoned again. See to the ledger first; then".to_owned());
        lines.push("  callform refresh                        asks the provider's records about them".to_owned());
        lines.push("  callform resolve KEY --placed SESSION   writes down what stands above".to_owned());
    }
    lines
}

/// The result for programs; `stopped` says why it did not go on.
pub(crate) fn json(result: &ApplyResult, stopped: Option<String>, exit: u8) -> Value {
    let c = &result.counts;
    json!({
        "formatVersion": 1,
        "counts": {
            "placed": c.placed, "refused": c.refused, "unknown": c.unknown, "notSent": c.not_sent,
            "deferred": c.deferred, "heldBack": c.held, "elsewhere": c.elsewhere, "left": c.left,
        },
        "requests": result.requests,
        "stopped": stopped,
        "exitCode": exit,
        "calls": result.rows.iter().map(row_json).collect::<Vec<_>>(),
        "callsOmitted": result.rows_omitted,
        "unrecorded": result.unrecorded.iter().map(|u| json!({
            "campaign": u.campaign, "key": u.key, "number": u.number,
            "result": fate(&u.fate).0, "session": fate(&u.fate).1,
        })).collect::<Vec<_>>(),
    })
}

/// The result of a run that had nothing to place, with the plan that says why.
pub(crate) fn json_of_nothing(plan: &callform_exec::plan::Plan, exit: u8) -> Value {
    json!({
        "formatVersion": 1,
        "counts": {
            "placed": 0, "refused": 0, "unknown": 0, "notSent": 0, "deferred": 0, "heldBack": 0,
            "elsewhere": 0, "left": 0,
        },
        "requests": 0,
        "stopped": null,
        "exitCode": exit,
        "calls": [],
        "callsOmitted": 0,
        "unrecorded": [],
        "plan": super::plan_json::json(plan),
    })
}

fn row_json(row: &ResultRow) -> Value {
    let (kind, session, code, detail) = match &row.fate {
        Fate::Placed { session } => ("placed", Some(session.clone()), None, None),
        Fate::Refused { code, message, .. } => ("refused", None, Some(code.clone()), Some(message.clone())),
        Fate::Unknown { reason } => ("unknown", None, None, Some(reason.clone())),
        Fate::NotSent { reason } => ("notSent", None, None, Some(reason.clone())),
        Fate::Deferred { opens } => ("deferred", None, None, Some(opens.to_string())),
        Fate::Held(held) => ("heldBack", None, None, Some(held_words(held))),
        Fate::Elsewhere => ("elsewhere", None, None, None),
    };
    json!({
        "campaign": row.campaign, "key": row.key, "number": row.number, "line": row.line,
        "result": kind, "session": session, "code": code, "detail": detail,
    })
}
