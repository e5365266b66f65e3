//! The ledger's file: its identity on the file system, its names, and who may read it.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{LedgerError, Place};

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
        _ => remove(finished),
    }
}

/// Whoever opens the ledger meanwhile removes it, too: see [`other_name`].
fn remove(finished: &Path) -> io::Result<()> {
    match fs::remove_file(finished) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// What the name of a ledger in the making has behind the ledger's own.
const IN_THE_MAKING: &str = ".new-";

/// The name under which a ledger is made, before it gets its own.
pub(super) fn name_in_the_making(ledger: &Path, word: &str) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(format!("{IN_THE_MAKING}{word}"));
    PathBuf::from(name)
}

/// The file itself, where a path names a symbolic link to it: what lies beside a ledger (lock, mark, journal) lies
/// beside the file, whichever link leads there. A path that leads round in circles stays as it is.
pub(super) fn behind_links(path: &Path) -> PathBuf {
    const LONGEST: usize = 40;
    let mut here = path.to_owned();
    for _ in 0..LONGEST {
        let Ok(target) = fs::read_link(&here) else { return here };
        here = here.parent().map_or_else(|| target.clone(), |directory| directory.join(&target));
    }
    path.to_owned()
}

/// Why a file can be reached by another path, with another lock, another mark and another journal beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherName {
    /// It has so many hard links.
    Links(u64),
    /// It is mounted by itself, without the directory that it lies in.
    Mount,
}

/// Refuses a ledger that can be reached by another path.
pub(super) fn check_names(path: &Path) -> Result<(), LedgerError> {
    let place = || Place::File(path.to_owned());
    match other_name(path).map_err(|error| LedgerError::Io { place: place(), error })? {
        Some(how) => Err(LedgerError::OtherName { place: place(), how }),
        None => Ok(()),
    }
}

/// Whether the file can be reached by another path. What a ledger in the making left behind, when its process was
/// killed, is removed.
#[cfg(unix)]
fn other_name(path: &Path) -> io::Result<Option<OtherName>> {
    let links = || fs::metadata(path).map(|metadata| std::os::unix::fs::MetadataExt::nlink(&metadata));
    if is_mounted_alone(path) {
        return Ok(Some(OtherName::Mount));
    }
    if links()? < 2 {
        return Ok(None);
    }
    remove_leftovers(path)?;
    let links = links()?;
    Ok((links > 1).then_some(OtherName::Links(links)))
}

#[cfg(not(unix))]
fn other_name(_: &Path) -> io::Result<Option<OtherName>> {
    Ok(None)
}

#[cfg(unix)]
fn remove_leftovers(path: &Path) -> io::Result<()> {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let beginning = format!("{name}{IN_THE_MAKING}");
    let inode_here = inode(&fs::metadata(path)?);
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let is_leftover = entry.file_name().to_str().is_some_and(|name| name.starts_with(&beginning));
        if is_leftover && entry.metadata().is_ok_and(|metadata| inode(&metadata) == inode_here) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// A kernel that can't tell says nothing.
#[cfg(target_os = "linux")]
fn is_mounted_alone(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, path, AtFlags::empty(), StatxFlags::BASIC_STATS).is_ok_and(|found| {
        found.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT)
            && found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT)
    })
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_mounted_alone(_: &Path) -> bool {
    false
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
