//! Waits that decide whether somebody is phoned again: shortened only where nobody is phoned.

use super::Site;
use super::context::Context;
use crate::diagnostic::Diagnostic;
use crate::model::{Duration, Provider};
use crate::source::Span;

/// Looks at `provider.reconcile`; `place` tells where a field stands.
pub(super) fn check(provider: &Provider, site: &Site, place: impl Fn(&[&str]) -> Span, context: &mut Context<'_>) {
    if site.is_loopback() {
        return;
    }
    let said = provider.reconcile.clone().unwrap_or_default();
    let waits = [("recordLag", said.record_lag, "30m"), ("requestLife", said.request_life, "300s")];
    for (field, wait, least) in waits {
        if wait.zip(Duration::parse(least)).is_some_and(|(wait, least)| wait < least) {
            context.push(
                Diagnostic::error(
                    "E0138",
                    format!("`provider.reconcile.{field}` is shorter than {least}"),
                    place(&["provider", "reconcile", field]),
                    "a call could be taken for not placed while its phone rings",
                )
                .help(format!("write {least} or more, or leave it out; only a site on this machine may have less")),
            );
        }
    }
}
