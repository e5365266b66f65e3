//! Which campaigns and which callees a command is about.

use callform_spec::project::{Campaign, Project};

use crate::exit::Exit;
use crate::failure::Failure;

/// The campaigns of these names; all, if no name is given.
pub(crate) fn campaigns<'p>(project: &'p Project, names: &[String]) -> Result<Vec<&'p Campaign>, Failure> {
    for name in names {
        if !project.campaigns.iter().any(|c| c.name == *name) {
            let known: Vec<_> = project.campaigns.iter().map(|c| c.name.as_str()).collect();
            return Err(Failure::new(Exit::Usage, format!("no campaign is called `{}`", crate::view::typed(name)))
                .line(format!("This project has: {}", known.join(", "))));
        }
    }
    Ok(project.campaigns.iter().filter(|c| names.is_empty() || names.contains(&c.name)).collect())
}

/// Whether a campaign of the ledger is called so: its name chooses all its rounds, `name@occurrence` one.
pub(crate) fn is_campaign(campaign: &str, called: &str) -> bool {
    campaign == called || campaign.split('@').next() == Some(called)
}
