//! HTTP with `reqwest`, with everything switched off that could send a request twice.

use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect;

use super::{BoxFuture, HttpRequest, HttpResponse, Method, Transport, TransportError};

/// Longer than any documented answer of this API; a bigger one is not read to its end.
const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// How long to look for an answer when its time is over: it may have come while this process was stopped, and then it
/// lies ready.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// What can be chosen about the connection.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// How long DNS, TCP and TLS may take together, per attempt to connect.
    pub connect_timeout: Duration,
    /// An HTTP proxy for all requests, such as `http://proxy.example:3128`. The environment's `HTTP_PROXY` and its
    /// relatives are never read here. Loopback hosts are always reached directly.
    pub proxy: Option<String>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(10), proxy: None }
    }
}

/// [`Transport`] over HTTP/1.1.
///
/// No redirects, no retries, no proxy from the environment, and no connection is kept: a request that meets a
/// stale connection of a pool would be replayed by the HTTP stack itself. Certificates are judged by the roots of
/// the operating system; a machine without any gets Mozilla's, bundled.
pub struct HttpTransport {
    client: reqwest::Client,
}

/// An HTTP client that could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client can't be set up: {reason}")]
pub struct HttpTransportError {
    reason: String,
}

impl HttpTransport {
    /// Sets the client up; installs *ring* as the process's TLS provider unless there is one already.
    ///
    /// # Errors
    /// A proxy that is not a URL; TLS that can't be initialised.
    pub fn new(options: &HttpOptions) -> Result<Self, HttpTransportError> {
        // An error only means that somebody installed a provider before: theirs is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = match builder(options)?.build() {
            Ok(client) => client,
            // The platform's verifier refuses to be built when it finds no roots at all (a bare container).
            Err(_) => builder(options)?.tls_certs_only(bundled_roots()?).build().map_err(setup_error)?,
        };
        Ok(Self { client })
    }
}

fn builder(options: &HttpOptions) -> Result<reqwest::ClientBuilder, HttpTransportError> {
    let builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .http1_only()
        .connect_timeout(options.connect_timeout)
        .no_proxy();
    Ok(match &options.proxy {
        Some(proxy) => builder.proxy(
            reqwest::Proxy::all(proxy)
                .map_err(setup_error)?
                .no_proxy(reqwest::NoProxy::from_string("localhost,127.0.0.0/8,::1")),
        ),
        None => builder,
    })
}

fn bundled_roots() -> Result<Vec<reqwest::Certificate>, HttpTransportError> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|root| reqwest::Certificate::from_der(root).map_err(setup_error))
        .collect()
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let mut exchange = Box::pin(self.exchange(request));
            // The exchange is asked before the clock, each time.
            for patience in [timeout, LAST_LOOK] {
                if let Ok(done) = tokio::time::timeout(patience, &mut exchange).await {
                    return done;
                }
            }
            Err(TransportError::MaybeSent { reason: format!("no whole answer came within {timeout:?}") })
        })
    }
}

impl HttpTransport {
    /// One request and its whole answer.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = self.client.request(method, &request.url);
        if !request.body.is_empty() {
            // Keeps the owner, so that the buffer is overwritten when the HTTP stack lets go of it.
            outgoing = outgoing.body(bytes::Bytes::from_owner(request.body));
        }
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        // `send` and the chunks are apart because only the first can fail before anything left.
        let mut response = outgoing.send().await.map_err(before_answer)?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(maybe_sent)? {
            if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
                return Err(TransportError::MaybeSent {
                    reason: format!("HTTP {status} with a body over {MAX_RESPONSE_BYTES} bytes"),
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, headers, body })
    }
}

/// A failure to connect (DNS, TCP, proxy tunnel, TLS) and a request that can't be built are the only proofs that
/// nothing left; a time-out of the whole is none, whatever phase it fell into.
fn before_answer(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent { reason: describe(error) }
    } else {
        maybe_sent(error)
    }
}

fn maybe_sent(error: reqwest::Error) -> TransportError {
    TransportError::MaybeSent { reason: describe(error) }
}

fn setup_error(error: reqwest::Error) -> HttpTransportError {
    HttpTransportError { reason: describe(error) }
}

/// The chain of causes in one line, without the URL, whose query may hold a key.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{HttpOptions, HttpTransport, builder, bundled_roots};

    #[test]
    fn a_machine_without_roots_gets_bundled_ones() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Ok(roots) = bundled_roots() else { panic!("the bundled roots can't be read") };
        assert!(roots.len() > 50);
        let client = builder(&HttpOptions::default()).map(|builder| builder.tls_certs_only(roots).build());
        assert!(matches!(client, Ok(Ok(_))));
    }

    #[test]
    fn a_proxy_that_is_no_url_is_an_error() {
        let options = HttpOptions { proxy: Some("not a url".to_owned()), ..HttpOptions::default() };
        assert!(HttpTransport::new(&options).is_err());
    }
}
