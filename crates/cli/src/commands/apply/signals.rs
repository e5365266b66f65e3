//! Signals that end a run in order: the first lets what is under way end and be written down, the second does not wait.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use callform_exec::apply::{Cancel, cancellation};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears Ctrl-C, SIGTERM and, where it is not ignored, SIGHUP: a terminal that is gone. While `idle` holds an exit code
/// nothing is under way, and a second signal ends the process with it.
pub(super) fn listen(idle: Arc<AtomicU8>) -> Cancel {
    let (handle, cancel) = cancellation();
    tokio::spawn(async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        let mut hang_up = if hang_up_is_ignored() { None } else { signal(SignalKind::hangup()).ok() };
        let mut heard = 0_u32;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                () = received(&mut hang_up) => {}
            }
            handle.signal();
            heard = heard.saturating_add(1);
            match idle.load(Ordering::SeqCst) {
                exit @ 1.. if heard > 1 => {
                    let _ =
                        writeln!(std::io::stderr(), "Interrupted. What was sent is in the ledger:  callform status");
                    std::process::exit(exit.into());
                }
                _ => {}
            }
        }
    });
    cancel
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether whoever started the process wants it to outlive its terminal (`nohup`): hearing a signal would end that. Known
/// on Linux only.
fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first signal is SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
