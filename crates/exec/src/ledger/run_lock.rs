//! The lock that a run holds on a ledger in a file, and who holds it: `<ledger>.lock`. The operating system takes the
//! lock away with the process that holds it, however that ends, so there is nothing to clean up.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Place;
use super::error::LedgerError;

/// Who holds a run's lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// The person or account.
    pub who: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// Since when, in RFC 3339.
    pub since: String,
    /// Its run, as `callform unlock` takes it.
    #[serde(default)]
    pub run: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}, process {}, since ", self.who, self.host, self.pid)?;
        match self.since.parse::<Timestamp>() {
            Ok(since) => write!(f, "{}", since.strftime("%Y-%m-%d %H:%M UTC"))?,
            Err(_) => f.write_str(&self.since)?,
        }
        self.run.as_ref().map_or(Ok(()), |run| write!(f, ", run {run}"))
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    holder: Option<Holder>,
}

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct RunLock {
    file: File,
    path: PathBuf,
}

impl RunLock {
    /// `<ledger>.lock`
    pub(super) fn path_of(ledger: &Path) -> PathBuf {
        let mut name = ledger.as_os_str().to_owned();
        name.push(".lock");
        PathBuf::from(name)
    }

    /// Takes the lock, if nobody has it.
    pub(super) fn take(ledger: &Path) -> Result<Option<Self>, LedgerError> {
        let path = Self::path_of(ledger);
        let io = |error| LedgerError::Io { place: Place::File(path.clone()), error };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file, path })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(io(error)),
        }
    }

    /// Who holds it, as they wrote down.
    pub(super) fn holder(ledger: &Path) -> Option<Holder> {
        read(&Self::path_of(ledger)).holder
    }

    /// Writes down who holds it.
    pub(super) fn write(&mut self, holder: &Holder) -> Result<(), LedgerError> {
        let content = Content { holder: Some(holder.clone()) };
        let written = serde_json::to_vec(&content).map_err(std::io::Error::from).and_then(|bytes| {
            // Not shortened first: a reader may look at any moment, and JSON ends where it ends.
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&bytes)?;
            self.file.set_len(bytes.len() as u64)
        });
        written.map_err(|error| LedgerError::Io { place: Place::File(self.path.clone()), error })
    }
}

/// What can't be read says nothing.
fn read(path: &Path) -> Content {
    let mut text = String::new();
    let read = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    match read {
        // Only the first value: a longer one may have stood there before.
        Ok(_) => serde_json::Deserializer::from_str(&text).into_iter().next().and_then(Result::ok).unwrap_or_default(),
        Err(_) => Content::default(),
    }
}
