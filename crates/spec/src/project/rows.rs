//! The rows of a campaign, each with its typed values, one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::absent::{self, Absent};
use super::repeats::{Cause, Repeats};
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

    /// The message and the help, to add to them.
    pub(super) fn words(&mut self) -> (&mut String, &mut Vec<String>) {
        match self {
            Self::Document(diagnostic) => (&mut diagnostic.message, &mut diagnostic.help),
            Self::File { fault, .. } => (&mut fault.message, &mut fault.help),
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
                    let problem = |fault: RowFault| {
                        let declared = absent::named(campaign, fault.place);
                        RowProblem::File { path: shown.to_owned(), fault: Box::new(fault), declared }
                    };
                    faults.into_iter().map(problem).collect::<Vec<_>>()
                })
        };
        let inner = match &campaign.callees {
            CalleeSource::Inline(rows) => Inner::Inline {
                rows: rows.iter(),
                position: 0,
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
        let Absent { places: absent, problems } = match &inner {
            Inner::File { rows, shown } => absent::of_file(rows, shown, &binder),
            Inner::Inline { rows, .. } => absent::of_document(rows.as_slice(), campaign, &binder),
        };
        let pending = problems.into_iter().rev().collect();
        Ok(Rows { binder, inner, pending, absent, repeats: Repeats::default(), is_at_end: false })
    }
}

/// The rows of a campaign. A bad row gives one problem for each thing that is wrong with it.
pub struct Rows<'a> {
    binder: Binder<'a>,
    inner: Inner<'a>,
    /// What is told next, the last one first.
    pending: Vec<RowProblem>,
    /// Cells that no row has, which was told.
    absent: Vec<Place>,
    repeats: Repeats,
    is_at_end: bool,
}

enum Inner<'a> {
    Inline { rows: std::slice::Iter<'a, InlineRow>, position: u64, checker: Box<Checker> },
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
        loop {
            if let Some(problem) = self.pending.pop() {
                return Some(Err(problem));
            }
            let found = match self.row(watch) {
                Some(Ok(ready)) => return Some(Ok(ready)),
                Some(Err(found)) => found,
                None => self.repeats.end(),
            };
            if found.is_empty() && self.is_at_end {
                return None;
            }
            self.pending.extend(found.into_iter().rev());
        }
    }

    /// The next row, or what is to be told of it: nothing, where it was told already.
    fn row(&mut self, watch: &mut dyn RowWatch) -> Option<Result<ReadyRow, Vec<RowProblem>>> {
        let Self { binder, inner, pending, absent, repeats, is_at_end } = self;
        let untold = |faults: Vec<CellFault>| -> Vec<CellFault> {
            faults.into_iter().filter(|fault| !absent.contains(&fault.place)).collect()
        };
        match inner {
            Inner::File { rows, shown } => {
                let has_header = rows.has_header();
                let mut late = Vec::new();
                let row = rows.next_with(&mut |row, places| {
                    if !has_header {
                        late.extend(repeats.met(&row.values));
                    }
                    let ready = binder.bind(&row).map_err(untold)?;
                    watch.good(&SeenRow::of_file(&row, &ready, shown, places));
                    Ok(ready)
                });
                *is_at_end = row.is_none();
                Some(match row? {
                    Ok(ready) => {
                        pending.extend(late);
                        Ok(ready)
                    }
                    Err(fault) => {
                        let cause = binder.cause(fault.code, fault.place, has_header);
                        let declared = binder.declared(fault.place);
                        let problem = RowProblem::File { path: shown.clone(), fault: Box::new(fault), declared };
                        Err(late.into_iter().chain(repeats.wrong(cause, problem)).collect())
                    }
                })
            }
            Inner::Inline { rows, position, checker } => {
                let next = rows.next();
                *is_at_end = next.is_none();
                let inline = next?;
                *position += 1;
                let row = checker.inline_row(*position, |column| inline.cells.get(column));
                let bound = row.and_then(|row| {
                    let ready = binder.bind(&row)?;
                    watch.good(&SeenRow::of_document(&row, &ready, inline, &binder.campaign.columns));
                    Ok(ready)
                });
                Some(bound.map_err(|faults| {
                    let told = untold(faults).into_iter().filter_map(|fault| {
                        let cause = binder.cause(fault.code, fault.place, true);
                        repeats.wrong(cause, binder.inline_problem(fault, inline))
                    });
                    told.collect()
                }))
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
pub(super) struct Binder<'a> {
    campaign: &'a Campaign,
    agent: &'a Agent,
    rendering: Rendering,
    locale: String,
    /// Variables that a template uses.
    used: BTreeSet<&'a str>,
    constants: BTreeMap<&'a str, &'a Value>,
    /// Where the template stands that could not be rendered for the last row, and why.
    unrendered: Option<(Span, String)>,
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
            self.unrendered = Some((error.span, fault.message.clone()));
            faults.push(fault);
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

    /// The variables without which a row is refused, and that nothing but a row gives a value.
    pub(super) fn needed(&self) -> impl Iterator<Item = usize> + '_ {
        let needs = |declared: &Declared| {
            let name = declared.name.as_str();
            !declared.broken
                && declared.default.is_none()
                && self.used.contains(name)
                && !self.constants.contains_key(name)
        };
        self.agent.variables.iter().enumerate().filter(move |(_, declared)| needs(declared)).map(|(index, _)| index)
    }

    /// The name of a variable.
    pub(super) fn variable(&self, index: usize) -> Option<&str> {
        self.agent.variables.get(index).map(|declared| declared.name.as_str())
    }

    /// What many rows may have in common with the last one.
    fn cause(&self, code: &str, place: Place, has_header: bool) -> Option<Cause> {
        match (code, place) {
            ("E0213", _) => self.unrendered.clone().map(|(span, message)| Cause::Unrendered(span, message)),
            ("E0211", Place::Variable(index)) if !has_header => Some(Cause::NoValue(index)),
            _ => None,
        }
    }

    /// Where the variable of a cell is declared, or the template stands that a row has no words for.
    pub(super) fn declared(&self, place: Place) -> Option<(Span, String)> {
        if let (Place::Row, Some((span, _))) = (place, &self.unrendered) {
            return Some((*span, "in this template".to_owned()));
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
