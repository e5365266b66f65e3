//! Interrupting a run: the first signal lets it finish what is under way, the second one does not.

use std::sync::Arc;

use tokio::sync::watch;

/// Gives signals. Cheap to copy.
#[derive(Debug, Clone)]
pub struct CancelHandle(Arc<watch::Sender<u8>>);

/// Receives signals.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Receiver<u8>);

/// A pair of both.
pub fn cancellation() -> (CancelHandle, Cancel) {
    let (sender, receiver) = watch::channel(0);
    (CancelHandle(Arc::new(sender)), Cancel(receiver))
}

impl CancelHandle {
    /// One more Ctrl-C, or SIGTERM.
    pub fn signal(&self) {
        self.0.send_modify(|signals| *signals = signals.saturating_add(1));
    }
}

impl Cancel {
    /// Whether there were so many signals.
    pub(super) fn is(&self, signals: u8) -> bool {
        *self.0.borrow() >= signals
    }

    /// Waits for the first signal; for ever, if nobody is left to give one.
    pub async fn wait(&mut self) {
        self.reached(1).await;
    }

    /// Waits for so many signals; for ever, if nobody is left to give them.
    pub(super) async fn reached(&mut self, signals: u8) {
        if self.0.wait_for(|given| *given >= signals).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
