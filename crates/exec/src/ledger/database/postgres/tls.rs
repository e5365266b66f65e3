//! Encryption to a server: its certificate is always checked.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::DbError;
use super::ServerAddress;

/// Trusts the well-known authorities, or those of the file that the URL names (`sslrootcert`).
pub(super) fn connector(address: &ServerAddress) -> Result<MakeRustlsConnect, DbError> {
    let mut roots = RootCertStore::empty();
    match address.root_certificates() {
        Some(path) => {
            let unreadable =
                |why: String| DbError::Lost(format!("its certificates in {} can't be read: {why}", path.display()));
            for certificate in CertificateDer::pem_file_iter(&path).map_err(|e| unreadable(e.to_string()))? {
                let certificate = certificate.map_err(|e| unreadable(e.to_string()))?;
                roots.add(certificate).map_err(|e| unreadable(e.to_string()))?;
            }
            if roots.is_empty() {
                return Err(unreadable("there is none".to_owned()));
            }
        }
        None => {
            roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        }
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| DbError::Lost(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
