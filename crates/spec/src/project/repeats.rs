//! What is wrong with many rows in the same way: one cause is one mistake, and not one for each row.

use super::rows::RowProblem;
use crate::source::Span;
use crate::value::Raw;

/// Why a row is not good, where many rows may be so for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A template can't be rendered, at this place and with this message.
    Unrendered(Span, String),
    /// A row of a file without a header has no value for the variable of this index.
    NoValue(usize),
}

/// Problems that are held back until it is known how many rows have them.
#[derive(Default)]
pub(super) struct Repeats {
    held: Vec<Held>,
    /// The variables that some row had a value for.
    given: Vec<bool>,
}

struct Held {
    cause: Cause,
    /// The first one that is held back, and how many there are.
    problem: Option<RowProblem>,
    count: u64,
}

impl Repeats {
    /// A row has these values. What was held back because it might be so in all rows is to be told now.
    pub(super) fn met(&mut self, values: &[Option<Raw>]) -> Vec<RowProblem> {
        self.given.resize(values.len(), false);
        let mut told = Vec::new();
        for (index, _) in values.iter().enumerate().filter(|(_, value)| value.is_some()) {
            if std::mem::replace(&mut self.given[index], true) {
                continue;
            }
            let held = self.held.iter_mut().find(|held| held.cause == Cause::NoValue(index));
            if let Some((mut problem, count)) = held.and_then(|held| Some((held.problem.take()?, held.count))) {
                if count > 1 {
                    let (_, help) = problem.words();
                    help.push(format!("in {} of the next rows it is missing, too", count - 1));
                }
                told.push(problem);
            }
        }
        told
    }

    /// A row is wrong: what is to be told of it now.
    pub(super) fn wrong(&mut self, cause: Option<Cause>, problem: RowProblem) -> Option<RowProblem> {
        let Some(cause) = cause else { return Some(problem) };
        if let Cause::NoValue(index) = cause
            && self.given.get(index) == Some(&true)
        {
            return Some(problem);
        }
        match self.held.iter_mut().find(|held| held.cause == cause) {
            Some(held) => {
                held.problem.get_or_insert(problem);
                held.count += 1;
                None
            }
            None if matches!(cause, Cause::NoValue(_)) => {
                self.held.push(Held { cause, problem: Some(problem), count: 1 });
                None
            }
            // The first one is told where it is; the others are counted.
            None => {
                self.held.push(Held { cause, problem: None, count: 0 });
                Some(problem)
            }
        }
    }

    /// There are no more rows: what was held back, each with the number of rows that have it.
    pub(super) fn end(&mut self) -> Vec<RowProblem> {
        let held = std::mem::take(&mut self.held);
        held.into_iter()
            .filter_map(|held| {
                let mut problem = held.problem?;
                let (message, help) = problem.words();
                match held.cause {
                    _ if held.count == 1 => {}
                    Cause::Unrendered(..) => {
                        *message = message.replacen("for this row", &format!("for {} more rows", held.count), 1);
                    }
                    Cause::NoValue(_) => {
                        *message = message.replacen("row has no value", "no row has a value", 1);
                        help.push(format!("none of the {} rows has it", held.count));
                    }
                }
                Some(problem)
            })
            .collect()
    }
}
