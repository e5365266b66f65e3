//! Whether an account is one that the ledger knows under another name.
//!
//! An account is site and SdkAppId, and a site may be reached by more than one address. Under another address every call
//! would be a new one, and everybody who was phoned would be phoned again.

use callform_spec::model::Dialect;
use callform_spec::project::{Project, Site};

use super::database::values;
use super::{Ledger, LedgerError};

impl Ledger {
    /// Refuses to begin with an account that may be one of which the ledger knows calls: the same SdkAppId, and a site
    /// that may be the same. Once calls of both are known, they are two.
    ///
    /// # Errors
    /// [`LedgerError::OtherAddress`], and whatever the database says.
    pub(crate) fn check_account(&self, project: &Project) -> Result<(), LedgerError> {
        let account = project.account();
        let known = "SELECT 1 FROM calls WHERE account = ?1 LIMIT 1";
        // On this machine nobody is phoned.
        if project.site.is_loopback()
            || self.database.exists(known, values![account]).map_err(|error| self.failed(error))?
        {
            return Ok(());
        }
        match self.accounts()?.into_iter().find(|other| may_be(project, other)) {
            Some(known) => Err(LedgerError::OtherAddress { place: self.place.clone(), account, known }),
            None => Ok(()),
        }
    }
}

/// Whether an account of the ledger may be the project's, by another address.
fn may_be(project: &Project, known: &str) -> bool {
    let Some((site, id)) = known.rsplit_once(" / ") else { return false };
    let dialect = match site {
        "intl" => Some(Dialect::Intl),
        "china" => Some(Dialect::China),
        // An address does not say whose parameters it takes.
        _ => None,
    };
    let phones_nobody = site == "emulator" || Site::Url(site.to_owned()).is_loopback();
    !phones_nobody && id == project.sdk_app_id.to_string() && dialect.is_none_or(|dialect| dialect == project.dialect)
}
