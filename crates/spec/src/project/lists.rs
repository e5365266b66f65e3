//! Do-not-call lists on the disk: whether they changed since they were read, and reading them again. A run goes on for
//! hours, and who asks meanwhile not to be called is written into the file.

use std::fs::{File, Metadata};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::paths;
use crate::callees::DoNotCall;

/// The files of a campaign's `doNotCall`.
#[derive(Clone, Debug, Default)]
pub struct ListFiles {
    root: PathBuf,
    files: Vec<ListFile>,
}

#[derive(Clone, Debug)]
struct ListFile {
    path: PathBuf,
    /// As it was when it was read; `None` if that is not known.
    stamp: Option<Stamp>,
}

/// What tells that a file was written, or that another one took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
    /// Device, number and change of the file itself, where there are such.
    file: [i64; 4],
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt;
            [metadata.dev().cast_signed(), metadata.ino().cast_signed(), metadata.ctime(), metadata.ctime_nsec()]
        };
        #[cfg(not(unix))]
        let file = [0; 4];
        Self { modified: metadata.modified().ok(), len: metadata.len(), file }
    }
}

/// A list that can't be relied upon any more. Nobody may be phoned without it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the do-not-call list `{shown}` can't be read: {why}")]
pub struct ListError {
    /// The file's path as shown.
    pub shown: String,
    /// Why not, in words. No number.
    pub why: String,
}

impl ListFiles {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new() }
    }

    /// One more, which is about to be read.
    pub(super) fn add(&mut self, path: &Path) {
        let stamp = path.metadata().ok().map(|metadata| Stamp::of(&metadata));
        self.files.push(ListFile { path: path.to_owned(), stamp });
    }

    /// Whether one of them was changed, replaced or taken away since it was read.
    pub fn changed(&self) -> bool {
        self.files.iter().any(|file| {
            let now = file.path.metadata().ok().map(|metadata| Stamp::of(&metadata));
            now.is_none() || now != file.stamp
        })
    }

    /// Reads all of them again.
    ///
    /// # Errors
    /// The first that can't be read, or whose lines can't: then the list as a whole can't be relied upon.
    pub fn read_again(&mut self) -> Result<DoNotCall, ListError> {
        let mut list = DoNotCall::default();
        let mut stamps = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let failed = |why: String| ListError { shown: paths::shown(&self.root, &file.path), why };
            let io = |error: std::io::Error| failed(paths::io_words(&error));
            // A link may have been put in its place.
            if !file.path.canonicalize().map_err(io)?.starts_with(self.root.canonicalize().map_err(io)?) {
                return Err(failed("it leads out of the project".to_owned()));
            }
            let open = File::open(&file.path).map_err(io)?;
            // Of what is read, and before: what is written meanwhile is a change.
            let metadata = open.metadata().map_err(io)?;
            if !metadata.is_file() {
                return Err(failed("it is not a file".to_owned()));
            }
            let faults = list.read(BufReader::new(open));
            if let Some(first) = faults.first() {
                return Err(failed(format!("line {}: {}", first.line, first.message)));
            }
            stamps.push(Stamp::of(&metadata));
        }
        for (file, stamp) in self.files.iter_mut().zip(stamps) {
            file.stamp = Some(stamp);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::PhoneNumber;

    fn on(list: &DoNotCall, number: &str) -> bool {
        list.contains(&PhoneNumber::parse(number).unwrap())
    }

    #[test]
    fn a_list_that_was_written_replaced_or_taken_away_has_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dnc.csv");
        std::fs::write(&path, "+447700900001\n").unwrap();
        let mut files = ListFiles::new(dir.path());
        files.add(&path);
        assert!(!files.changed());
        let other = dir.path().join("other.csv");
        std::fs::write(&other, "+447700900002\n").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert!(files.changed());
        let list = files.read_again().unwrap();
        assert!(on(&list, "+447700900002") && !on(&list, "+447700900001") && !files.changed());
        std::fs::write(&path, "+447700900002\n+447700900003\n").unwrap();
        assert!(files.changed() && on(&files.read_again().unwrap(), "+447700900003"));
        std::fs::remove_file(&path).unwrap();
        assert!(files.changed());
        let error = files.read_again().unwrap_err();
        assert_eq!(error.to_string(), "the do-not-call list `dnc.csv` can't be read: no such file");
    }

    #[test]
    fn a_list_with_a_line_that_is_no_number_or_that_leads_out_is_no_list() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = dir.path().join("dnc.csv");
        std::fs::write(&path, "+447700900001\n+44 what\n").unwrap();
        let mut files = ListFiles::new(dir.path());
        files.add(&path);
        assert!(files.read_again().unwrap_err().why.starts_with("line 2: "));
        #[cfg(unix)]
        {
            let elsewhere = outside.path().join("dnc.csv");
            std::fs::write(&elsewhere, "+447700900001\n").unwrap();
            std::fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
            assert_eq!(files.read_again().unwrap_err().why, "it leads out of the project");
        }
    }
}
