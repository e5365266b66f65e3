//! The emulator as a server of its own, slow and now and then faulty.

use callform_emulator::Journal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::outreach::Person;
use crate::random::Dice;
use crate::support::{Running, callform, journal, until};

const JOURNAL: &str = "journal.db";

pub(crate) struct Provider {
    pub(crate) url: String,
    scratch: TempDir,
    running: Running,
}

impl Provider {
    /// Behaves as `faults` says; conversations are over and on record at once.
    pub(crate) fn start(faults: &[Value]) -> Self {
        Self::with(&json!({ "faults": faults, "courses": [{ "talkSeconds": 0 }] }))
    }

    /// Behaves as a scenario says.
    pub(crate) fn with(scenario: &Value) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("faults.json");
        std::fs::write(&file, scenario.to_string()).unwrap();
        let mut running = callform(["emulator", "--listen", "127.0.0.1:0", "--journal"])
            .arg(scratch.path().join(JOURNAL))
            .arg("--faults")
            .arg(file)
            .start();
        let url = until("the emulator says where it listens", || {
            assert!(!running.has_ended(), "the emulator ended");
            let said = running.stdout();
            said.ends_with('\n').then(|| said.trim_end().to_owned())
        });
        Self { url, scratch, running }
    }

    /// Whose phone rang, as far as the emulator has got.
    pub(crate) fn journal(&self) -> Journal {
        journal(&self.scratch.path().join(JOURNAL))
    }

    /// Whose phone rang, in the end: whatever was still being worked on is finished first. The journal lasts as long
    /// as what else is returned.
    pub(crate) fn close(self) -> (Journal, TempDir) {
        let Self { running, scratch, .. } = self;
        running.signal("TERM");
        running.finish().exits(0);
        (journal(&scratch.path().join(JOURNAL)), scratch)
    }
}

/// What befalls the first request to each of these people: most answers take 20 to 80 ms, and a few requests fail in a
/// way that leaves open whether the phone rang, or in one that doesn't. Records come up to two seconds late, each in its
/// own time.
pub(crate) fn weather(people: usize, dice: &mut Dice) -> Value {
    let mut faults = Vec::new();
    let mut courses = Vec::new();
    for n in 0..people {
        let callee = Person::nth(n).number;
        let fault = match dice.any(0..100) {
            0 => json!("dropAfter"),
            1 => json!("dropBefore"),
            2 => json!({ "errorAfter": "InternalError" }),
            3 => json!({ "error": "FailedOperation.CallOutFailed" }),
            _ => json!({ "delayMs": dice.any(20..80) }),
        };
        faults.push(json!({ "callee": callee, "nth": 1, "fault": fault }));
        courses.push(json!({ "callee": callee, "talkSeconds": 0, "recordLagSeconds": dice.any(0..3) }));
    }
    courses.push(json!({ "talkSeconds": 0 }));
    json!({ "faults": faults, "courses": courses })
}

/// Every first answer takes 20 to 80 ms, and nothing goes wrong.
pub(crate) fn delayed(people: usize, dice: &mut Dice) -> Vec<Value> {
    let mut delay = |n| json!({ "callee": Person::nth(n).number, "nth": 1, "fault": { "delayMs": dice.any(20..80) } });
    (0..people).map(&mut delay).collect()
}

/// Every answer takes so long.
pub(crate) fn slow(milliseconds: u64) -> Vec<Value> {
    vec![json!({ "fault": { "delayMs": milliseconds } })]
}
