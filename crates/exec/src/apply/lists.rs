//! Do-not-call lists while a run goes on: who is put on one is not phoned from then on.

use std::time::Duration;

use callform_spec::callees::DoNotCall;
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{ListError, ListFiles};

use crate::scope::Scope;

/// How often to see whether a list was changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The lists of a run's campaigns.
pub(super) struct Lists {
    looked: Option<Duration>,
    /// In the order of the scopes.
    of: Vec<List>,
}

struct List {
    files: ListFiles,
    /// As it was read since.
    newer: Option<DoNotCall>,
}

impl Lists {
    pub(super) fn of(scopes: &[Scope<'_>]) -> Self {
        let files = |scope: &Scope<'_>| scope.campaign.map(|campaign| campaign.lists.clone()).unwrap_or_default();
        Self { looked: None, of: scopes.iter().map(|scope| List { files: files(scope), newer: None }).collect() }
    }

    /// Reads again what was changed; `now` by the steady clock.
    ///
    /// # Errors
    /// A list that can't be read: nobody may be phoned without it.
    pub(super) fn look(&mut self, now: Duration) -> Result<(), ListError> {
        if self.looked.is_some_and(|looked| now.saturating_sub(looked) < LOOK_EVERY) {
            return Ok(());
        }
        for list in self.of.iter_mut().filter(|list| list.files.changed()) {
            list.newer = Some(list.files.read_again()?);
        }
        self.looked = Some(now);
        Ok(())
    }

    /// Whether a number was put on a list since the documents were read.
    pub(super) fn forbid(&self, scope: usize, number: &PhoneNumber) -> bool {
        self.of[scope].newer.as_ref().is_some_and(|list| list.contains(number))
    }
}
