//! Which files belong to a project: `callform.yaml`, and every YAML file below `agents/` and `campaigns/`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::PROJECT_FILE;

/// Directories that hold documents.
const DIRECTORIES: [&str; 2] = ["agents", "campaigns"];

/// The files, `callform.yaml` first, then by path. Hidden ones are passed over. A directory that is a link out of the
/// project is given itself, so that reading it says so.
pub(super) fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![root.join(PROJECT_FILE)];
    // A link that leads back up would never end.
    let mut visited = BTreeSet::from([root.canonicalize()?]);
    for directory in DIRECTORIES {
        let directory = root.join(directory);
        if directory.is_dir() {
            walk(root, &directory, &mut visited, &mut found)?;
        }
    }
    Ok(found)
}

fn walk(root: &Path, directory: &Path, visited: &mut BTreeSet<PathBuf>, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let real = directory.canonicalize()?;
    if !real.starts_with(root.canonicalize()?) {
        found.push(directory.to_path_buf());
        return Ok(());
    }
    if !visited.insert(real) {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, visited, found)?;
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            found.push(path);
        }
    }
    Ok(())
}
