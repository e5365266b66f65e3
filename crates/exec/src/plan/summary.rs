//! A campaign in a plan: counts, reasons and a few examples.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ledger::Stop;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `+` It is placed now.
    ToPlace,
    /// It is placed when its window opens, or when it may be tried again.
    Deferred,
    /// `↻` It was refused or not sent, and is tried again.
    ToRetry,
    /// `?` Nobody knows how its last attempt went; it is not placed.
    Unknown,
    /// Another run is placing it right now.
    InFlight,
    /// `=` It was placed.
    Placed,
    /// `~` It was placed with other words.
    PlacedEarlier,
    /// The provider refused this callee for good.
    RefusedForGood,
    /// All its attempts are used up.
    UsedUp,
    /// A rule forbids it.
    Blocked,
    /// It would be placed, but this run may not: see the reasons.
    HeldBack,
    /// `-` It is in the ledger and no longer in the campaign.
    NoLongerDeclared,
}

/// Why a call is blocked or held back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blocked {
    /// Its number is on a do-not-call list.
    DoNotCall,
    /// Its number is on the ledger's suppression list.
    Suppressed,
    /// Somebody stopped the campaign or the environment.
    Stopped(Stop),
    /// The person was phoned too short a time ago.
    PhonedBefore {
        /// By which campaign.
        campaign: String,
    },
    /// A conversation with the person may be going on.
    Talking {
        /// Of which campaign.
        campaign: String,
    },
    /// Nobody knows how another call to this person went.
    CalleeUnknown {
        /// Of which campaign.
        campaign: String,
    },
    /// Another row of this plan has the same number.
    SameNumber,
    /// Nobody knows the callee's time zone, and the window needs it.
    ZoneUnknown,
    /// The window doesn't open any more.
    NeverOpens,
    /// `limits.perRun` is reached.
    PerRun,
    /// `--limit` is reached.
    Limit,
    /// The plan that is carried out does not have it.
    NotInPlan,
    /// The provider refused it in this run, for what is wrong with specs or account.
    RefusedInRun {
        /// The refusal's code.
        code: String,
    },
}

impl Blocked {
    /// Held back by this run only, not by a rule.
    pub const fn is_held_back(&self) -> bool {
        matches!(self, Self::PerRun | Self::Limit | Self::NotInPlan | Self::RefusedInRun { .. })
    }
}

impl std::fmt::Display for Blocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::DoNotCall => f.write_str("do-not-call"),
            Self::Suppressed => f.write_str("suppressed"),
            Self::Stopped(stop) => stop.fmt(f),
            Self::PhonedBefore { campaign } => write!(f, "phoned before by {campaign}"),
            Self::Talking { campaign } => write!(f, "may be talking with {campaign}"),
            Self::CalleeUnknown { campaign } => write!(f, "a call of {campaign} to them is unknown"),
            Self::SameNumber => f.write_str("same number as another row"),
            Self::ZoneUnknown => f.write_str("time zone unknown"),
            Self::NeverOpens => f.write_str("window does not open any more"),
            Self::PerRun => f.write_str("over limits.perRun"),
            Self::Limit => f.write_str("over --limit"),
            Self::NotInPlan => f.write_str("not in the plan"),
            Self::RefusedInRun { code } => write!(f, "refused in this run: {code}"),
        }
    }
}

/// How many calls are blocked for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedCount {
    /// The reason.
    pub reason: Blocked,
    /// How many.
    pub count: u64,
    /// The last time that one of these people was phoned, where it is about that.
    pub latest: Option<Timestamp>,
}

/// When deferred calls may be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The earliest.
    pub first: Timestamp,
    /// Whose zone that is.
    pub zone: Option<String>,
    /// The latest.
    pub last: Timestamp,
}

/// An example of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its kind.
    pub kind: Kind,
    /// Its key, masked where it is a number.
    pub key: String,
    /// The callee, masked; empty for a call that is no longer declared.
    pub number: String,
    /// Line of the file, or position in the document. 0 for a call that is no longer declared.
    pub line: u64,
    /// Why it is not placed.
    pub reason: Option<Blocked>,
    /// The code of the refusal, where there was one.
    pub code: Option<String>,
    /// When that was: the state's beginning, the last call, or the opening of the window.
    pub at: Option<Timestamp>,
}

/// A campaign in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignPlan {
    /// Its name, with `@occurrence`.
    pub name: String,
    /// Its agent.
    pub agent: String,
    /// Good rows.
    pub rows: u64,
    /// Things that are wrong with rows.
    pub bad_rows: u64,
    /// Calls by kind.
    pub counts: BTreeMap<Kind, u64>,
    /// Why calls are blocked or held back, most frequent first.
    pub blocked: Vec<BlockedCount>,
    /// When deferred calls may be placed.
    pub opening: Option<Opening>,
    /// Codes of the refusals that are tried again.
    pub retry_codes: BTreeMap<String, u64>,
    /// Codes of the refusals after which calls wait.
    pub deferred_codes: BTreeMap<String, u64>,
    /// People whom this plan would call, or would if they hadn't been phoned too short a time ago.
    pub people: u64,
    /// How many of them were phoned before, by any other call of the account.
    pub phoned_before: u64,
    /// Requests that may ring, at most, until all calls are settled: calls times the attempts that each has left.
    pub attempts_at_most: u64,
    /// A few examples of each kind.
    pub samples: Vec<Sample>,
}

impl CampaignPlan {
    pub(super) fn new(name: String, agent: String) -> Self {
        Self {
            name,
            agent,
            rows: 0,
            bad_rows: 0,
            counts: BTreeMap::new(),
            blocked: Vec::new(),
            opening: None,
            retry_codes: BTreeMap::new(),
            deferred_codes: BTreeMap::new(),
            people: 0,
            phoned_before: 0,
            attempts_at_most: 0,
            samples: Vec::new(),
        }
    }

    /// How many calls are of a kind.
    pub fn count(&self, kind: Kind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// How many calls are blocked or held back for that reason.
    pub fn blocked_by(&self, reason: &Blocked) -> u64 {
        self.blocked.iter().filter(|blocked| blocked.reason == *reason).map(|blocked| blocked.count).sum()
    }

    /// Calls that may be placed, now or later.
    pub fn pending(&self) -> u64 {
        self.count(Kind::ToPlace) + self.count(Kind::ToRetry) + self.count(Kind::Deferred)
    }

    pub(super) fn add(&mut self, sample: Sample, keep: usize) {
        *self.counts.entry(sample.kind).or_default() += 1;
        if let Some(reason) = &sample.reason {
            self.add_reason(reason, sample.at);
        }
        if self.samples.iter().filter(|kept| kept.kind == sample.kind).count() < keep {
            self.samples.push(sample);
        }
    }

    fn add_reason(&mut self, reason: &Blocked, at: Option<Timestamp>) {
        match self.blocked.iter_mut().find(|known| known.reason == *reason) {
            Some(known) => {
                known.count += 1;
                known.latest = known.latest.max(at);
            }
            None => self.blocked.push(BlockedCount { reason: reason.clone(), count: 1, latest: at }),
        }
    }

    pub(super) fn add_opening(&mut self, at: Timestamp, zone: Option<&str>) {
        let zone = zone.map(str::to_owned);
        match &mut self.opening {
            None => self.opening = Some(Opening { first: at, zone, last: at }),
            Some(opening) => {
                if at < opening.first {
                    (opening.first, opening.zone) = (at, zone);
                }
                opening.last = opening.last.max(at);
            }
        }
    }
}
