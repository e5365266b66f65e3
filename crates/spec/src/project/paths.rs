//! Files named in documents: relative to the document, inside the project, symbolic links resolved.

use std::path::{Component, Path, PathBuf};

use super::load::Drafts;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Resolves a path that a document names.
///
/// # Errors
/// What is wrong with it, at `span`.
pub(super) fn resolve(root: &Path, document: &Path, named: &str, span: Span) -> Result<PathBuf, Box<Diagnostic>> {
    let outside = || {
        Box::new(
            Diagnostic::error("E0121", "the path leads out of the project", span, "not inside the project's directory")
                .help("copy the file into the project: what a plan is made of belongs into the same Git repository"),
        )
    };
    let named_path = Path::new(named);
    if named_path.is_absolute() {
        return Err(outside());
    }
    let joined = normal(&document.parent().unwrap_or(root).join(named_path));
    // Absolute, or `..` above a relative root would look like any other name.
    let absolute = |path: &Path| std::path::absolute(path).map(|path| normal(&path)).unwrap_or_default();
    if !absolute(&joined).starts_with(absolute(root)) {
        return Err(outside());
    }
    let missing = |error: &std::io::Error| {
        Box::new(
            Diagnostic::error("E0122", format!("can't read `{}`", shown(root, &joined)), span, io_words(error))
                .help("paths are relative to the document that names them"),
        )
    };
    let real = joined.canonicalize().map_err(|e| missing(&e))?;
    let real_root = root.canonicalize().map_err(|e| missing(&e))?;
    if !real.starts_with(&real_root) {
        return Err(outside());
    }
    if !real.is_file() {
        return Err(Box::new(Diagnostic::error(
            "E0122",
            format!("`{}` is not a file", shown(root, &joined)),
            span,
            "not a file",
        )));
    }
    Ok(joined)
}

/// A path as shown: relative to the project, with `/`.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    let relative = normal(path).strip_prefix(normal(root)).map_or_else(|_| path.to_path_buf(), Path::to_path_buf);
    relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// What an I/O error means, without the platform's own number.
pub(super) fn io_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".into(),
        std::io::ErrorKind::PermissionDenied => "no permission to read it".into(),
        std::io::ErrorKind::InvalidData => "not UTF-8 text".into(),
        kind => kind.to_string(),
    }
}

/// A path without `.` and `..`, by its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    out.push("..");
                }
            }
            other => out.push(other),
        }
    }
    out
}

/// Largest document; a prompt or a list of thousands is a file of its own.
const MAX_DOCUMENT: u64 = 8 * 1024 * 1024;

/// Canonical path and text of a document that was found below the project's directory, which is given in its canonical
/// form.
///
/// # Errors
/// Why it can't be read, in words. What a link leads to outside of the project is not read: an excerpt would show it.
pub(super) fn document(real_root: &Path, file: &Path, drafts: &Drafts) -> Result<(PathBuf, String), String> {
    let real = file.canonicalize().map_err(|e| io_words(&e))?;
    if !real.starts_with(real_root) {
        return Err("it leads out of the project".into());
    }
    let metadata = real.metadata().map_err(|e| io_words(&e))?;
    if !metadata.is_file() {
        return Err("not a file".into());
    }
    let draft = drafts.get(&real);
    if draft.map_or(metadata.len(), |text| text.len() as u64) > MAX_DOCUMENT {
        return Err(format!("it is larger than {} MiB; put rows into a CSV file", MAX_DOCUMENT / 1024 / 1024));
    }
    if let Some(draft) = draft {
        return Ok((real, draft.clone()));
    }
    let bytes = std::fs::read(&real).map_err(|e| io_words(&e))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..at];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        format!("not UTF-8 text, from line {line}, column {column} on")
    })?;
    Ok((real, text))
}

/// Text of a file as the language takes it: without a byte order mark, CRLF as LF.
pub(super) fn read_text(path: &Path, drafts: &Drafts) -> std::io::Result<String> {
    let draft = drafts.get(&path.canonicalize()?);
    if draft.map_or(path.metadata()?.len(), |text| text.len() as u64) > MAX_DOCUMENT {
        return Err(std::io::Error::from(std::io::ErrorKind::FileTooLarge));
    }
    let text = draft.map_or_else(|| std::fs::read_to_string(path), |text| Ok(text.clone()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(if text.contains("\r\n") { text.replace("\r\n", "\n") } else { text.to_owned() })
}
