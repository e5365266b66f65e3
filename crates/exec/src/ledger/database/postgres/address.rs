//! Where a PostgreSQL ledger lies: a URL, which may hold a password.

use std::path::PathBuf;

use callform_ccc::Secret;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::super::DbError;

/// A database's URL.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct ServerAddress {
    url: Secret,
}

impl ServerAddress {
    pub(in crate::ledger) fn new(url: Secret) -> Self {
        Self { url }
    }

    /// Host, port and database: what may be shown.
    pub(in crate::ledger) fn shown(&self) -> String {
        let Ok(config) = self.config() else { return "postgres://…".to_owned() };
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let database = config.get_dbname().or(config.get_user()).unwrap_or("postgres");
        format!("postgres://{host}:{port}/{database}")
    }

    /// The URL as the driver understands it. Encryption is demanded of every server but one on this machine, unless
    /// the URL says otherwise.
    pub(super) fn config(&self) -> Result<Config, DbError> {
        let (url, parameters) = self.split();
        let says = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let kept: Vec<String> = parameters
            .iter()
            .filter(|(key, _)| !["sslmode", "sslrootcert"].contains(&key.as_str()))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let url = if kept.is_empty() { url.to_owned() } else { format!("{url}?{}", kept.join("&")) };
        // The driver's own words may repeat what it could not read.
        let mut config: Config =
            url.parse().map_err(|_| DbError::Lost("its URL is none that PostgreSQL's driver can read".to_owned()))?;
        let mode = match says("sslmode") {
            Some("disable") => SslMode::Disable,
            Some("allow" | "prefer") => SslMode::Prefer,
            Some("require" | "verify-ca" | "verify-full") => SslMode::Require,
            Some(_) => return Err(DbError::Lost("its URL has an `sslmode` that there is not".to_owned())),
            None if is_here(&config) => SslMode::Prefer,
            None => SslMode::Require,
        };
        config.ssl_mode(mode);
        Ok(config)
    }

    /// Whether the server is on this machine.
    pub(in crate::ledger) fn is_here(&self) -> bool {
        self.config().is_ok_and(|config| is_here(&config))
    }

    /// A file of certificates to trust instead of the well-known ones.
    pub(super) fn root_certificates(&self) -> Option<PathBuf> {
        let (_, parameters) = self.split();
        parameters.into_iter().find(|(key, _)| key == "sslrootcert").map(|(_, value)| PathBuf::from(value))
    }

    fn split(&self) -> (&str, Vec<(String, String)>) {
        let url = self.url.expose();
        let Some((url, query)) = url.split_once('?') else { return (url, Vec::new()) };
        let parameters = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        (url, parameters)
    }
}

fn is_here(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(host) => {
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> ServerAddress {
        ServerAddress::new(Secret::new(url))
    }

    #[test]
    fn what_is_shown_holds_neither_user_nor_password() {
        let shown = address("postgres://caller:made-up-password@db.example.com/calls?sslmode=require").shown();
        assert_eq!(shown, "postgres://db.example.com:5432/calls");
        assert_eq!(address("postgres://u:made-up p@[::/x").shown(), "postgres://…");
        assert!(!format!("{:?}", address("postgres://u:made-up-password@h/d")).contains("made-up"));
    }

    #[test]
    fn a_server_elsewhere_must_speak_tls_unless_the_url_says_otherwise() {
        let mode = |url| address(url).config().unwrap().get_ssl_mode();
        assert_eq!(mode("postgres://u@db.example.com/d"), SslMode::Require);
        assert_eq!(mode("postgres://u@127.0.0.1/d"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@localhost:5433/d"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@db.example.com/d?sslmode=disable"), SslMode::Disable);
        assert!(address("postgres://u@h/d?sslmode=perhaps").config().is_err());
    }

    #[test]
    fn what_the_driver_does_not_know_is_taken_out_and_the_rest_stays() {
        let address = address("postgres://u@h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=3");
        assert_eq!(address.root_certificates(), Some(PathBuf::from("/etc/ca.pem")));
        assert_eq!(address.config().unwrap().get_connect_timeout(), Some(&std::time::Duration::from_secs(3)));
    }
}
