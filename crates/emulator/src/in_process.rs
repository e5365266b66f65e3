//! The emulator as a transport: no port, no socket, and yet each request is signed and verified.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};

use crate::emulator::{Emulator, Reply};

/// Carries requests to an emulator in the same process, for `site: emulator`.
#[derive(Clone)]
pub struct InProcess(pub Arc<Emulator>);

impl Transport for InProcess {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            match self.0.handle(&request) {
                Reply::Answer { response, after } if after < timeout => {
                    if !after.is_zero() {
                        tokio::time::sleep(after).await;
                    }
                    Ok(response)
                }
                Reply::Answer { .. } => {
                    tokio::time::sleep(timeout).await;
                    Err(maybe_sent(format!("the emulator gave no answer within {timeout:?}")))
                }
                Reply::Dropped => Err(maybe_sent("the emulator ended the connection without an answer".to_owned())),
                Reply::Unreachable => Err(TransportError::NotSent {
                    reason: "the emulator's scenario says that it can't be reached".to_owned(),
                }),
            }
        })
    }
}

fn maybe_sent(reason: String) -> TransportError {
    TransportError::MaybeSent { reason }
}
