//! Values that no row of a campaign can have, because no column gives them: told once, and not in every row.

use super::agent::keys;
use super::rows::{Binder, RowProblem};
use super::{Campaign, InlineRow};
use crate::callees::{self, Place};
use crate::diagnostic::Diagnostic;
use crate::schema;
use crate::source::Span;

/// Cells that are in no row, and what is told of it.
pub(super) struct Absent {
    pub(super) places: Vec<Place>,
    pub(super) problems: Vec<RowProblem>,
}

/// The columns that a file's header does not have and the agent needs.
pub(super) fn of_file<R: std::io::Read>(rows: &callees::Rows<R>, shown: &str, binder: &Binder<'_>) -> Absent {
    let faults = rows.without_column(binder.needed());
    let places = faults.iter().map(|fault| fault.place).collect();
    let problems = faults.into_iter().map(|mut fault| {
        fault.help.extend(ways_out(binder, fault.place));
        let declared = binder.declared(fault.place);
        RowProblem::File { path: shown.to_owned(), fault: Box::new(fault), declared }
    });
    Absent { places, problems: problems.collect() }
}

/// The same of rows in the campaign's document. Of a single row it is said where the row stands.
pub(super) fn of_document(rows: &[InlineRow], campaign: &Campaign, binder: &Binder<'_>) -> Absent {
    let mut absent = Absent { places: Vec::new(), problems: Vec::new() };
    if rows.len() < 2 {
        return absent;
    }
    let columns = &campaign.columns;
    let used = columns.used();
    let key = columns.key.iter().map(|_| Place::Key);
    for place in [Place::Number].into_iter().chain(key).chain(binder.needed().map(Place::Variable)) {
        let Some(column) = columns.name(place) else { continue };
        if rows.iter().any(|row| row.cell_spans.contains_key(column)) {
            continue;
        }
        let code = match place {
            Place::Number => "E0232",
            Place::Key => "E0236",
            _ => "E0211",
        };
        let at = campaign.node.place(&keys(&["callees", "inline"]));
        let message = format!("no row has `{column}`");
        let mut diagnostic = Diagnostic::error(code, message, at, format!("not in any of {} rows", rows.len()));
        let others = rows[0].cells.iter().map(|(name, _)| name).filter(|name| !used.iter().any(|u| u == name));
        if let Some(near) = schema::nearest(column, others) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        diagnostic.help.extend(ways_out(binder, place));
        if let Some((span, label)) = named(campaign, place).or_else(|| binder.declared(place)) {
            diagnostic = diagnostic.related(span, label);
        }
        absent.places.push(place);
        absent.problems.push(RowProblem::Document(Box::new(diagnostic)));
    }
    absent
}

/// Where the campaign says which column that is.
pub(super) fn named(campaign: &Campaign, place: Place) -> Option<(Span, String)> {
    let variable;
    let path: &[&str] = match place {
        Place::Row => return None,
        Place::Number => &["callees", "number"],
        Place::Key => &["callees", "key"],
        Place::Zone => &["window", "timeZone", "column"],
        Place::Variable(_) => {
            let column = campaign.columns.name(place)?;
            let named = campaign.spec.callees.as_ref()?.columns.as_ref()?;
            variable = named.iter().find(|(_, of)| *of == column)?.0.as_str();
            &["callees", "columns", variable]
        }
    };
    let (value, _) = campaign.node.at(&keys(path))?;
    Some((value.span, "the campaign names it here".to_owned()))
}

fn ways_out(binder: &Binder<'_>, place: Place) -> Option<String> {
    match place {
        Place::Variable(index) => {
            let name = binder.variable(index)?;
            Some(format!(
                "name its column under `callees.columns`, or give `{name}` one value: \
                 `variables` of the campaign, or `default` where the agent declares it"
            ))
        }
        Place::Number => Some("`callees.number` names the column of phone numbers".to_owned()),
        _ => None,
    }
}
