//! Running rules over the rows of callees while these stream by.
//!
//! There may be a million rows: a rule keeps a few bytes of each at the most, and of its findings only the first ones;
//! the others are counted.

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Campaign, CellPlace, Project, RowWatch, SeenRow, Sound};
use callform_spec::source::{Sources, Span};

use crate::inspect::CampaignView;
use crate::rules::{ALL, Check, Rule};

/// Findings of one rule in the rows of one campaign that are kept. Whoever mends these sees how the others are mended.
pub const KEPT: usize = 20;

/// What a rule does with rows. It lives for the whole project, so that it can compare campaigns.
pub(crate) trait RowRule {
    /// The rows of a campaign begin.
    fn begin(&mut self, _: &CampaignView<'_>) {}

    /// A row without errors.
    fn row(&mut self, view: &CampaignView<'_>, row: &SeenRow<'_>, notes: &mut Notes);

    /// The campaign has no more rows.
    fn end(&mut self, _: &CampaignView<'_>, _: Count, _: &mut Notes) {}
}

/// How many rows there were.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    /// Without errors.
    pub(crate) good: u64,
    /// Problems with others.
    pub(crate) bad: u64,
}

/// A finding whose place has not become a text yet.
#[derive(Debug)]
pub(crate) struct Note {
    /// One line, without numbers and values.
    pub(crate) message: String,
    /// Where.
    pub(crate) place: CellPlace,
    /// What to write there.
    pub(crate) label: String,
    /// Where else to look.
    pub(crate) related: Option<(Span, String)>,
    /// What to do, one line each.
    pub(crate) help: Vec<String>,
}

impl Note {
    /// A finding at a cell.
    pub(crate) fn new(message: impl Into<String>, place: CellPlace, label: impl Into<String>) -> Self {
        Self { message: message.into(), place, label: label.into(), related: None, help: Vec::new() }
    }

    /// Adds a line of advice.
    pub(crate) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// Sets a place that explains it.
    pub(crate) fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }

    /// Rows of a file by line, and what stands in a document before them.
    fn order(&self) -> (u64, usize) {
        match &self.place {
            CellPlace::File { place, .. } => (place.line, place.column),
            CellPlace::Document(span) => (0, span.start),
        }
    }
}

/// What one rule finds in the rows of one campaign.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    kept: Vec<Note>,
    more: usize,
}

impl Notes {
    /// Adds a finding. It is made only if it is kept.
    pub(crate) fn add(&mut self, note: impl FnOnce() -> Note) {
        if self.kept.len() < KEPT {
            self.kept.push(note());
        } else {
            self.more += 1;
        }
    }
}

/// All rules over rows, for what has no errors:
///
/// 1. [`begin`](Self::begin) before the rows of each campaign;
/// 2. the rows, with [`callform_spec::project::Rows::next_watched`];
/// 3. [`finish`](Self::finish).
pub struct RowRules<'p> {
    project: &'p Project,
    sound: Sound,
    rules: Vec<(&'static Rule, Box<dyn RowRule>)>,
    current: Option<Current<'p>>,
    done: Vec<Found<'p>>,
}

/// The campaign whose rows are read.
struct Current<'p> {
    view: CampaignView<'p>,
    count: Count,
    /// Parallel to the rules.
    notes: Vec<Notes>,
}

/// What was found in the rows of a campaign.
struct Found<'p> {
    view: CampaignView<'p>,
    notes: Vec<(&'static Rule, Notes)>,
}

impl std::fmt::Debug for RowRules<'_> {
    /// Without what the rules keep of rows: that is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowRules({} rules)", self.rules.len())
    }
}

impl<'p> RowRules<'p> {
    /// The rules, before any row. `sound` says which campaigns are judged.
    pub fn new(project: &'p Project, sound: Sound) -> Self {
        let checks =
            ALL.iter().copied().flat_map(|rule| rule.check.parts().into_iter().map(move |check| (rule, check)));
        let rules = checks.filter_map(|(rule, check)| match check {
            Check::Rows(make) => Some((rule, make())),
            _ => None,
        });
        Self { project, sound, rules: rules.collect(), current: None, done: Vec::new() }
    }

    /// The rows of a campaign begin; those of the campaign before have ended. Rows of one with errors are passed over.
    pub fn begin(&mut self, campaign: &'p Campaign) {
        self.end();
        if !self.sound.campaign(self.project, campaign) {
            return;
        }
        let view = CampaignView { project: self.project, campaign };
        self.rules.iter_mut().for_each(|(_, rule)| rule.begin(&view));
        let notes = self.rules.iter().map(|_| Notes::default()).collect();
        self.current = Some(Current { view, count: Count::default(), notes });
    }

    fn end(&mut self) {
        let Some(Current { view, count, mut notes }) = self.current.take() else { return };
        for ((_, rule), notes) in self.rules.iter_mut().zip(&mut notes) {
            rule.end(&view, count, notes);
        }
        let notes = self.rules.iter().map(|(rule, _)| *rule).zip(notes).filter(|(_, notes)| !notes.kept.is_empty());
        self.done.push(Found { view, notes: notes.collect() });
    }

    /// Everything that was found, campaign by campaign and line by line. The lines that findings point at become texts of
    /// `sources`. A finding names the campaign's key `callees` among its related places; of the findings of one rule in
    /// one campaign the first [`KEPT`] are there, and one more that counts the others.
    pub fn finish(mut self, sources: &mut Sources) -> Vec<Diagnostic> {
        self.end();
        let mut diagnostics = Vec::new();
        for Found { view, notes } in self.done {
            let callees = view.key(&["callees"]);
            let name = &view.campaign.name;
            let mut counted = Vec::new();
            let mut kept: Vec<(&'static Rule, Note)> = Vec::new();
            for (rule, notes) in notes {
                if notes.more > 0 {
                    let message = format!("{} more findings of `{}` in the rows of `{name}`", notes.more, rule.name);
                    counted.push(rule.finding(message, callees, format!("the first {KEPT} are shown")));
                }
                kept.extend(notes.kept.into_iter().map(|note| (rule, note)));
            }
            kept.sort_by_key(|(rule, note)| (note.order(), rule.code));
            for (rule, note) in kept {
                let span = note.place.into_span(sources);
                let mut diagnostic = rule.finding(note.message, span, note.label);
                diagnostic.help = note.help;
                if let Some((span, label)) = note.related {
                    diagnostic = diagnostic.related(span, label);
                }
                if span != callees {
                    diagnostic = diagnostic.related(callees, format!("a callee of `{name}`"));
                }
                diagnostics.push(diagnostic);
            }
            diagnostics.append(&mut counted);
        }
        diagnostics
    }
}

impl RowWatch for RowRules<'_> {
    fn good(&mut self, row: &SeenRow<'_>) {
        let Some(Current { view, count, notes }) = &mut self.current else { return };
        count.good += 1;
        for ((_, rule), notes) in self.rules.iter_mut().zip(notes) {
            rule.row(view, row, notes);
        }
    }

    fn bad(&mut self) {
        if let Some(current) = &mut self.current {
            current.count.bad += 1;
        }
    }
}
