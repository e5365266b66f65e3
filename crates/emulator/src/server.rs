//! The emulator as an HTTP server that the official clients accept.
//!
//! It stands on hyper and not on a framework, because two things lie below one: `CONNECT`, by which the Node client
//! reaches a proxy, and a connection that ends without an answer.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::transport::{HttpRequest, HttpResponse, Method};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, rt};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use zeroize::Zeroizing;

use crate::emulator::{Emulator, Reply};
use crate::envelope::ApiError;
use crate::gateway;

/// How long running requests may take after the shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait after a failed `accept`, which fails at once again while the process has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How a server listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServeOptions {
    /// Serve on an address that other machines can reach. Requests carry phone numbers and model keys in clear.
    pub allow_remote: bool,
}

/// The server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Other machines could reach it.
    #[error(
        "{0} can be reached from other machines, and requests carry phone numbers and model keys in clear; listen on \
         127.0.0.1 or [::1], or allow remote clients explicitly"
    )]
    NotLoopback(SocketAddr),
    /// The listener has no address.
    #[error("can't tell where the emulator listens: {0}")]
    Listener(#[from] std::io::Error),
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped on purpose")]
struct Dropped;

/// What every connection shares.
#[derive(Clone)]
struct Shared {
    emulator: Arc<Emulator>,
    stop: watch::Receiver<bool>,
    /// Held by every connection: when all are gone, the server is done.
    _alive: mpsc::Sender<Infallible>,
}

/// Serves until `shutdown` completes; running requests then get 5 s to finish.
///
/// # Errors
/// When the listener isn't on a loopback address and the options don't allow that.
pub async fn serve(
    emulator: Arc<Emulator>,
    listener: TcpListener,
    options: ServeOptions,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    if !options.allow_remote && !address.ip().to_canonical().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let (stop, stopped) = watch::channel(false);
    let (alive, mut all_gone) = mpsc::channel(1);
    let shared = Shared { emulator, stop: stopped, _alive: alive };
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(serve_connection(TokioIo::new(stream), shared.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    // Nobody listening means that no connection is left to stop.
    let _ = stop.send(true);
    drop(shared);
    // Time out or not: what hangs now is a client that never finishes its request.
    let _ = tokio::time::timeout(GRACE, all_gone.recv()).await;
    Ok(())
}

/// One connection, or one tunnel inside a connection. Boxed, since a tunnel's future holds one of the same type.
fn serve_connection<I>(io: I, shared: Shared) -> Pin<Box<dyn Future<Output = ()> + Send>>
where
    I: rt::Read + rt::Write + Unpin + Send + 'static,
{
    Box::pin(async move {
        let mut stop = shared.stop.clone();
        let service = service_fn(|request| respond(request, shared.clone()));
        let mut connection = pin!(http1::Builder::new().serve_connection(io, service).with_upgrades());
        tokio::select! {
            // An error ends this connection, which is all that it needs to do: the client sees it too.
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    })
}

async fn respond(request: Request<Incoming>, shared: Shared) -> Result<Response<Full<Bytes>>, Dropped> {
    if request.method() == hyper::Method::CONNECT {
        // Whatever host the tunnel is meant for, it ends here: the client then sends plain HTTP for the true host.
        tokio::spawn(async move {
            if let Ok(tunnel) = hyper::upgrade::on(request).await {
                serve_connection(tunnel, shared).await;
            }
        });
        return Ok(Response::new(Full::default()));
    }
    let emulator = Arc::clone(&shared.emulator);
    let reply = match received(request).await? {
        // Placing waits for the disk.
        Ok(request) => tokio::task::spawn_blocking(move || emulator.handle(&request)).await.map_err(|_| Dropped)?,
        Err(error) => emulator.refuse(error),
    };
    match reply {
        Reply::Answer { response, after } => {
            if !after.is_zero() {
                tokio::time::sleep(after).await;
            }
            http_response(response)
        }
        Reply::Dropped | Reply::Unreachable => Err(Dropped),
    }
}

/// The request as the emulator takes it; the inner error is one that the client is told.
async fn received(request: Request<Incoming>) -> Result<Result<HttpRequest, ApiError>, Dropped> {
    let (head, body) = request.into_parts();
    let method = match head.method {
        hyper::Method::GET => Method::Get,
        hyper::Method::POST => Method::Post,
        _ => return Ok(Err(ApiError::new("UnsupportedProtocol", "the API takes GET and POST"))),
    };
    let body = match Limited::new(body, gateway::MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Ok(Err(gateway::too_large(gateway::MAX_BODY))),
        Err(_) => return Err(Dropped),
    };
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    Ok(Ok(HttpRequest { method, url: head.uri.to_string(), headers, body: Zeroizing::new(body.to_vec()) }))
}

fn http_response(response: HttpResponse) -> Result<Response<Full<Bytes>>, Dropped> {
    let mut builder = Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(response.body))).map_err(|_| Dropped)
}
