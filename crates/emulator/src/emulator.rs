//! The service: one request in, one reply out.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callform_ccc::transport::{HttpRequest, HttpResponse, Method};
use callform_ccc::{Credentials, CredentialsError, Dialect};
use jiff::Timestamp;

use crate::clock::{Clock, SystemClock};
use crate::digest::Digest;
use crate::envelope::{self, ApiError};
use crate::gateway::{self, Action};
use crate::hooks::{CourseHook, FaultHook, RequestHook};
use crate::journal::{Journal, JournalError, JournalPlace};
use crate::numbers::KnownNumbers;
use crate::parameters;
use crate::place::OWN_NUMBER;
use crate::random::{OsRandom, Random};
use crate::rate::RateLimiter;
use crate::scenario::Scenario;

/// The key pair of `site: emulator`, as (SecretId, SecretKey): no secret, and of no use anywhere else.
pub const EMBEDDED_CREDENTIALS: (&str, &str) = ("callform-emulator-not-a-real-id", "callform-emulator-not-a-real-key");

/// [`EMBEDDED_CREDENTIALS`], ready to sign with.
///
/// # Errors
/// Never, as long as the constants stay printable; the type is that of [`Credentials::new`].
pub fn embedded_credentials() -> Result<Credentials, CredentialsError> {
    Credentials::new(EMBEDDED_CREDENTIALS.0, EMBEDDED_CREDENTIALS.1, None)
}

/// How an emulator behaves.
#[derive(Clone)]
pub struct EmulatorOptions {
    /// Where placed calls are kept.
    pub journal: JournalPlace,
    /// Whose parameters it takes.
    pub dialect: Dialect,
    /// Who may sign, in addition to [`EMBEDDED_CREDENTIALS`]. A pair with a token demands that token.
    pub credentials: Vec<Credentials>,
    /// The applications that exist; `None`: every `SdkAppId` does.
    pub sdk_app_ids: Option<Vec<i64>>,
    /// How many requests a key pair may make to one action in any second; the API documents 20. Each process counts
    /// for itself, even where two share a journal.
    pub requests_per_second: u32,
    /// How many calls of an application may go on at once, over all processes that share the journal: the lines that
    /// were bought. One more is refused with `FailedOperation.AIConcurrentOverFrequency` and not placed; the China
    /// site's `AcquireTimeoutSecond` does not make it wait. `None`: as many as are asked for.
    pub lines: Option<NonZeroU32>,
    /// How long after a call's end its record appears in `DescribeTelCdr`, unless its course says otherwise.
    pub record_lag: Duration,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The source of session ids, request ids and the key of a new journal.
    pub random: Arc<dyn Random>,
    /// Sees every received call in clear.
    pub on_request: Option<RequestHook>,
    /// What goes wrong.
    pub faults: Option<FaultHook>,
    /// How calls run.
    pub courses: Option<CourseHook>,
}

impl EmulatorOptions {
    /// The documented behaviour: 20 requests a second, nothing goes wrong, everybody answers; and lines for all.
    #[must_use]
    pub fn new(journal: JournalPlace, dialect: Dialect) -> Self {
        Self {
            journal,
            dialect,
            credentials: Vec::new(),
            sdk_app_ids: None,
            requests_per_second: 20,
            lines: None,
            record_lag: Duration::ZERO,
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            on_request: None,
            faults: None,
            courses: None,
        }
    }

    /// Takes faults and courses from a scenario, and lines and the records' lag where it says so.
    #[must_use]
    pub fn with_scenario(mut self, scenario: Scenario) -> Self {
        self.lines = scenario.lines().or(self.lines);
        self.record_lag = scenario.record_lag().unwrap_or(self.record_lag);
        let scenario = Arc::new(scenario);
        let faults = Arc::clone(&scenario);
        self.faults = Some(Arc::new(move |call| faults.fault(call)));
        self.courses = Some(Arc::new(move |call| scenario.course(call)));
        self
    }
}

/// The emulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The embedded key pair.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Reply {
    /// An answer, which leaves after a while.
    Answer {
        /// The answer.
        response: HttpResponse,
        /// How much later than now.
        after: Duration,
    },
    /// The connection ends without an answer. Whether the call was placed, only the journal knows.
    Dropped,
    /// No connection could be made; nothing was placed.
    Unreachable,
}

impl Reply {
    pub(crate) fn at_once(response: HttpResponse) -> Self {
        Self::Answer { response, after: Duration::ZERO }
    }
}

/// A local Cloud Contact Center.
pub struct Emulator {
    pub(crate) options: EmulatorOptions,
    journal: Journal,
    keys: HashMap<String, Credentials>,
    rate: Mutex<RateLimiter>,
    numbers: Mutex<KnownNumbers>,
    received: Mutex<HashMap<Digest, u32>>,
}

impl Emulator {
    /// Opens the journal and starts.
    ///
    /// # Errors
    /// When the journal can't be opened.
    pub fn open(options: EmulatorOptions) -> Result<Self, OpenError> {
        let journal = Journal::open(&options.journal, &*options.random)?;
        let pairs = options.credentials.iter().cloned().chain([embedded_credentials()?]);
        let emulator = Self {
            keys: pairs.map(|pair| (pair.secret_id().to_owned(), pair)).collect(),
            rate: Mutex::new(RateLimiter::new(options.requests_per_second)),
            numbers: Mutex::default(),
            received: Mutex::default(),
            journal,
            options,
        };
        emulator.hear(OWN_NUMBER);
        Ok(emulator)
    }

    /// The record of placed calls.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The whole service. A call is on disk when this returns; it blocks for as long as that takes.
    ///
    /// `request.url` may be absolute or a bare target (`/`, `/?query`).
    pub fn handle(&self, request: &HttpRequest) -> Reply {
        let now = self.options.clock.now();
        let request_id = match self.request_id() {
            Ok(request_id) => request_id,
            Err(error) => return Reply::at_once(envelope::answer(Err(error), "", now)),
        };
        match self.admit(request, now) {
            Ok((action, members)) => self.act(action, members, &request_id, now),
            Err(error) => Reply::at_once(envelope::answer(Err(error), &request_id, now)),
        }
    }

    /// An error that was found before the request could be handed to [`Self::handle`].
    pub(crate) fn refuse(&self, error: ApiError) -> Reply {
        let now = self.options.clock.now();
        let request_id = self.request_id().unwrap_or_default();
        Reply::at_once(envelope::answer(Err(error), &request_id, now))
    }

    /// Everything that a gateway checks before the service sees the request, and the parameters.
    fn admit(
        &self,
        request: &HttpRequest,
        now: Timestamp,
    ) -> Result<(Action, serde_json::Map<String, serde_json::Value>), ApiError> {
        gateway::check_form(request)?;
        let secret_id = gateway::authenticate(request, &self.keys, now)?;
        let action = gateway::action(request)?;
        let limit = self.options.requests_per_second;
        lock(&self.rate).admit(&secret_id, action.name(), now).map_err(|requests| {
            ApiError::new(
                "RequestLimitExceeded",
                format!("this is request `{requests}` within one second; {} takes `{limit}` a second", action.name()),
            )
        })?;
        let members = match request.method {
            Method::Post => parameters::from_body(&request.body)?,
            Method::Get => {
                let members = parameters::from_query(gateway::path_and_query(&request.url).1)?;
                if action == Action::CreateAiCall { parameters::typed(self.options.dialect, members) } else { members }
            }
        };
        Ok((action, members))
    }

    fn act(
        &self,
        action: Action,
        members: serde_json::Map<String, serde_json::Value>,
        request_id: &str,
        now: Timestamp,
    ) -> Reply {
        let outcome = match action {
            Action::CreateAiCall => return self.create_ai_call(members, request_id, now),
            Action::DescribeActiveSessions => self.active_sessions(members, now),
            Action::DescribeTelCdr => self.tel_cdr(members, now),
            Action::DescribeTelSession => self.tel_session(members, now),
            Action::HangUpCall => self.hang_up_call(members, now),
        };
        Reply::at_once(envelope::answer(outcome, request_id, now))
    }

    fn request_id(&self) -> Result<String, ApiError> {
        let mut random = [0_u8; 16];
        self.options.random.fill(&mut random).map_err(|error| ApiError::new("InternalError", error.to_string()))?;
        Ok(uuid::Builder::from_random_bytes(random).into_uuid().hyphenated().to_string())
    }

    /// Remembers a number for as long as this process runs; returns its digest.
    pub(crate) fn hear(&self, number: &str) -> Digest {
        let digest = self.journal.number(number);
        lock(&self.numbers).hear(digest, number);
        digest
    }

    /// The number with this digest, where this process has heard it.
    pub(crate) fn recall(&self, digest: Digest) -> Option<String> {
        lock(&self.numbers).recall(digest).map(str::to_owned)
    }

    /// Counts a received call to `callee`: the how many-th it is of those that this process received, and the how
    /// many-th it will be of those in the journal if it is placed. Only where somebody asks, for it takes memory and time.
    pub(crate) fn count_calls_to(&self, callee: &str) -> Result<(u32, u32), JournalError> {
        let EmulatorOptions { on_request, faults, courses, .. } = &self.options;
        if on_request.is_none() && faults.is_none() && courses.is_none() {
            return Ok((1, 1));
        }
        let rung = u32::try_from(self.journal.count_to(callee)?).unwrap_or(u32::MAX);
        let mut received = lock(&self.received);
        let count = received.entry(self.journal.number(callee)).or_default();
        *count = count.saturating_add(1);
        Ok((*count, rung.saturating_add(1)))
    }
}

/// What these locks guard is whole after every statement, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<JournalError> for ApiError {
    /// The client can't know whether a call was placed, so it hears what CCC says in that case. The text names no
    /// number: SQLite's messages repeat no parameters.
    fn from(error: JournalError) -> Self {
        Self::new("InternalError", error.to_string())
    }
}
