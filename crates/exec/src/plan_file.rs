//! Plans on disk: what a reviewer approved, so that exactly that is placed.
//!
//! A plan file authorises identities, each with the fingerprint of its words, until it expires. It holds no number, no
//! value and no secret, and its identities are keyed with the ledger's key, so it may be kept where build artifacts
//! are kept.

mod compare;

pub use compare::{Comparison, RowDifferences, Standing};

use std::fmt;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::time::Duration;

use callform_ccc::Secret;
use callform_spec::project::Project;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::identity::{CallId, Fingerprint, digest_of};
use crate::ledger::{Ledger, LedgerError, Lineage, Position};
use crate::plan::{History, Plan};
use crate::specs::Specs;

/// Version of the format.
pub const FORMAT: u32 = 1;
/// How long a plan authorises its calls, where the project says nothing.
pub const DEFAULT_VALID_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A plan on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanFile {
    format: u32,
    project: String,
    environment: String,
    account: String,
    created: Timestamp,
    expires: Timestamp,
    allow_repeat: bool,
    specs: Specs,
    ledger: Ancestor,
    calls: Vec<Authorised>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    signature: Option<String>,
}

/// The ledger that a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ancestor {
    lineage: String,
    position: String,
}

/// A call that may be placed: identity, fingerprint, attempts. A list, because there may be a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Authorised(pub(crate) CallId, pub(crate) Fingerprint, pub(crate) u32);

/// A plan file that can't be made, read or carried out. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// The plan itself may not be carried out, or was made without a ledger.
    #[error("this plan can't be carried out, so it can't be written")]
    NotApplicable,
    /// Its expiry lies beyond what a clock can show.
    #[error("the plan would be valid for too long")]
    Expiry,
    /// The file can't be read or written.
    #[error("the plan can't be used: {0}")]
    Io(#[from] io::Error),
    /// It is not a plan.
    #[error("this is not a plan, or a damaged one: {0}")]
    Unreadable(serde_json::Error),
    /// Another version wrote it.
    #[error("the plan has format {found}; this callform knows {FORMAT}")]
    Format {
        /// Its format.
        found: u64,
    },
    /// It is another project's.
    #[error("the plan is for the project `{plan}`, and this is `{here}`")]
    OtherProject {
        /// Of the plan.
        plan: String,
        /// Here.
        here: String,
    },
    /// It is for another environment.
    #[error("the plan is for the environment `{plan}`, and this is `{here}`")]
    OtherEnvironment {
        /// Of the plan.
        plan: String,
        /// Here.
        here: String,
    },
    /// It is for another account.
    #[error("the plan is for the account {plan}, and this is {here}")]
    OtherAccount {
        /// Of the plan.
        plan: String,
        /// Here.
        here: String,
    },
    /// The documents are not those that it was made from.
    #[error("the specs are not those that the plan was made from: {}", .0.join(", "))]
    SpecsDiffer(
        /// What differs, a line each.
        Vec<String>,
    ),
    /// The rows are not those that it was made from.
    #[error("the callees are not those that the plan was made from: {0}")]
    RowsDiffer(RowDifferences),
    /// It was made from another ledger.
    #[error("the plan was made from the ledger {}, and this one is {}", plan, here.short())]
    OtherLedger {
        /// Of the plan.
        plan: String,
        /// Here.
        here: Lineage,
    },
    /// The ledger never was where the plan says.
    #[error("the plan was made at position {plan} of the ledger, which this one never went through")]
    NotAnAncestor {
        /// Of the plan.
        plan: i64,
    },
    /// It is too old.
    #[error("the plan expired at {0}")]
    Expired(Timestamp),
    /// It has no signature.
    #[error("the plan is not signed")]
    Unsigned,
    /// Its signature is not ours.
    #[error("the plan's signature does not fit: it was changed, or signed with another key")]
    BadSignature,
    /// There is no key to check its signature with.
    #[error("the plan is signed, and there is no key to check it with")]
    NoKey,
    /// The project wants signed plans and there is no key.
    #[error("this project accepts signed plans only, and there is no key")]
    KeyRequired,
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl PlanFileError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        let line = match self {
            Self::NotApplicable => "Look at what the plan refuses; and plan with the ledger, not with --no-ledger.",
            Self::Expiry => "Set `plan.validFor` to less.",
            Self::Io(_) => return vec![],
            Self::Unreadable(_) | Self::Format { .. } => "Make a new plan with this version:  callform plan --out FILE",
            Self::OtherProject { .. } | Self::OtherEnvironment { .. } | Self::OtherAccount { .. } => {
                "Apply it where it was made: the same project, --env and account."
            }
            Self::SpecsDiffer(_) | Self::RowsDiffer(_) | Self::Expired(_) => {
                "Make a new plan and have it reviewed:  callform plan --out FILE"
            }
            Self::OtherLedger { .. } | Self::NotAnAncestor { .. } => {
                "Plan and apply with one ledger: a file on a throw-away machine is not shared."
            }
            Self::Unsigned => "Make the plan where CALLFORM_PLAN_KEY is set.",
            Self::BadSignature => "Don't apply it. Make a new plan, and look at who could change this one.",
            Self::NoKey | Self::KeyRequired => "Set CALLFORM_PLAN_KEY to the key that plans are signed with.",
            Self::Ledger(error) => return error.advice(),
        };
        vec![line.to_owned()]
    }
}

/// Where a plan is to be carried out.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The project, in its environment.
    pub project: &'a Project,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// The time.
    pub now: Timestamp,
    /// `CALLFORM_PLAN_KEY`, if set.
    pub key: Option<&'a Secret>,
}

impl PlanFile {
    /// From a plan. Signed, if there is a key.
    ///
    /// # Errors
    /// If the plan itself may not be carried out.
    pub fn of(plan: &Plan, valid_for: Duration, key: Option<&Secret>) -> Result<Self, PlanFileError> {
        let (true, History::Known { lineage, position }) = (plan.is_applicable(), &plan.history) else {
            return Err(PlanFileError::NotApplicable);
        };
        let expires = SignedDuration::try_from(valid_for).ok().and_then(|valid| plan.created.checked_add(valid).ok());
        let mut file = Self {
            format: FORMAT,
            project: plan.project.clone(),
            environment: plan.environment.clone(),
            account: plan.account.clone(),
            created: plan.created,
            expires: expires.ok_or(PlanFileError::Expiry)?,
            allow_repeat: plan.allow_repeat,
            specs: plan.specs.clone(),
            ledger: Ancestor { lineage: lineage.to_string(), position: position.to_string() },
            calls: plan
                .calls
                .iter()
                .map(|call| Authorised(call.id, call.fingerprint, u32::from(call.max_attempts)))
                .collect(),
            signature: None,
        };
        if let Some(key) = key {
            let signature = file.mac(key)?.finalize().into_bytes();
            file.signature = Some(signature.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        Ok(file)
    }

    /// Reads one. Everything else is for [`check`](Self::check).
    ///
    /// # Errors
    /// If it is not a plan of this format.
    pub fn read(from: impl Read) -> Result<Self, PlanFileError> {
        #[derive(Deserialize)]
        struct Probe {
            format: u64,
        }
        let mut text = String::new();
        BufReader::new(from).read_to_string(&mut text)?;
        // The format first: a newer one may hold fields that would only look like damage here.
        let probe: Probe = serde_json::from_str(&text).map_err(PlanFileError::Unreadable)?;
        if probe.format != u64::from(FORMAT) {
            return Err(PlanFileError::Format { found: probe.format });
        }
        serde_json::from_str(&text).map_err(PlanFileError::Unreadable)
    }

    /// Writes it, with one final line break.
    ///
    /// # Errors
    /// If that fails.
    pub fn write(&self, to: impl Write) -> Result<(), PlanFileError> {
        let mut to = BufWriter::new(to);
        serde_json::to_writer(&mut to, self).map_err(io::Error::from)?;
        to.write_all(b"\n")?;
        Ok(to.flush()?)
    }

    /// Which plan it is: the same for every copy, and for no other plan.
    pub fn id(&self) -> String {
        let mut texts = vec![self.created.to_string(), self.expires.to_string(), self.ledger.position.clone()];
        texts.extend(
            self.calls.iter().map(|Authorised(call, fingerprint, most)| format!("{call} {fingerprint} {most}")),
        );
        digest_of(&texts)
    }

    /// How many calls it authorises.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Until when.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Whether it is signed.
    pub fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// Whether it was made with `--allow-repeat`; then it is carried out with it.
    pub fn allow_repeat(&self) -> bool {
        self.allow_repeat
    }

    /// Everything that can be said before the rows are read. Then plan again with
    /// [`PlanRequest::against`](crate::plan::PlanRequest::against), and [`check_rows`](Self::check_rows).
    ///
    /// # Errors
    /// Why it can't be carried out here and now.
    pub fn check(&self, place: &Place<'_>) -> Result<(), PlanFileError> {
        let Place { project, ledger, now, key } = *place;
        self.check_signature(key, project.plan.require_signature == Some(true))?;
        if self.project != project.name {
            return Err(PlanFileError::OtherProject { plan: self.project.clone(), here: project.name.clone() });
        }
        if self.environment != project.environment {
            let (plan, here) = (self.environment.clone(), project.environment.clone());
            return Err(PlanFileError::OtherEnvironment { plan, here });
        }
        if self.account != project.account() {
            return Err(PlanFileError::OtherAccount { plan: self.account.clone(), here: project.account() });
        }
        if self.ledger.lineage != ledger.lineage().as_str() {
            let plan = Lineage::parse(&self.ledger.lineage).map_or_else(|| "?".to_owned(), |lineage| lineage.short());
            return Err(PlanFileError::OtherLedger { plan, here: ledger.lineage().clone() });
        }
        let position = Position::parse(&self.ledger.position);
        match position {
            Some(position) if ledger.went_through(&position)? => {}
            _ => return Err(PlanFileError::NotAnAncestor { plan: position.map_or(0, |position| position.number()) }),
        }
        if now >= self.expires {
            return Err(PlanFileError::Expired(self.expires));
        }
        let differences = self.specs.differences(&Specs::of(project));
        if !differences.is_empty() {
            return Err(PlanFileError::SpecsDiffer(differences));
        }
        Ok(())
    }

    /// What remains to be said when the rows were read: `plan` was made against this file.
    ///
    /// # Errors
    /// If rows changed, or are gone, whose calls it authorises and that were not placed yet.
    pub fn check_rows(&self, plan: &Plan) -> Result<(), PlanFileError> {
        match &plan.row_differences {
            Some(differences) if differences.is_none() => Ok(()),
            Some(differences) => Err(PlanFileError::RowsDiffer(differences.clone())),
            None => Err(PlanFileError::NotApplicable),
        }
    }

    pub(crate) fn authorised(&self) -> &[Authorised] {
        &self.calls
    }

    fn check_signature(&self, key: Option<&Secret>, required: bool) -> Result<(), PlanFileError> {
        let (key, signature) = match (key, &self.signature) {
            (None, None) if required => return Err(PlanFileError::KeyRequired),
            (None, None) => return Ok(()),
            (None, Some(_)) => return Err(PlanFileError::NoKey),
            // Who sets a key expects that nothing unsigned passes.
            (Some(_), None) => return Err(PlanFileError::Unsigned),
            (Some(key), Some(signature)) => (key, signature),
        };
        let bytes: Option<Vec<u8>> = (0..signature.len())
            .step_by(2)
            .map(|at| signature.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        let unsigned = Self { signature: None, ..self.clone() };
        let mac = unsigned.mac(key)?;
        mac.verify_slice(&bytes.unwrap_or_default()).map_err(|_| PlanFileError::BadSignature)
    }

    /// HMAC-SHA256 over the file as it is written without a signature.
    fn mac(&self, key: &Secret) -> Result<Hmac<Sha256>, PlanFileError> {
        struct Feed(Hmac<Sha256>);
        impl Write for Feed {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.update(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        // A key of any length becomes one that fits.
        let mut block = [0_u8; 64];
        block[..32].copy_from_slice(&Sha256::digest(key.expose().as_bytes()));
        let mut feed = Feed(Hmac::new((&block).into()));
        feed.0.update(b"callform plan\n");
        serde_json::to_writer(&mut feed, self).map_err(io::Error::from)?;
        Ok(feed.0)
    }
}

impl fmt::Display for PlanFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { project, environment, account, created, expires, .. } = self;
        write!(f, "plan for {project} / {environment} on {account}, made {created}, valid until {expires}")
    }
}
