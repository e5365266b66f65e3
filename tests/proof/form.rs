//! How long to look, and from which seed on.

/// The short form fits in between other tests; the long one is what the figures in `docs/never-twice.md` come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Short,
    Long,
}

#[expect(clippy::disallowed_methods, reason = "a test's own settings")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Form {
    /// As `CALLFORM_PROOF` says.
    pub(crate) fn wanted() -> Self {
        match setting("CALLFORM_PROOF").as_deref() {
            None | Some("" | "short") => Self::Short,
            Some("long") => Self::Long,
            Some(other) => panic!("CALLFORM_PROOF is `long` or `short`, not `{other}`"),
        }
    }
}

/// The first seed: `CALLFORM_PROOF_SEED`, or 1.
pub(crate) fn first_seed() -> u64 {
    setting("CALLFORM_PROOF_SEED").map_or(1, |seed| seed.parse().unwrap())
}
