//! The protections, and how to remove each.

mod ledger;
mod records;
mod sending;

use super::mutation::Mutation;

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Mutation> {
    [ledger::ALL, sending::ALL, records::ALL].into_iter().flatten()
}
