//! A mutation: what it takes away, and how it changes the source.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Takes one protection away.
pub(super) struct Mutation {
    pub(super) name: &'static str,
    /// What is gone then, in words.
    pub(super) removes: &'static str,
    pub(super) edits: &'static [Edit],
}

/// Replaces a text that must be in the file exactly once.
pub(super) struct Edit {
    pub(super) file: &'static str,
    pub(super) find: &'static str,
    pub(super) replace: &'static str,
}

/// A file before and after.
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) original: String,
    pub(super) changed: String,
}

impl Mutation {
    /// The files that it changes.
    ///
    /// # Errors
    /// If the source is not what the mutation was written for.
    pub(super) fn texts(&self, source: &Path) -> Result<Vec<Text>> {
        let mut texts: Vec<Text> = Vec::new();
        for edit in self.edits {
            let path = source.join(edit.file);
            let index = match texts.iter().position(|text| text.path == path) {
                Some(index) => index,
                None => {
                    let original = fs::read_to_string(&path).with_context(|| format!("mutation `{}`", self.name))?;
                    texts.push(Text { path, changed: original.clone(), original });
                    texts.len() - 1
                }
            };
            let found = texts[index].changed.matches(edit.find).count();
            ensure!(
                found == 1,
                "mutation `{}`: {} has this text {found} times, not once; fit the mutation to the source as it is now:\n{}",
                self.name,
                edit.file,
                edit.find
            );
            texts[index].changed = texts[index].changed.replace(edit.find, edit.replace);
        }
        Ok(texts)
    }
}
