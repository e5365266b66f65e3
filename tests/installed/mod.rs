//! What `./test` installs for the tests that need more than Rust.

use std::path::{Path, PathBuf};

/// A file or folder inside `target/test-deps`.
///
/// Panics where it is missing: a test that needs it must not pass without it.
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
pub(crate) fn installed(name: &str) -> PathBuf {
    let folder = std::env::var_os("CALLFORM_TEST_DEPS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-deps"), PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "{} is not there; `./test` installs what the tests need: run it", path.display());
    path
}
