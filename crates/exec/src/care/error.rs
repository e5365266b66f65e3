//! Why nothing was adopted.

use callform_ccc::query::QueryError;
use jiff::Timestamp;

use crate::ledger::LedgerError;

/// Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No answer.
    #[error("the provider could not be asked who was phoned meanwhile: {0}")]
    Provider(#[from] QueryError),
    /// A list changed while it was read, or is too long.
    #[error("the provider's records changed while they were read: who was phoned meanwhile is not certain")]
    Incomplete,
    /// Callees are hidden, or can't be read.
    #[error("{sessions} sessions that the copy does not know show no number: who was phoned can't be told")]
    Hidden {
        /// How many.
        sessions: u64,
    },
    /// The provider keeps records for a while only.
    #[error("the copy ends at {last}, and the provider's records reach back to {reach}")]
    TooOld {
        /// The last event of the copy.
        last: Timestamp,
        /// How far records go back.
        reach: Timestamp,
    },
    /// Other accounts.
    #[error("the ledger also knows calls through {}, whose records are not read here", .0.join(", "))]
    OtherAccounts(Vec<String>),
    /// The people of a campaign can't be read.
    #[error("{rows} rows of the campaign `{campaign}` can't be read, so whom it phoned can't be told")]
    Rows {
        /// The campaign.
        campaign: String,
        /// How many are bad.
        rows: u64,
    },
}

impl CareError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        const PERSON: &str =
            "If you know that nobody was phoned since the copy was made:  --without-records --reason TEXT";
        let lines = match self {
            Self::Ledger(error) => return error.advice(),
            Self::Provider(_) => vec!["Try again when it answers.", PERSON],
            Self::Incomplete => {
                vec!["Try again when fewer calls go on: stop whatever else places calls through the account.", PERSON]
            }
            Self::Hidden { .. } | Self::TooOld { .. } => {
                vec!["Without that, everybody must count as phoned:  callform ledger rebuild", PERSON]
            }
            Self::OtherAccounts(_) => vec![
                "If you know that nobody was phoned through them since the copy was made:  --this-account-only --reason TEXT",
            ],
            Self::Rows { .. } => vec!["callform validate  shows what is wrong with them."],
        };
        lines.into_iter().map(str::to_owned).collect()
    }

    /// A refusal that an exit code tells from a failure.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Ledger(error) => error.is_refusal(),
            Self::Provider(_) | Self::Rows { .. } => false,
            _ => true,
        }
    }
}
