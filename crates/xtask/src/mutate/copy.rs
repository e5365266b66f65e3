//! The scratch copy of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Makes `to` hold what the workspace holds in files that git would keep, as they are now, and nothing else. Files that
/// are the same already are not touched, so that cargo builds only what changed.
pub(super) fn workspace(to: &Path) -> Result<()> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .context("git lists the files to copy")?;
    ensure!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let text = String::from_utf8(listed.stdout)?;
    let wanted: BTreeSet<PathBuf> =
        text.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).filter(|path| path.is_file()).collect();
    ensure!(wanted.contains(Path::new("Cargo.lock")), "run it in the workspace's directory, as `cargo xtask` does");
    remove_others(to, to, &wanted)?;
    for path in &wanted {
        let target = to.join(path);
        let content = fs::read(path)?;
        if fs::read(&target).ok().as_ref() == Some(&content) {
            continue;
        }
        if let Some(directory) = target.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::copy(path, &target)?;
        // The copy keeps the original's age; cargo must see that it is new here.
        fs::write(&target, content)?;
    }
    Ok(())
}

fn remove_others(root: &Path, directory: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    let Ok(entries) = fs::read_dir(directory) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            remove_others(root, &path, wanted)?;
        } else if !wanted.contains(path.strip_prefix(root)?) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
