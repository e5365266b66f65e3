//! Comparing and calculating.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::error::RenderError;
use super::item::Item;
use super::tree::{Comparison, Operator};
use crate::value::{Moment, Number};

/// Whether two items of one kind are equal, and which is the greater; `None` where there is no order.
enum Relation {
    Ordered(Ordering),
    Unordered { equal: bool },
}

fn relate(left: &Item<'_>, right: &Item<'_>) -> Result<Relation, RenderError> {
    let ordering = match (left, right) {
        (Item::Text(a), Item::Text(b)) => (**a).cmp(&**b),
        (Item::Number(a), Item::Number(b)) => a.decimal().cmp(&b.decimal()),
        (Item::Date(a), Item::Date(b)) => a.cmp(b),
        (Item::Moment(Moment::Local(a)), Item::Moment(Moment::Local(b))) => a.cmp(b),
        (Item::Moment(Moment::Instant { at: a, .. }), Item::Moment(Moment::Instant { at: b, .. })) => a.cmp(b),
        (Item::Boolean(a), Item::Boolean(b)) => return Ok(Relation::Unordered { equal: a == b }),
        (Item::List(a), Item::List(b)) => {
            // Lists hold no lists, so this goes no deeper.
            let mut equal = a.len() == b.len();
            for (a, b) in a.iter().zip(b.iter()) {
                equal = equal && equals(a, b)?;
            }
            return Ok(Relation::Unordered { equal });
        }
        _ => {
            let error = RenderError::new(format!("{} can't be compared with {}", left.kind(), right.kind()));
            return Err(match (left, right) {
                (Item::Text(_), Item::Number(_)) | (Item::Number(_), Item::Text(_)) => {
                    error.help("a number is compared with a number, without quotes; a text with a text, in quotes")
                }
                (Item::Date(_) | Item::Moment(_), Item::Text(_)) | (Item::Text(_), Item::Date(_) | Item::Moment(_)) => {
                    error.help("compare its text: `(day | date(format=\"%Y-%m-%d\")) < \"2026-05-01\"`")
                }
                _ => error,
            });
        }
    };
    Ok(Relation::Ordered(ordering))
}

fn equals(left: &Item<'_>, right: &Item<'_>) -> Result<bool, RenderError> {
    Ok(match relate(left, right)? {
        Relation::Ordered(ordering) => ordering.is_eq(),
        Relation::Unordered { equal } => equal,
    })
}

pub(super) fn compare(left: &Item<'_>, how: Comparison, right: &Item<'_>) -> Result<bool, RenderError> {
    let holds: fn(Ordering) -> bool = match how {
        Comparison::Equal => return equals(left, right),
        Comparison::NotEqual => return equals(left, right).map(|equal| !equal),
        Comparison::In => return contains(right, left),
        Comparison::NotIn => return contains(right, left).map(|found| !found),
        Comparison::Less => Ordering::is_lt,
        Comparison::LessOrEqual => Ordering::is_le,
        Comparison::Greater => Ordering::is_gt,
        Comparison::GreaterOrEqual => Ordering::is_ge,
    };
    match relate(left, right)? {
        Relation::Ordered(ordering) => Ok(holds(ordering)),
        Relation::Unordered { .. } => Err(RenderError::new(format!("{} has no order", left.kind()))),
    }
}

fn contains(whole: &Item<'_>, part: &Item<'_>) -> Result<bool, RenderError> {
    match (whole, part) {
        (Item::List(items), part) => {
            for item in items.iter() {
                if equals(item, part)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (Item::Text(whole), Item::Text(part)) => Ok(whole.contains(&**part)),
        _ => {
            let message = format!(
                "`in` looks for a value in a list, or for a text in a text, not for {} in {}",
                part.kind(),
                whole.kind()
            );
            Err(RenderError::new(message))
        }
    }
}

/// Exact, on numbers only.
pub(super) fn calculate<'a>(how: Operator, left: &Item<'a>, right: &Item<'a>) -> Result<Item<'a>, RenderError> {
    let (Item::Number(a), Item::Number(b)) = (left, right) else {
        let sign = match how {
            Operator::Add => '+',
            Operator::Subtract => '-',
            Operator::Multiply => '*',
        };
        let message = format!("`{sign}` takes two numbers, not {} and {}", left.kind(), right.kind());
        let error = RenderError::new(message);
        return Err(if how == Operator::Add {
            error.help("values are put together to a text with `~`")
        } else {
            error
        });
    };
    let (a, b) = (a.decimal(), b.decimal());
    let result = match how {
        Operator::Add => a.add(b),
        Operator::Subtract => a.add(b.negated()),
        Operator::Multiply => a.mul(b),
    };
    let result = result.ok_or_else(|| RenderError::new("the result has more than 30 digits"))?;
    Ok(Item::Number(Cow::Owned(Number::from(result))))
}
