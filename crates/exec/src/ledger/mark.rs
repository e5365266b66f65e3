//! The high-water mark: how far a ledger had got, kept apart from it. A ledger that does not go through it is an older
//! state of itself: a copy in its place, a server that was set back, or a file whose `-wal` is gone.
//!
//! A ledger in a file has its mark beside it, one on a server beside the project: there it tells how far *this machine*
//! saw it get. It is written after each commit, without waiting for the disk: so it outlives the process, however that
//! ends, and is never ahead of what the ledger itself has on the disk. After a power cut it may be behind, which
//! accuses nobody.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Address, Lineage, Position};

/// Longer than a mark is.
const LONGEST: u64 = 256;

/// Where a ledger's mark is kept.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    path: PathBuf,
    lineage: Lineage,
}

impl Mark {
    /// Of the ledger at that address; `None` where a server's ledger has no project beside it.
    pub(super) fn of(address: &Address, root: Option<&Path>, lineage: &Lineage) -> Option<Self> {
        let path = match address {
            Address::File(ledger) => {
                let mut name = ledger.as_os_str().to_owned();
                name.push(".mark");
                PathBuf::from(name)
            }
            Address::Postgres(_) => root?.join(format!(".callform/server-{lineage}.db.mark")),
        };
        Some(Self { path, lineage: lineage.clone() })
    }

    /// How far the ledger had got, if that is known. What can't be read, and another ledger's mark, say nothing.
    pub(super) fn position(&self) -> Option<Position> {
        self.read(&mut File::open(&self.path).ok()?)
    }

    /// The ledger has got that far. A higher mark stays: several processes write into one ledger. That it could not be
    /// written is no reason to stop: it is a help.
    pub(super) fn raise(&self, position: Position) {
        let Ok(mut file) = self.open() else { return };
        if self.read(&mut file).is_none_or(|known| known.number < position.number) {
            let _ = self.write(&mut file, position);
        }
    }

    /// From now on this is how far the ledger has got, whatever stood there.
    pub(super) fn set(&self, position: Position) -> io::Result<()> {
        self.write(&mut self.open()?, position)
    }

    fn read(&self, file: &mut File) -> Option<Position> {
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        // The first line only: a longer one may have stood there before.
        let (lineage, position) = text.lines().next()?.split_once(' ')?;
        if lineage == self.lineage.as_str() { Position::parse(position) } else { None }
    }

    fn write(&self, file: &mut File, position: Position) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        // Not shortened, and at once: whoever looks at any moment sees one whole line.
        file.write_all(format!("{} {position}\n", self.lineage).as_bytes())
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match (options.open(&self.path), self.path.parent()) {
            (Err(error), Some(directory)) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(directory)?;
                options.open(&self.path)
            }
            (opened, _) => opened,
        }
    }
}
