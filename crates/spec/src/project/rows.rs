//! The rows of a campaign, each with its typed values, one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::watch::{Nobody, RowWatch, SeenRow};
use super::{Agent, CalleeSource, Campaign, Clock, Declared, InlineRow, Project};
use crate::callees::{self, CellFault, Checker, Place, Row, RowFault};
use crate::diagnostic::Diagnostic;
use crate::phone::{PhoneNumber, Zones};
use crate::source::{Sources, Span};
use crate::template::Context;
use crate::value::{self, Value};
use crate::yaml::Segment;

/// Whether rows are rendered as they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendering {
    /// Every template is rendered once and the words are dropped: nothing may fail at row 700,000 of a running
    /// campaign.
    Check,
    /// Words are made by the caller, for the rows that it sends.
    Skip,
}

/// A row with its typed values.
#[derive(Clone, Debug)]
pub struct ReadyRow {
    /// Line of the file where the row begins; for rows of the document, their position from 1.
    pub line: u64,
    /// What the call is known by. May be a number: mask it.
    pub key: String,
    /// Whom to call.
    pub number: PhoneNumber,
    /// Zones whose windows must all be open; empty if nothing is known.
    pub zones: Vec<TimeZone>,
    /// Typed values, for rendering.
    pub context: Context,
    /// Canonical text of the values that the agent's templates use, for the fingerprint.
    pub inputs: String,
}

/// What is wrong with a row.
#[derive(Clone, Debug)]
pub enum RowProblem {
    /// A row of a file.
    File {
        /// The file, as shown.
        path: String,
        /// Boxed, since a good row should not pay for it.
        fault: Box<RowFault>,
        /// Where the variable is declared that the row has trouble with.
        declared: Option<(Span, String)>,
    },
    /// A row of the document.
    Document(Box<Diagnostic>),
}

impl RowProblem {
    /// In one line, without the excerpt: `path:line:column: error[code] message`.
    pub fn brief(&self, sources: &Sources) -> String {
        match self {
            Self::File { path, fault, .. } => {
                format!("{path}:{}:{}: error[{}] {}", fault.line, fault.column, fault.code, fault.message)
            }
            Self::Document(diagnostic) => {
                let at = diagnostic.primary.as_ref().map(|l| sources.locate(l.span));
                let at = at.map_or_else(String::new, |l| format!("{}:{}:{}: ", l.path, l.line, l.column));
                format!("{at}error[{}] {}", diagnostic.code, diagnostic.message)
            }
        }
    }

    /// As a diagnostic; the row's line becomes a text of `sources`, with numbers masked.
    pub fn into_diagnostic(self, sources: &mut Sources) -> Diagnostic {
        match self {
            Self::Document(diagnostic) => *diagnostic,
            Self::File { path, fault, declared } => {
                let mut diagnostic = fault.into_diagnostic(sources, &path);
                if let Some((span, label)) = declared {
                    diagnostic = diagnostic.related(span, label);
                }
                diagnostic
            }
        }
    }
}

impl Project {
    /// Reads the rows of a campaign. `stdin` is read where the campaign's file is `-`.
    ///
    /// # Errors
    /// If the file can't be read, or its header is not what the campaign needs.
    pub fn rows<'a>(
        &'a self,
        campaign: &'a Campaign,
        stdin: Option<Box<dyn Read + 'a>>,
        rendering: Rendering,
    ) -> Result<Rows<'a>, Vec<RowProblem>> {
        let agent = &self.agents[campaign.agent];
        let binder = Binder::new(campaign, agent, rendering);
        let open = |read: Box<dyn Read + 'a>, shown: &str, format| {
            callees::Rows::open(read, format, campaign.columns.clone())
                .map(|rows| Inner::File { rows: Box::new(rows), shown: shown.to_owned() })
                .map_err(|faults| {
                    let problem =
                        |fault| RowProblem::File { path: shown.to_owned(), fault: Box::new(fault), declared: None };
                    faults.into_iter().map(problem).collect::<Vec<_>>()
                })
        };
        let inner = match &campaign.callees {
            CalleeSource::Inline(rows) => Inner::Inline {
                rows: rows.iter().enumerate(),
                checker: Box::new(Checker::new(campaign.columns.clone())),
            },
            CalleeSource::File { path, shown, format } => match File::open(path) {
                Ok(file) => open(Box::new(BufReader::new(file)), shown, *format)?,
                Err(error) => {
                    let words = super::paths::io_words(&error);
                    let at = campaign.node.place(&[Segment::Key("callees".into()), Segment::Key("file".into())]);
                    let diagnostic = Diagnostic::error("E0122", format!("can't read `{shown}`"), at, words);
                    return Err(vec![RowProblem::Document(Box::new(diagnostic))]);
                }
            },
            CalleeSource::Stdin { format } => match stdin {
                Some(stdin) => open(stdin, "<stdin>", *format)?,
                None => {
                    let at = campaign.node.place(&[Segment::Key("callees".into()), Segment::Key("file".into())]);
                    let diagnostic = Diagnostic::error(
                        "E0122",
                        "standard input is not at hand here",
                        at,
                        "read from standard input",
                    )
                    .help("one campaign only can read it, and only once: name a file instead");
                    return Err(vec![RowProblem::Document(Box::new(diagnostic))]);
                }
            },
        };
        Ok(Rows { binder, inner, pending: Vec::new() })
    }
}

/// The rows of a campaign. A bad row gives one problem for each thing that is wrong with it.
pub struct Rows<'a> {
    binder: Binder<'a>,
    inner: Inner<'a>,
    pending: Vec<RowProblem>,
}

enum Inner<'a> {
    Inline { rows: std::iter::Enumerate<std::slice::Iter<'a, InlineRow>>, checker: Box<Checker> },
    File { rows: Box<callees::Rows<Box<dyn Read + 'a>>>, shown: String },
}

impl Rows<'_> {
    /// The next row, shown to `watch` while its text is at hand.
    pub fn next_watched(&mut self, watch: &mut dyn RowWatch) -> Option<Result<ReadyRow, RowProblem>> {
        let row = self.step(watch);
        if let Some(Err(_)) = row {
            watch.bad();
        }
        row
    }

    fn step(&mut self, watch: &mut dyn RowWatch) -> Option<Result<ReadyRow, RowProblem>> {
        if let Some(problem) = self.pending.pop() {
            return Some(Err(problem));
        }
        let Self { binder, inner, pending } = self;
        match inner {
            Inner::File { rows, shown } => match rows.next_with(&mut |row, places| {
                let ready = binder.bind(&row)?;
                watch.good(&SeenRow::of_file(&row, &ready, shown, places));
                Ok(ready)
            })? {
                Ok(ready) => Some(Ok(ready)),
                Err(fault) => {
                    let declared = binder.declared(fault.place);
                    Some(Err(RowProblem::File { path: shown.clone(), fault: Box::new(fault), declared }))
                }
            },
            Inner::Inline { rows, checker } => {
                let (index, inline) = rows.next()?;
                let row = checker.inline_row(index as u64 + 1, |column| inline.cells.get(column));
                let bound = row.and_then(|row| {
                    let ready = binder.bind(&row)?;
                    watch.good(&SeenRow::of_document(&row, &ready, inline, &binder.campaign.columns));
                    Ok(ready)
                });
                match bound {
                    Ok(ready) => Some(Ok(ready)),
                    Err(faults) => {
                        pending.extend(faults.into_iter().rev().map(|f| binder.inline_problem(f, inline)));
                        pending.pop().map(Err)
                    }
                }
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<ReadyRow, RowProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_watched(&mut Nobody)
    }
}

/// Gives rows their values.
struct Binder<'a> {
    campaign: &'a Campaign,
    agent: &'a Agent,
    rendering: Rendering,
    locale: String,
    /// Variables that a template uses.
    used: BTreeSet<&'a str>,
    constants: BTreeMap<&'a str, &'a Value>,
    /// Where the template stands that could not be rendered for the last row.
    unrendered: Option<Span>,
    /// The one clock of several zones that all show the same time.
    clocks: HashMap<Zones, Option<TimeZone>>,
}

impl<'a> Binder<'a> {
    fn new(campaign: &'a Campaign, agent: &'a Agent, rendering: Rendering) -> Self {
        let used = agent.templates.all().flat_map(|t| t.template.uses()).map(|u| u.name.as_str()).collect();
        Self {
            campaign,
            agent,
            rendering,
            locale: agent.locale(),
            used,
            constants: campaign.constants.iter().map(|(n, v)| (n.as_str(), v)).collect(),
            unrendered: None,
            clocks: HashMap::new(),
        }
    }

    fn bind(&mut self, row: &Row) -> Result<ReadyRow, Vec<CellFault>> {
        let mut faults = Vec::new();
        let mut values = BTreeMap::new();
        for (i, declared) in self.agent.variables.iter().enumerate().filter(|(_, d)| !d.broken) {
            let value = match row.values.get(i).and_then(Option::as_ref) {
                Some(raw) => match value::check(&declared.rules, raw) {
                    Ok(value) => Some(value),
                    Err(error) => {
                        let message = format!("`{}` does not fit: {}", declared.name, error.message);
                        let mut fault = CellFault::new(Place::Variable(i), "E0212", message, "does not fit");
                        fault.help.extend(error.help);
                        faults.push(fault);
                        continue;
                    }
                },
                None => self
                    .constants
                    .get(declared.name.as_str())
                    .map(|v| (*v).clone())
                    .or_else(|| declared.default.clone()),
            };
            match value {
                Some(value) => {
                    values.insert(declared.name.clone(), value);
                }
                None if self.used.contains(declared.name.as_str()) => {
                    faults.push(CellFault::new(
                        Place::Variable(i),
                        "E0211",
                        format!("row has no value for `{}`", declared.name),
                        format!("`{}` is required by agent `{}`", declared.name, self.agent.name),
                    ));
                }
                None => {}
            }
        }
        let (zones, zone) = self.zones(row);
        let inputs = canonical_inputs(values.iter().filter(|(name, _)| self.used.contains(name.as_str())));
        let context = Context { values, zone, locale: self.locale.clone() };
        self.unrendered = None;
        if faults.is_empty()
            && self.agent.speaks
            && !self.agent.variables.iter().any(|d| d.broken)
            && self.rendering == Rendering::Check
            && let Err(error) = self.agent.words(&context)
        {
            let mut fault = CellFault::new(
                Place::Row,
                "E0213",
                format!("`{}` can't be rendered for this row: {}", error.field, error.error.message),
                "with these values",
            );
            fault.help.extend(error.error.help);
            faults.push(fault);
            self.unrendered = Some(error.span);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(ReadyRow { line: row.line, key: row.key.clone(), number: row.number, zones, context, inputs })
    }

    /// The zones whose windows must be open, and the one in which times are told.
    fn zones(&mut self, row: &Row) -> (Vec<TimeZone>, Option<TimeZone>) {
        if let Some(zone) = row.zone.as_deref().and_then(|name| TimeZone::get(name).ok()) {
            return (vec![zone.clone()], Some(zone));
        }
        if let Clock::Zone(zone) = &self.campaign.clock {
            // The campaign's clock opens the window; the callee's own tells the time where it is known.
            let own = self.own_clock(row.number.zones());
            return (vec![zone.clone()], Some(own.unwrap_or_else(|| zone.clone())));
        }
        let zones = row.number.zones();
        (zones.time_zones().to_vec(), self.own_clock(zones))
    }

    fn own_clock(&mut self, zones: Zones) -> Option<TimeZone> {
        self.clocks.entry(zones).or_insert_with(|| one_clock(zones.time_zones())).clone()
    }

    /// Where the variable of a cell is declared, or the template stands that a row has no words for.
    fn declared(&self, place: Place) -> Option<(Span, String)> {
        if let (Place::Row, Some(span)) = (place, self.unrendered) {
            return Some((span, "in this template".to_owned()));
        }
        let Place::Variable(index) = place else { return None };
        let declared = self.agent.variables.get(index)?;
        let span = self.agent.node.get("variables")?.entry(&declared.name)?.key.span;
        let without = if declared.default.is_none() { ", without a default" } else { "" };
        Some((span, format!("declared here{without}")))
    }

    fn inline_problem(&self, fault: CellFault, row: &InlineRow) -> RowProblem {
        let span = row.place(fault.column(&self.campaign.columns));
        let declared = self.declared(fault.place);
        let mut diagnostic = Diagnostic::error(fault.code, fault.message, span, fault.label);
        diagnostic.help = fault.help;
        if let Some((span, label)) = declared {
            diagnostic = diagnostic.related(span, label);
        }
        RowProblem::Document(Box::new(diagnostic))
    }
}

/// Values as one text that no two sets of values share, for fingerprints.
pub fn canonical_inputs<'v>(values: impl IntoIterator<Item = (&'v String, &'v Value)>) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (name, value) in values {
        let value = value.canonical();
        // Lengths first, so that no value can look like the next name.
        let _ = write!(text, "{}:{name}={}:{value};", name.len(), value.len());
    }
    text
}

impl Agent {
    /// The language of spoken dates: the agent's main one; Chinese where it names none, as the API does.
    pub fn locale(&self) -> String {
        let main = self.spec.languages.as_ref().and_then(|l| l.first());
        let code = main.and_then(|l| serde_json::to_value(l).ok()).and_then(|v| v.as_str().map(str::to_owned));
        match code.as_deref() {
            None | Some("zh-dialect") => "zh".to_owned(),
            Some(code) => code.to_owned(),
        }
    }
}

impl Declared {
    /// The example that the document gives, if it fits.
    pub fn example(&self, agent: &Agent) -> Option<Value> {
        let example = agent.spec.variables.as_ref()?.get(&self.name)?.example.as_ref()?;
        value::check(&self.rules, &super::agent::raw(example)?).ok()
    }
}

/// The clock that all zones share, if they do: a British mobile may be in London or on Jersey, where it is the same
/// time. Compared month by month over the years in which calls are made.
pub fn one_clock(zones: &[TimeZone]) -> Option<TimeZone> {
    let (first, rest) = zones.split_first()?;
    let start = Timestamp::from_second(1_735_689_600).ok()?; // 2025-01-01
    let months = (0..20 * 26).map(|fortnights| start + SignedDuration::from_hours(14 * 24 * fortnights));
    let same = |other: &TimeZone| months.clone().all(|t| other.to_offset(t) == first.to_offset(t));
    rest.iter().all(same).then(|| first.clone())
}
