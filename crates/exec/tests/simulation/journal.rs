//! What happened, in order, for people.

use std::sync::Mutex;
use std::time::Duration;

/// Everything that happened in a world. Written only for whoever wants to read it: most worlds are never looked at.
pub(crate) struct Journal {
    lines: Option<Mutex<Vec<String>>>,
}

impl Journal {
    pub(crate) fn new(kept: bool) -> Self {
        Self { lines: kept.then(Mutex::default) }
    }

    pub(crate) fn note(&self, at: Duration, what: impl FnOnce() -> String) {
        if let Some(lines) = &self.lines {
            let (s, ms) = (at.as_secs(), at.subsec_millis());
            let what = without_place(&what());
            let line = format!("{}d {:02}:{:02}:{:02}.{ms:03}  {what}", s / 86_400, s / 3600 % 24, s / 60 % 60, s % 60);
            lines.lock().unwrap().push(line);
        }
    }

    pub(crate) fn text(&self) -> String {
        self.lines.as_ref().map(|lines| lines.lock().unwrap().join("\n")).unwrap_or_default()
    }
}

/// Where a ledger lies is another place each time.
fn without_place(what: &str) -> String {
    // What is random in the name of a scratch directory.
    const RANDOM: usize = 6;
    match what.split_once(".tmp") {
        Some((before, after)) => format!("{before}.tmp{}", without_place(after.get(RANDOM..).unwrap_or_default())),
        None => what.to_owned(),
    }
}
