//! The values of rows that an agent says or is told.

use callform_spec::project::SeenRow;
use callform_spec::value::{Kind, Raw};

use super::CampaignView;

/// The variables of one campaign whose values are free text that a template uses: what a row can put into an agent's
/// ear. By index, as in a row's values.
#[derive(Debug, Default)]
pub(crate) struct FreeTexts(Vec<usize>);

impl FreeTexts {
    /// Those of a campaign's agent.
    pub(crate) fn of(view: &CampaignView<'_>) -> Self {
        let agent = view.agent();
        let used = |name: &str| agent.templates.all().flat_map(|t| t.template.uses()).any(|u| u.name == name);
        let free = agent.variables.iter().enumerate().filter(|(_, v)| v.rules.kind == Kind::Text && used(&v.name));
        Self(free.map(|(index, _)| index).collect())
    }

    /// What a row gives for them: index and text.
    pub(crate) fn of_row<'r>(&self, row: &SeenRow<'r>) -> impl Iterator<Item = (usize, &'r str)> {
        let values = &row.row.values;
        self.0.iter().filter_map(|index| match values.get(*index) {
            Some(Some(Raw::Text(text))) => Some((*index, text.as_str())),
            _ => None,
        })
    }
}
