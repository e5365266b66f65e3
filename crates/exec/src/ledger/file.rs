//! The ledger's file: its identity on the file system, and who may read it.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What a file system knows a file by: a copy has another one, a renamed file keeps it.
///
/// The inode's number and the time of its making; not the device's number, which changes when a disk is mounted
/// again. Where the file system keeps no such time, the inode alone must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileIdentity {
    inode: u64,
    born: Option<u128>,
}

impl FileIdentity {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|metadata| Self {
            inode: inode(&metadata),
            born: metadata.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|d| d.as_nanos()),
        })
    }

    /// Back from [`to_text`](Self::to_text).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (inode, born) = text.split_once(':')?;
        Some(Self { inode: inode.parse().ok()?, born: if born.is_empty() { None } else { Some(born.parse().ok()?) } })
    }

    /// As it is stored in the ledger.
    pub(super) fn to_text(&self) -> String {
        format!("{}:{}", self.inode, self.born.map(|born| born.to_string()).unwrap_or_default())
    }

    /// Whether both can be the same file.
    pub(super) fn fits(&self, other: &Self) -> bool {
        // A kernel that begins to tell the time of making must not make a copy of every ledger.
        let born = self.born.is_none() || other.born.is_none() || self.born == other.born;
        self.inode == other.inode && born
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// Makes an empty file that only its owner can read. Its directory too, where it is missing.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    make_private(path)
}

/// Nobody but the owner: the database gives its `-wal` and `-shm` the same mode.
#[cfg(unix)]
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 != 0 {
        permissions.set_mode(0o600);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Gives a finished file its name. Where that is taken meanwhile, the other file keeps it.
pub(super) fn publish(finished: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(finished, name) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => match name.exists() {
            true => Err(error),
            // Not every file system has links (exFAT).
            false => fs::rename(finished, name),
        },
        _ => fs::remove_file(finished),
    }
}

/// Makes the entry in the directory durable.
#[cfg(unix)]
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(directory) => fs::File::open(directory)?.sync_all(),
        None => fs::File::open(".")?.sync_all(),
    }
}

#[cfg(not(unix))]
pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
