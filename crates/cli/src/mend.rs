//! Mending a project's files: what `lint --fix` writes and `lint --diff` shows.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use callform_lint::findings;
use callform_lint::fix::{self, Fixed, FixedFile};
use callform_lint::rules;
use callform_lint::selection::Selection;
use callform_lint::waivers::UsedWaivers;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Drafts, Loaded};

use crate::args::ProjectArgs;
use crate::failure::Failure;
use crate::project;

/// Mends what has one right answer, or what has any; writes nothing.
pub(crate) fn mend(args: &ProjectArgs, selection: &Selection, with_unsafe: bool) -> Fixed {
    fix::fix(&Mended { args, selection }, with_unsafe)
}

struct Mended<'a> {
    args: &'a ProjectArgs,
    selection: &'a Selection,
}

impl fix::Project for Mended<'_> {
    fn load(&self, drafts: &Drafts) -> Loaded {
        project::load_with(self.args, drafts)
    }

    fn find(&self, loaded: &Loaded, drafts: &Drafts) -> Vec<Diagnostic> {
        let found = rules::check(loaded);
        let elsewhere = crate::check::used_elsewhere(loaded, self.args, drafts);
        // Rows are no texts that are mended, so they are not read in each round.
        let elsewhere = elsewhere.map(UsedWaivers::with_rows_unread);
        let told = findings::judge_with(loaded, found, self.selection, elsewhere).told;
        loaded.diagnostics.iter().cloned().chain(told).collect()
    }

    fn read(&self, path: &str) -> io::Result<(PathBuf, String)> {
        let path = self.args.dir.join(path).canonicalize()?;
        let text = std::fs::read_to_string(&path)?;
        Ok((path, text))
    }
}

/// Writes files whole or not at all. None is written unless each can be.
pub(crate) fn write(files: &[FixedFile]) -> Result<(), Failure> {
    let failed = |file: &FixedFile, why: String, done: usize| {
        let failure = Failure::failed(format!("can't write `{}`: {why}", file.shown));
        if done == 0 { failure.line("No file was changed.") } else { failure.line(format!("{done} files were.")) }
    };
    for file in files {
        check(file).map_err(|why| failed(file, why, 0))?;
    }
    for (done, file) in files.iter().enumerate() {
        check(file).and_then(|()| replace(file).map_err(|e| e.to_string())).map_err(|why| failed(file, why, done))?;
    }
    Ok(())
}

/// Whether a file may be written, and is the one that was mended.
fn check(file: &FixedFile) -> Result<(), String> {
    let metadata = std::fs::metadata(&file.path).map_err(|e| e.to_string())?;
    if metadata.permissions().readonly() {
        return Err("it is read-only".into());
    }
    let now = std::fs::read(&file.path).map_err(|e| e.to_string())?;
    if now == file.before.as_bytes() { Ok(()) } else { Err("it was changed meanwhile; run it again".into()) }
}

/// Beside it, then over it: whoever reads meanwhile sees the old text or the new one.
fn replace(file: &FixedFile) -> io::Result<()> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let beside = file.path.with_file_name(format!(".{name}.callform-new"));
    let written = fill(&beside, file).and_then(|()| std::fs::rename(&beside, &file.path));
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::Error::new(error.kind(), format!("`{}` is in the way: remove it", beside.display())))
        }
        Err(error) => {
            let _ = std::fs::remove_file(&beside);
            Err(error)
        }
        Ok(()) => Ok(()),
    }
}

fn fill(beside: &Path, file: &FixedFile) -> io::Result<()> {
    // Never through a link that somebody put there, nor over a file.
    let mut new = std::fs::File::options().write(true).create_new(true).open(beside)?;
    new.set_permissions(std::fs::metadata(&file.path)?.permissions())?;
    new.write_all(file.after.as_bytes())?;
    new.sync_all()
}
