//! Which variables a template needs, in which place, and whether always.

use std::collections::BTreeSet;

use super::tree::{Expr, ExprKind, Node};
use super::{Place, Use};

pub(super) fn find(nodes: &[Node]) -> Vec<Use> {
    let mut walker = Walker { uses: Vec::new(), bound: BTreeSet::new(), skippable: 0 };
    walker.nodes(nodes);
    walker.uses.sort_by_key(|found| found.range.start);
    walker.uses
}

struct Walker<'n> {
    uses: Vec<Use>,
    /// Names that have a value of the template's own on every way to this point.
    bound: BTreeSet<&'n str>,
    /// How many conditions, loops and skippable operands are around.
    skippable: usize,
}

impl<'n> Walker<'n> {
    fn nodes(&mut self, nodes: &'n [Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn node(&mut self, node: &'n Node) {
        match node {
            Node::Data(_) => {}
            Node::Output(expr) => self.expr(expr, Place::Output),
            Node::Set { name, value } => {
                self.expr(value, Place::Assignment);
                self.bound.insert(name);
            }
            Node::Capture { name, body, .. } => {
                self.nodes(body);
                self.bound.insert(name);
            }
            Node::If { arms, otherwise } => self.branches(arms, otherwise),
            Node::For { target, over, only, body, otherwise } => {
                self.expr(over, Place::Loop);
                self.skippable += 1;
                let outside = self.bound.clone();
                self.bound.insert(target);
                if let Some(only) = only {
                    self.expr(only, Place::Condition);
                }
                self.nodes(body);
                self.bound = outside.clone();
                self.nodes(otherwise);
                self.bound = outside;
                self.skippable -= 1;
            }
        }
    }

    /// Only what every branch sets is set afterwards. (A condition is true or not, so one of them runs.)
    fn branches(&mut self, arms: &'n [(Expr, Vec<Node>)], otherwise: &'n [Node]) {
        let before = self.bound.clone();
        let mut after: Option<BTreeSet<&'n str>> = None;
        let mut join = |bound: BTreeSet<&'n str>| {
            after = Some(match after.take() {
                Some(after) => &after & &bound,
                None => bound,
            });
        };
        let outer = self.skippable;
        for (test, body) in arms {
            // The first test always runs; what follows it does not.
            self.expr(test, Place::Condition);
            self.skippable = outer + 1;
            self.nodes(body);
            join(std::mem::replace(&mut self.bound, before.clone()));
        }
        self.nodes(otherwise);
        join(std::mem::replace(&mut self.bound, before));
        self.skippable = outer;
        self.bound = after.unwrap_or_default();
    }

    fn skippable(&mut self, expr: &'n Expr, place: Place) {
        self.skippable += 1;
        self.expr(expr, place);
        self.skippable -= 1;
    }

    fn expr(&mut self, expr: &'n Expr, place: Place) {
        match &expr.kind {
            ExprKind::Variable(name) => {
                if !self.bound.contains(&**name) {
                    let (name, range) = (name.to_string(), expr.range.clone());
                    self.uses.push(Use { name, range, place, always: self.skippable == 0 });
                }
            }
            ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Boolean(_) | ExprKind::Loop(_) => {}
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item, place)),
            ExprKind::Not(of) | ExprKind::Negate(of) => self.expr(of, place),
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                self.expr(left, place);
                self.skippable(right, place);
            }
            ExprKind::Compare(first, rest) => {
                self.expr(first, place);
                // `a < b < c` stops where it is false.
                for (nth, (_, operand)) in rest.iter().enumerate() {
                    if nth == 0 { self.expr(operand, place) } else { self.skippable(operand, place) }
                }
            }
            ExprKind::Calculate(_, left, right) | ExprKind::Join(left, right) => {
                self.expr(left, place);
                self.expr(right, place);
            }
            ExprKind::Choose { test, yes, no } => {
                self.expr(test, Place::Condition);
                self.skippable(yes, place);
                self.skippable(no, place);
            }
            ExprKind::Filter { input, arguments, .. } => {
                self.expr(input, place);
                arguments.iter().flatten().for_each(|argument| self.expr(argument, Place::Argument));
            }
            ExprKind::Test { input, argument, .. } => {
                self.expr(input, place);
                self.expr(argument, Place::Argument);
            }
            ExprKind::Item { of, index } => {
                self.expr(of, place);
                self.expr(index, Place::Argument);
            }
            ExprKind::Slice { of, start, stop } => {
                self.expr(of, place);
                for bound in [start, stop].into_iter().flatten() {
                    self.expr(bound, Place::Argument);
                }
            }
        }
    }
}
