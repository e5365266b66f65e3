use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::project::{CellPlace, SeenRow};

use super::{Check, rule};
use crate::inspect::{CampaignView, FreeTexts};
use crate::rows::{Count, Note, Notes, RowRule};

/// Fewer equal values are chance.
const ROWS: u64 = 10;

rule! {
    /// ## What it does
    ///
    /// Finds text variables to which every row of a campaign gives the same value, where there are ten rows or more.
    ///
    /// ## Why it is bad
    ///
    /// Either the wrong column was copied down, and everybody is addressed with one person's name; or the value belongs to
    /// the campaign, which can say it once (`variables`) where a reviewer sees it.
    code: "CF058",
    name: "same-for-everybody",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
variables:
  callee_name: {}
welcome: Hi {{ callee_name }}, this is Kate, an AI assistant.
"),
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  key: id
"),
        ("campaigns/callees.csv", "\
id,number,callee_name
1,+12125550141,Cindy
2,+12125550142,Cindy
3,+12125550143,Cindy
4,+12125550144,Cindy
5,+12125550145,Cindy
6,+12125550146,Cindy
7,+12125550147,Cindy
8,+12125550148,Cindy
9,+12125550149,Cindy
10,+12125550150,Cindy
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
variables:
  callee_name: {}
welcome: Hi {{ callee_name }}, this is Kate, an AI assistant.
"),
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  key: id
"),
        ("campaigns/callees.csv", "\
id,number,callee_name
1,+12125550141,Cindy
2,+12125550142,Rahel
3,+12125550143,Tom
4,+12125550144,Cindy
5,+12125550145,Mo
6,+12125550146,Ada
7,+12125550147,Kwame
8,+12125550148,Lin
9,+12125550149,Rosa
10,+12125550150,Jan
"),
    ],
    check: Check::Rows(|| Box::new(Same::default())),
}

#[derive(Default)]
struct Same {
    texts: FreeTexts,
    rows: u64,
    /// Variables that have been the same in every row so far: value and first place.
    candidates: Vec<(usize, String, CellPlace)>,
}

impl RowRule for Same {
    fn begin(&mut self, view: &CampaignView<'_>) {
        *self = Self { texts: FreeTexts::of(view), ..Self::default() };
    }

    fn row(&mut self, _: &CampaignView<'_>, seen: &SeenRow<'_>, _: &mut Notes) {
        self.rows += 1;
        if self.rows == 1 {
            let first = self.texts.of_row(seen);
            let place = |index| seen.place(Place::Variable(index), None);
            self.candidates = first.map(|(index, text)| (index, text.to_owned(), place(index))).collect();
        } else if !self.candidates.is_empty() {
            let texts = &self.texts;
            let same =
                |index: usize, value: &str| texts.of_row(seen).any(|(other, text)| other == index && text == value);
            self.candidates.retain(|(index, value, _)| same(*index, value));
        }
    }

    fn end(&mut self, view: &CampaignView<'_>, count: Count, notes: &mut Notes) {
        if self.rows < ROWS || count.bad > 0 {
            return;
        }
        for (index, _, place) in std::mem::take(&mut self.candidates) {
            let Some((name, _)) = view.campaign.columns.variables.get(index) else { continue };
            let rows = self.rows;
            notes.add(|| {
                Note::new(format!("`{name}` is the same in all {rows} rows"), place, "as in every other row").help(
                    format!("write it once, under `variables` of campaign `{}`, if it is meant", view.campaign.name),
                )
            });
        }
    }
}
