//! A file that is there when it is whole, and never takes another one's place.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::{Lineage, file};
use crate::random::Random;

/// A file in the making, for its owner only. Dropped before [`finish`](Self::finish), it is gone.
#[derive(Debug)]
pub struct NewFile {
    making: PathBuf,
    name: PathBuf,
}

impl NewFile {
    /// Begins a file that will be called so.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if there is one; or it can't be made.
    pub fn begin(name: &Path, random: &mut dyn Random) -> io::Result<Self> {
        if name.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let lineage = Lineage::generate(random).map_err(io::Error::other)?;
        let new = Self { making: file::name_in_the_making(name, lineage.as_str()), name: name.to_owned() };
        file::create_private(&new.making)?;
        Ok(new)
    }

    /// Where it is being made.
    pub fn path(&self) -> &Path {
        &self.making
    }

    /// For writing into it.
    ///
    /// # Errors
    /// If it can't be opened.
    pub fn open(&self) -> io::Result<File> {
        OpenOptions::new().write(true).open(&self.making)
    }

    /// Makes it durable, and gives it its name.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if the name was taken meanwhile; or it could not be written.
    pub fn finish(self) -> io::Result<()> {
        File::open(&self.making)?.sync_all()?;
        match fs::hard_link(&self.making, &self.name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Not every file system has links (exFAT).
            Err(_) if self.name.symlink_metadata().is_ok() => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&self.making, &self.name)?,
            Ok(()) => {}
        }
        file::sync_directory(&self.name)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Also what a database keeps beside its file. Whatever can't be removed is named after what it was for.
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.making.as_os_str().to_owned();
            path.push(suffix);
            let _ = fs::remove_file(path);
        }
    }
}
