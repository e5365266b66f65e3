//! Everybody whom the account phoned in some time, as far as the provider shows it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::query::{Session, TelCdrs};
use callform_ccc::{Client, SessionId};
use callform_spec::phone::PhoneNumber;
use callform_spec::project::Project;
use jiff::{SignedDuration, Timestamp};

use super::CareError;
use crate::clock::Clock;
use crate::evidence::Times;
use crate::resolve::Reader;

/// What a look at the provider needs.
#[derive(Clone)]
pub struct Look {
    /// Asks.
    pub client: Arc<Client>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How late a record may appear: between the looks at what goes on and at what ended. See [`record_lag`].
    pub record_lag: Duration,
}

/// As the project says, else as late as is assumed everywhere. In the emulator within this process nothing is late.
pub fn record_lag(project: &Project) -> Duration {
    if project.site.is_emulator() { Duration::ZERO } else { Times::of(project).record_lag }
}

/// For clocks that differ, and for requests that were on their way.
const MARGIN: i64 = 10 * 60;
/// Records are read in pieces: a long list may change while it is read.
const PIECE: i64 = 24 * 60 * 60;
/// The question takes time, too.
const QUESTION: i64 = 60;
/// Less than as far back as records can be asked for: what is asked takes time.
const LESS: SignedDuration = SignedDuration::from_hours(1);

/// An outbound session.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) session: Session,
    /// It goes on.
    pub(super) live: bool,
}

impl Seen {
    /// Who was phoned, if that is shown.
    pub(super) fn callee(&self) -> Option<PhoneNumber> {
        self.session.callee.as_deref().and_then(|callee| PhoneNumber::parse(callee).ok())
    }
}

/// How far back records can be asked for.
fn reach(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second() - TelCdrs::MAX_AGE + QUESTION).unwrap_or(Timestamp::MIN)
}

/// As far back as a look that begins now can ask for.
pub(super) fn furthest(look: &Look) -> Timestamp {
    let end = look.clock.now() + SignedDuration::try_from(look.record_lag).unwrap_or_default();
    reach(end) + LESS
}

/// All outbound sessions since a moment, each once.
///
/// A session that began before this look is going on now, or has ended and shows in a record, which may be late. So
/// what goes on is read first, and what ended when the last record of what had ended by then must be there.
pub(super) async fn outbound_since(project: &Project, look: &Look, since: Timestamp) -> Result<Vec<Seen>, CareError> {
    let mut reader = Reader::of(project, look.client.clone(), look.clock.clone());
    let from = since.as_second() - MARGIN;
    let reach = reach(look.clock.now() + SignedDuration::try_from(look.record_lag).unwrap_or_default());
    if from < reach.as_second() {
        return Err(CareError::TooOld { last: since, reach });
    }
    let mut found = Found::default();
    found.add(reader.sessions().await?, true)?;
    tokio::time::sleep(look.record_lag).await;
    found.add(reader.sessions().await?, true)?;
    let mut begin = from;
    loop {
        let now = look.clock.now().as_second();
        let end = now.min(begin + PIECE);
        let (records, complete) = reader.all_records((begin, end)).await?;
        found.add((records.into_iter().map(|record| record.session).collect(), complete), false)?;
        if end >= now {
            return Ok(found.sessions);
        }
        begin = end;
    }
}

#[derive(Default)]
struct Found {
    sessions: Vec<Seen>,
    ids: HashSet<SessionId>,
}

impl Found {
    fn add(&mut self, (sessions, complete): (Vec<Session>, bool), live: bool) -> Result<(), CareError> {
        if !complete {
            return Err(CareError::Incomplete);
        }
        for session in sessions {
            // One that does not say which way it went may have gone out.
            if session.direction != Some(0) && self.ids.insert(session.id.clone()) {
                self.sessions.push(Seen { session, live });
            }
        }
        Ok(())
    }
}
