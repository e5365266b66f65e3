//! Making the words of a row, in bounded work and memory.
//!
//! Every step and every byte that is read or made costs work. Text that is made is charged before it is made, so that
//! memory is bounded by work as well; naming a value shares it.

mod apply;

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::Context;
use super::calculate;
use super::error::RenderError;
use super::item::{Item, Text};
use super::tree::{Comparison, Expr, ExprKind, LoopField, Node, Test};
use crate::value::{Decimal, Number};

/// Longest rendering, and longest text on the way to it, in bytes. The longest prompts in use are a tenth of it.
pub const MAX_OUTPUT: usize = 256 * 1024;

/// Most work of one rendering: one unit for a step, one for each byte of text that a step reads or makes. That is some
/// 10 ms; an ordinary prompt takes a few thousand units.
pub const MAX_WORK: usize = 4_000_000;

/// What an item of a list costs, beside its text: about its size.
const ITEM_COST: usize = 32;

pub(super) fn render(nodes: &[Node], context: &Context, length: usize) -> Result<String, RenderError> {
    let mut run = Run { context, locals: Vec::new(), loops: Vec::new(), work: 0 };
    let mut out = String::with_capacity((length + length / 4).min(MAX_OUTPUT));
    run.nodes(nodes, &mut out)?;
    Ok(out)
}

/// One rendering.
struct Run<'a> {
    context: &'a Context,
    /// Names that the template gave a value to; the last one of a name counts.
    locals: Vec<(&'a str, Item<'a>)>,
    /// Position and length of the loops around.
    loops: Vec<(usize, usize)>,
    work: usize,
}

impl<'a> Run<'a> {
    fn charge(&mut self, work: usize) -> Result<(), RenderError> {
        self.work = self.work.saturating_add(work);
        if self.work > MAX_WORK {
            return Err(
                RenderError::new("rendering takes too much work").help("loop over less, or build shorter texts")
            );
        }
        Ok(())
    }

    /// Before a text of `length` bytes is made.
    fn make(&mut self, length: usize) -> Result<(), RenderError> {
        if length > MAX_OUTPUT {
            return Err(RenderError::new(format!("a text becomes longer than {} KiB", MAX_OUTPUT / 1024)));
        }
        self.charge(length)
    }

    /// Adds to a text, if both together are not too long.
    fn write(&mut self, text: &str, out: &mut String) -> Result<(), RenderError> {
        if out.len() + text.len() > MAX_OUTPUT {
            return self.make(out.len() + text.len());
        }
        self.charge(text.len())?;
        out.push_str(text);
        Ok(())
    }

    fn nodes(&mut self, nodes: &'a [Node], out: &mut String) -> Result<(), RenderError> {
        nodes.iter().try_for_each(|node| self.node(node, out))
    }

    fn node(&mut self, node: &'a Node, out: &mut String) -> Result<(), RenderError> {
        self.charge(1)?;
        match node {
            Node::Data(data) => self.write(data, out),
            Node::Output(expr) => {
                let item = self.expr(expr)?;
                let text = written(&item).map_err(|error| error.at(&expr.range))?;
                self.write(&text, out).map_err(|error| error.at(&expr.range))
            }
            Node::Set { name, value } => {
                let item = self.expr(value)?;
                self.locals.push((name, item));
                Ok(())
            }
            Node::Capture { name, body, range } => {
                let mut captured = String::new();
                self.nodes(body, &mut captured)?;
                self.make(captured.len()).map_err(|error| error.at(range))?;
                self.locals.push((name, Item::text(captured)));
                Ok(())
            }
            Node::If { arms, otherwise } => {
                for (test, body) in arms {
                    if self.expr(test)?.is_true() {
                        return self.nodes(body, out);
                    }
                }
                self.nodes(otherwise, out)
            }
            Node::For { target, over, only, body, otherwise } => {
                let mut items = self.items(over)?;
                let outside = self.locals.len();
                if let Some(only) = only {
                    let mut kept = Vec::new();
                    for item in items.iter() {
                        self.locals.push((target, item.clone()));
                        if self.expr(only)?.is_true() {
                            kept.push(item.clone());
                        }
                        self.locals.truncate(outside);
                    }
                    items = kept.into();
                }
                if items.is_empty() {
                    return self.nodes(otherwise, out);
                }
                for (nth, item) in items.iter().enumerate() {
                    self.charge(1).map_err(|error| error.at(&over.range))?;
                    self.locals.push((target, item.clone()));
                    self.loops.push((nth, items.len()));
                    self.nodes(body, out)?;
                    self.loops.pop();
                    self.locals.truncate(outside);
                }
                Ok(())
            }
        }
    }

    /// What a loop goes over.
    fn items(&mut self, over: &'a Expr) -> Result<Rc<[Item<'a>]>, RenderError> {
        let item = self.expr(over)?;
        self.spread(&item, "a loop goes over").map_err(|error| error.at(&over.range))
    }

    /// The items of a list, or the characters of a text.
    fn spread(&mut self, item: &Item<'a>, what: &str) -> Result<Rc<[Item<'a>]>, RenderError> {
        match item {
            Item::List(items) => Ok(Rc::clone(items)),
            Item::Text(text) => {
                self.charge(text.chars().count().saturating_mul(ITEM_COST))?;
                Ok(match text {
                    Text::Borrowed(text) => {
                        let pieces = text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]);
                        pieces.map(|piece| Item::Text(Text::Borrowed(piece))).collect()
                    }
                    Text::Shared(text) => text.chars().map(|c| Item::text(c.to_string())).collect(),
                })
            }
            other => {
                let message = format!("{what} a list or the characters of a text, not over {}", other.kind());
                Err(RenderError::new(message))
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr) -> Result<Item<'a>, RenderError> {
        self.charge(1).and_then(|()| self.evaluate(expr)).map_err(|error| error.at(&expr.range))
    }

    fn evaluate(&mut self, expr: &'a Expr) -> Result<Item<'a>, RenderError> {
        Ok(match &expr.kind {
            ExprKind::Variable(name) => return self.lookup(name),
            ExprKind::Text(text) => Item::Text(Text::Borrowed(text)),
            ExprKind::Number(number) => Item::Number(Cow::Borrowed(number)),
            ExprKind::Boolean(boolean) => Item::Boolean(*boolean),
            ExprKind::List(items) => {
                self.charge(items.len() * ITEM_COST)?;
                let items = items.iter().map(|item| self.scalar(item));
                Item::List(items.collect::<Result<_, _>>()?)
            }
            ExprKind::Not(of) => Item::Boolean(!self.expr(of)?.is_true()),
            ExprKind::Negate(of) => match self.expr(of)? {
                Item::Number(number) => Item::Number(Cow::Owned(Number::from(number.decimal().negated()))),
                other => return Err(RenderError::new(format!("`-` takes a number, not {}", other.kind()))),
            },
            ExprKind::And(left, right) => {
                let left = self.expr(left)?;
                if left.is_true() { self.expr(right)? } else { left }
            }
            ExprKind::Or(left, right) => {
                let left = self.expr(left)?;
                if left.is_true() { left } else { self.expr(right)? }
            }
            ExprKind::Compare(first, rest) => Item::Boolean(self.compare(first, rest)?),
            ExprKind::Calculate(how, left, right) => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                calculate::calculate(*how, &left, &right)?
            }
            ExprKind::Join(left, right) => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                let (left, right) = (written(&left)?, written(&right)?);
                self.make(left.len() + right.len())?;
                Item::text([left, right].concat())
            }
            ExprKind::Choose { test, yes, no } => {
                let chosen = if self.expr(test)?.is_true() { yes } else { no };
                self.expr(chosen)?
            }
            ExprKind::Filter { filter, input, arguments } => {
                let input = self.expr(input)?;
                let given =
                    arguments.iter().map(|argument| argument.as_ref().map(|argument| self.expr(argument)).transpose());
                let given = given.collect::<Result<Vec<_>, _>>()?;
                apply::apply(self, *filter, input, &given)?
            }
            ExprKind::Test { test, input, argument } => {
                let (input, argument) = (self.expr(input)?, self.expr(argument)?);
                let (Item::Text(text), Item::Text(part)) = (&input, &argument) else {
                    let message = format!("the test takes two texts, not {} and {}", input.kind(), argument.kind());
                    return Err(RenderError::new(message));
                };
                self.charge(part.len())?;
                Item::Boolean(match test {
                    Test::StartingWith => text.starts_with(&**part),
                    Test::EndingWith => text.ends_with(&**part),
                })
            }
            ExprKind::Item { of, index } => {
                let (of, at) = (self.expr(of)?, self.expr(index)?);
                self.element(&of, &at).map_err(|error| error.at(&index.range))?
            }
            ExprKind::Slice { of, start, stop } => {
                let of = self.expr(of)?;
                let start = start.as_ref().map(|start| self.position(start)).transpose()?;
                let stop = stop.as_ref().map(|stop| self.position(stop)).transpose()?;
                self.slice(of, start, stop)?
            }
            ExprKind::Loop(field) => {
                // The parser accepts it inside of loops only.
                let (nth, length) = self.loops.last().copied().unwrap_or_default();
                match field {
                    LoopField::Index => Item::count(nth + 1),
                    LoopField::Index0 => Item::count(nth),
                    LoopField::RevIndex => Item::count(length - nth),
                    LoopField::RevIndex0 => Item::count(length - nth - 1),
                    LoopField::First => Item::Boolean(nth == 0),
                    LoopField::Last => Item::Boolean(nth + 1 == length),
                    LoopField::Length => Item::count(length),
                }
            }
        })
    }

    fn lookup(&mut self, name: &'a str) -> Result<Item<'a>, RenderError> {
        // A search, because there are few of them; charged, in case that there are not.
        self.charge(self.locals.len() / 8)?;
        if let Some((_, item)) = self.locals.iter().rev().find(|(local, _)| *local == name) {
            return Ok(item.clone());
        }
        match self.context.values.get(name) {
            Some(value) => Ok(Item::from(value)),
            None => Err(RenderError::new(format!("`{name}` has no value"))
                .help("give it one in the row, in the campaign's `variables`, or as the agent's `default`")),
        }
    }

    /// An item of a list literal.
    fn scalar(&mut self, expr: &'a Expr) -> Result<Item<'a>, RenderError> {
        match self.expr(expr)? {
            Item::List(_) => Err(RenderError::new("a list can't hold a list").at(&expr.range)),
            item => Ok(item),
        }
    }

    fn compare(&mut self, first: &'a Expr, rest: &'a [(Comparison, Expr)]) -> Result<bool, RenderError> {
        let mut left = self.expr(first)?;
        for (how, right) in rest {
            let right = self.expr(right)?;
            self.charge(size(&left).saturating_add(size(&right)))?;
            if !calculate::compare(&left, *how, &right)? {
                return Ok(false);
            }
            left = right;
        }
        Ok(true)
    }

    fn position(&mut self, expr: &'a Expr) -> Result<i64, RenderError> {
        let item = self.expr(expr)?;
        position(&item).map_err(|error| error.at(&expr.range))
    }

    fn element(&mut self, of: &Item<'a>, at: &Item<'a>) -> Result<Item<'a>, RenderError> {
        let at = position(at)?;
        // Without the position: it may be a value.
        let outside = |length| RenderError::new(format!("the position is outside: there are {length} items"));
        match of {
            Item::List(items) => {
                resolve(at, items.len()).and_then(|at| items.get(at)).cloned().ok_or_else(|| outside(items.len()))
            }
            Item::Text(text) => {
                self.charge(text.len())?;
                let length = text.chars().count();
                let found = resolve(at, length).and_then(|at| text.chars().nth(at));
                found.map(|c| Item::text(c.to_string())).ok_or_else(|| outside(length))
            }
            other => Err(RenderError::new(format!("{} has no items", other.kind()))),
        }
    }

    fn slice(&mut self, of: Item<'a>, start: Option<i64>, stop: Option<i64>) -> Result<Item<'a>, RenderError> {
        let bounds = |length: usize| {
            let bound = |at: i64| resolve(at, length).unwrap_or(if at < 0 { 0 } else { length });
            let start = start.map_or(0, bound);
            start..stop.map_or(length, bound).max(start)
        };
        match of {
            Item::List(items) => {
                self.charge(items.len() * ITEM_COST)?;
                Ok(Item::List(items[bounds(items.len())].into()))
            }
            Item::Text(text) => {
                self.charge(text.len().saturating_mul(2))?;
                let range = bytes(&text, bounds(text.chars().count()));
                Ok(match text {
                    Text::Borrowed(text) => Item::Text(Text::Borrowed(&text[range])),
                    Text::Shared(text) => Item::text(text[range].to_owned()),
                })
            }
            other => Err(RenderError::new(format!("{} has no parts", other.kind()))),
        }
    }
}

/// The bytes of a range of characters.
fn bytes(text: &str, characters: Range<usize>) -> Range<usize> {
    let at = |nth: usize| text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at);
    at(characters.start)..at(characters.end)
}

/// A position from the start, of one that may count from the end.
fn resolve(at: i64, length: usize) -> Option<usize> {
    let at = if at < 0 { i64::try_from(length).ok()?.checked_add(at)? } else { at };
    usize::try_from(at).ok().filter(|at| *at <= length)
}

fn position(item: &Item<'_>) -> Result<i64, RenderError> {
    let number = match item {
        Item::Number(number) => Some(number.decimal()),
        _ => None,
    };
    number
        .and_then(Decimal::whole)
        .and_then(|whole| i64::try_from(whole).ok())
        .ok_or_else(|| RenderError::new("a position is a whole number"))
}

/// The work of reading it.
fn size(item: &Item<'_>) -> usize {
    match item {
        Item::Text(text) => text.len(),
        Item::List(items) => items.iter().map(|item| 1 + size(item)).sum(),
        _ => 1,
    }
}

fn written<'i>(item: &'i Item<'_>) -> Result<Cow<'i, str>, RenderError> {
    item.written()
        .ok_or_else(|| RenderError::new("a list has no text").help("put its items together: `list | join(\", \")`"))
}
