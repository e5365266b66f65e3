//! From a project's site to a client that can call it.

use std::sync::Arc;

use callform_ccc::transport::{HttpOptions, HttpTransport};
use callform_ccc::{Client, ClientOptions, Credentials, Dialect, Endpoint, Secret};
use callform_emulator::{Emulator, EmulatorOptions, InProcess, JournalPlace, embedded_credentials};
use callform_exec::secrets::{SecretError, SecretResolver};
use callform_spec::model::{self, SecretRef};
use callform_spec::project::{Environment, Project, Site};

use crate::failure::Failure;
use crate::surroundings::{ProcessEnvironment, Secrets};

/// Where the emulator keeps its journal.
const JOURNAL: &str = ".callform/emulator.db";

/// Whose parameters the project's site takes.
pub(crate) fn dialect(project: &Project) -> Dialect {
    match project.dialect {
        model::Dialect::Intl => Dialect::Intl,
        model::Dialect::China => Dialect::China,
    }
}

/// A client for the project's site.
pub(crate) fn client(project: &Project) -> Result<Arc<Client>, Failure> {
    let dialect = dialect(project);
    let mut options = ClientOptions::default();
    if let Some(timeout) = project.provider.request_timeout {
        options.timeout = timeout.to_std();
    }
    if project.site.is_emulator() {
        let place = JournalPlace::File(project.root.join(JOURNAL));
        let emulator = Emulator::open(EmulatorOptions::new(place, dialect))
            .map_err(|e| Failure::failed(format!("the emulator can't start: {e}")))?;
        let credentials = embedded_credentials().map_err(|e| Failure::failed(e.to_string()))?;
        let transport = Arc::new(InProcess(Arc::new(emulator)));
        return Ok(Arc::new(Client::new(Endpoint::new(dialect), credentials, transport, options)));
    }
    let mut endpoint = match &project.site {
        Site::Url(url) => Endpoint::parse(url, dialect).map_err(|e| Failure::failed(format!("provider.site: {e}")))?,
        _ => Endpoint::new(dialect),
    };
    if let Some(region) = &project.provider.region {
        endpoint = endpoint.with_region(region).map_err(|e| Failure::failed(format!("provider.region: {e}")))?;
    }
    let get = |name| ProcessEnvironment.get(name);
    let http = HttpOptions { proxy: get("HTTPS_PROXY").or_else(|| get("https_proxy")), ..HttpOptions::default() };
    let transport = HttpTransport::new(&http).map_err(|e| Failure::failed(e.to_string()))?;
    Ok(Arc::new(Client::new(endpoint, credentials(project)?, Arc::new(transport), options)))
}

fn credentials(project: &Project) -> Result<Credentials, Failure> {
    let given = project.provider.credentials.clone().unwrap_or_default();
    let or = |given: Option<SecretRef>, name: &str| given.unwrap_or_else(|| SecretRef::Env(name.to_owned()));
    let secrets = Secrets { root: project.root.clone() };
    let read = |secret: &SecretRef| {
        secrets.resolve(secret).map_err(|e| {
            Failure::refused(e.to_string())
                .line("It signs the requests to Tencent Cloud; CI keeps it among its secrets.")
        })
    };
    let id = read(&or(given.secret_id, "TENCENTCLOUD_SECRET_ID"))?;
    let key = read(&or(given.secret_key, "TENCENTCLOUD_SECRET_KEY"))?;
    // Temporary keys have a token, permanent ones have none: an unset variable is no mistake, a missing file is.
    let token = match or(given.token, "TENCENTCLOUD_TOKEN") {
        SecretRef::Env(name) => ProcessEnvironment.get(&name).map(Secret::new),
        file @ SecretRef::File(_) => Some(read(&file)?),
    };
    Credentials::new(id.expose(), key.expose(), token).map_err(|e| Failure::refused(e.to_string()))
}

/// Secrets for the project's site. The emulator asks no model and no voice, so there an unset variable's reference
/// stands in for it.
pub(crate) struct SiteSecrets {
    emulator: bool,
    secrets: Secrets,
}

impl SiteSecrets {
    pub(crate) fn of(project: &Project) -> Self {
        Self { emulator: project.site.is_emulator(), secrets: Secrets { root: project.root.clone() } }
    }
}

impl SecretResolver for SiteSecrets {
    fn resolve(&self, secret: &SecretRef) -> Result<Secret, SecretError> {
        match self.secrets.resolve(secret) {
            Err(_) if self.emulator => Ok(Secret::new(secret.to_string())),
            other => other,
        }
    }
}
