//! The events of a ledger as JSON Lines, for other programs and for years. No number, no key of a row, no secret.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::database::{DbError, moment};
use super::event::last;
use super::{Ledger, LedgerError, schema};
use crate::identity::{CallId, DIGEST_BYTES};

/// The version of the lines, in the first one.
const FORMAT: u32 = 1;

/// An export that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The lines can't be written.
    #[error("the export can't be written: {0}")]
    Write(#[from] io::Error),
}

impl Ledger {
    /// Writes a line about the ledger, then a line for each event, oldest first; how many events. All of one moment's:
    /// runs may go on. `detail` is the text that the chain is computed over.
    ///
    /// # Errors
    /// If the ledger can't be read, or `out` takes no more.
    pub fn export(&self, out: &mut dyn Write) -> Result<u64, ExportError> {
        let (mut events, mut refused) = (0, None);
        let mut write = |line: &str| {
            out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(|error| {
                refused = Some(error);
                DbError::Content("not written".to_owned())
            })
        };
        let read = self.database.snapshot(|database| {
            let position = last(database)?.ok_or_else(|| DbError::Content("it has no events".to_owned()))?;
            let head = json!({
                "callform": "ledger", "formatVersion": FORMAT, "ledgerVersion": schema::VERSION,
                "lineage": self.lineage.as_str(), "project": self.project, "position": position.to_string(),
                "events": position.number(),
            });
            write(&head.to_string())?;
            database.each(
                "SELECT position, at, actor, call, attempt, kind, detail, chain FROM events ORDER BY position",
                &[],
                |row| {
                    let (number, detail): (i64, String) = (row.get(0)?, row.get(6)?);
                    if serde_json::from_str::<Value>(&detail).is_err() || detail.contains('\n') {
                        return Err(DbError::Content(format!("event {number} can't be read")));
                    }
                    let (call, chain): (Option<CallId>, [u8; DIGEST_BYTES]) = (row.get(3)?, row.get(7)?);
                    let text = |text: &str| Value::from(text).to_string();
                    events += 1;
                    // By hand: the detail stays as it is, byte by byte.
                    write(&format!(
                        r#"{{"position":{number},"at":"{}","actor":{},"call":{},"attempt":{},"kind":{},"detail":{detail},"chain":"{}"}}"#,
                        moment(row.get(1)?)?,
                        text(&row.get::<String>(2)?),
                        call.map_or_else(|| "null".to_owned(), |call| text(&call.to_string())),
                        row.get::<Option<i64>>(4)?.map_or_else(|| "null".to_owned(), |attempt| attempt.to_string()),
                        text(&row.get::<String>(5)?),
                        CallId::from_bytes(chain),
                    ))
                },
            )
        });
        match (read, refused) {
            (_, Some(error)) => Err(error.into()),
            (Err(error), None) => Err(self.failed(error).into()),
            (Ok(()), None) => {
                out.flush()?;
                Ok(events)
            }
        }
    }
}
