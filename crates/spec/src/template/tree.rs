//! A template as it is kept: owned, checked, and without anything that could fail to be understood.

use std::ops::Range;

use super::filters::Filter;
use crate::value::Number;

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text between tags.
    Data(Box<str>),
    /// `{{ expression }}`
    Output(Expr),
    /// `{% if %}`, its `{% elif %}`s, and `{% else %}`.
    If { arms: Vec<(Expr, Vec<Node>)>, otherwise: Vec<Node> },
    /// `{% for target in over if only %}`, and `{% else %}`, which is for an empty list.
    For { target: Box<str>, over: Expr, only: Option<Expr>, body: Vec<Node>, otherwise: Vec<Node> },
    /// `{% set name = value %}`
    Set { name: Box<str>, value: Expr },
    /// `{% set name %}body{% endset %}`
    Capture { name: Box<str>, body: Vec<Node>, range: Range<usize> },
}

/// An expression and its place.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    /// Bytes in the template's text.
    pub(super) range: Range<usize>,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    Variable(Box<str>),
    Text(Box<str>),
    Number(Number),
    Boolean(bool),
    List(Vec<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// Yields the operand that decides, as in Jinja.
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    /// `first < second <= third`
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    Calculate(Operator, Box<Expr>, Box<Expr>),
    /// `left ~ right`
    Join(Box<Expr>, Box<Expr>),
    /// `yes if test else no`
    Choose {
        test: Box<Expr>,
        yes: Box<Expr>,
        no: Box<Expr>,
    },
    /// `input | filter(arguments)`; one argument, or none, for each of the filter's parameters.
    Filter {
        filter: Filter,
        input: Box<Expr>,
        arguments: Vec<Option<Expr>>,
    },
    /// `input is test argument`
    Test {
        test: Test,
        input: Box<Expr>,
        argument: Box<Expr>,
    },
    /// `of[index]`
    Item {
        of: Box<Expr>,
        index: Box<Expr>,
    },
    /// `of[start:stop]`
    Slice {
        of: Box<Expr>,
        start: Option<Box<Expr>>,
        stop: Option<Box<Expr>>,
    },
    /// `loop.index`
    Loop(LoopField),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
}

/// A test that `is` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    StartingWith,
    EndingWith,
}

/// What `loop` knows inside `{% for %}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoopField {
    Index,
    Index0,
    RevIndex,
    RevIndex0,
    First,
    Last,
    Length,
}

impl LoopField {
    pub(super) const NAMES: [(&'static str, Self); 7] = [
        ("index", Self::Index),
        ("index0", Self::Index0),
        ("revindex", Self::RevIndex),
        ("revindex0", Self::RevIndex0),
        ("first", Self::First),
        ("last", Self::Last),
        ("length", Self::Length),
    ];
}
