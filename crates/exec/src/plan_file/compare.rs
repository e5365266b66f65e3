//! The calls of a plan file beside the rows as they are now.

use std::collections::HashMap;
use std::fmt;

use super::PlanFile;
use crate::identity::{CallId, Fingerprint};
use crate::ledger::{CallRecord, LedgerError};

/// Labels to keep of what differs.
const SAMPLES: usize = 5;

/// How a row stands to a plan file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is authorised as it is.
    Same,
    /// Its identity is authorised, with other words or another number.
    Changed,
    /// It is not authorised.
    Absent,
}

/// What became of the rows that a plan file authorises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowDifferences {
    /// Not placed yet, and now with other words or another number.
    pub changed: u64,
    /// Some of them, as they are called on the screen.
    pub changed_samples: Vec<String>,
    /// Not placed yet, and gone.
    pub missing: u64,
}

impl RowDifferences {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        self.changed == 0 && self.missing == 0
    }
}

impl fmt::Display for RowDifferences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.changed > 0 {
            write!(f, "{} changed ({}", self.changed, self.changed_samples.join(", "))?;
            f.write_str(if self.changed > self.changed_samples.len() as u64 { ", …)" } else { ")" })?;
        }
        if self.changed > 0 && self.missing > 0 {
            f.write_str(", ")?;
        }
        if self.missing > 0 {
            write!(f, "{} gone", self.missing)?;
        }
        Ok(())
    }
}

/// A plan file while rows pass by.
pub struct Comparison {
    /// Calls that no row has named yet.
    waiting: HashMap<CallId, Fingerprint>,
    differences: RowDifferences,
}

impl Comparison {
    pub(crate) fn new(file: &PlanFile) -> Self {
        Self {
            waiting: file.authorised().iter().map(|call| (call.0, call.1)).collect(),
            differences: RowDifferences::default(),
        }
    }

    /// A row passes by.
    pub(crate) fn meet(&mut self, call: CallId, fingerprint: Fingerprint) -> Standing {
        match self.waiting.remove(&call) {
            Some(authorised) if authorised == fingerprint => Standing::Same,
            Some(_) => Standing::Changed,
            None => Standing::Absent,
        }
    }

    /// A changed row would be called: that counts.
    pub(crate) fn changed(&mut self, label: String) {
        self.differences.changed += 1;
        if self.differences.changed_samples.len() < SAMPLES {
            self.differences.changed_samples.push(label);
        }
    }

    /// All rows have passed. A call that was settled meanwhile may be gone.
    pub(crate) fn end(
        mut self,
        known: impl Fn(CallId) -> Result<Option<CallRecord>, LedgerError>,
    ) -> Result<RowDifferences, LedgerError> {
        for id in self.waiting.into_keys() {
            let settled = known(id)?.is_some_and(|call| call.permanent || call.state.may_have_rung());
            self.differences.missing += u64::from(!settled);
        }
        Ok(self.differences)
    }
}
