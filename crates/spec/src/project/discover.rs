//! Which files belong to a project: `callform.yaml`, and every YAML file below `agents/` and `campaigns/`.

use std::io;
use std::path::{Path, PathBuf};

use super::PROJECT_FILE;

/// Directories that hold documents.
const DIRECTORIES: [&str; 2] = ["agents", "campaigns"];

/// The files, `callform.yaml` first, then by path. Hidden ones are passed over.
pub(super) fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![root.join(PROJECT_FILE)];
    for directory in DIRECTORIES {
        let directory = root.join(directory);
        if directory.is_dir() {
            walk(&directory, 0, &mut found)?;
        }
    }
    Ok(found)
}

fn walk(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    // A link that leads back up would never end.
    if depth > 16 {
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
            walk(&path, depth + 1, found)?;
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            found.push(path);
        }
    }
    Ok(())
}
