//! Prompts and messages: which variables they use, and rendering.
//!
//! A template is text with `{{ expressions }}` and `{% statements %}` in the Jinja dialect, over declared variables.
//! [`Template::parse`] reads one and finds every mistake that it can; [`Template::uses`] says which variables it needs
//! and where; [`Template::render`] makes the words of one row.
//!
//! **How it is built.** The lexer and the expression parser are minijinja's, so that the syntax is Jinja's to the last
//! detail; `syntax` is the only module that knows of them. Statements, checks and evaluation are this module's own.
//! minijinja's machine counts instructions but not bytes (`{% set a = a ~ a %}`, forty times, is a terabyte), lets
//! undefined values pass inside lists and arguments, knows neither exact decimals nor dates, and puts values into the
//! text of its errors. Here work and memory are bounded, nothing undefined survives, and an error points at the
//! expression and holds no value. A property test renders random templates with both and compares.
//!
//! # The language
//!
//! - `{{ expression }}` writes a value: text as it is, a number as it was written, `true` or `false`, a date as
//!   `2026-04-14`. A list can't be written; join it.
//! - `{% if %}`, `{% elif %}`, `{% else %}`, `{% endif %}`.
//! - `{% for item in list %}`, with `if` and `{% else %}`, over a list in the template or the characters of a text;
//!   `loop.index`, `index0`, `revindex`, `revindex0`, `first`, `last`, `length`.
//! - `{% set name = expression %}`, `{% set name %}text{% endset %}`; what a loop sets ends with its round.
//! - `{# comments #}`, `{% raw %}`, and `-` inside a delimiter to drop the white space beside it. A line break after a
//!   tag stays.
//! - Literals: text, numbers, `true`, `false`, lists. Operators: `and or not == != < <= > >= in ~ + - *`,
//!   `a if test else b`, `text[0]`, `text[-4:]`, `is startingwith`, `is endingwith`. Filters: [`FILTERS`].
//!
//! Values of two kinds are never equal and never compared: that is an error, because `count == "3"` would silently be
//! false on every row. There are no functions, no macros, no includes, no attributes, no `none`.

mod arguments;
mod calculate;
mod comments;
mod filters;
mod foreign;
mod item;
mod mistakes;
mod render;
mod spoken;
mod statements;
mod syntax;
mod tags;
mod tree;
mod uses;

mod error;

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::tz::TimeZone;

use crate::value::Value;

pub use comments::comments;
pub use error::{RenderError, TemplateError};
pub use filters::{FILTERS, FilterDoc, Parameter, Takes};
pub use render::{MAX_OUTPUT, MAX_WORK};
pub use spoken::LOCALES;
pub use syntax::is_name;

/// Longest template, in bytes: as much as may be rendered.
pub const MAX_TEMPLATE: usize = MAX_OUTPUT;

/// A template that was read and found good. Reading is the expensive part; one template renders any number of rows,
/// from any number of threads.
#[derive(Debug)]
pub struct Template {
    nodes: Vec<tree::Node>,
    uses: Vec<Use>,
    length: usize,
}

/// A place where a template needs a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The variable.
    pub name: String,
    /// The bytes of the name in the template's text.
    pub range: Range<usize>,
    /// What it is needed for.
    pub place: Place,
    /// Whether every rendering needs it: it is not inside a condition, a loop, or an operand that may be skipped.
    pub always: bool,
}

/// What a variable is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Its value becomes text.
    Output,
    /// It decides between two texts.
    Condition,
    /// A loop goes over it.
    Loop,
    /// It becomes the value of another name, with `set`.
    Assignment,
    /// It is an argument of a filter or test, or a position in a text.
    Argument,
}

/// What one row gives to all of its templates.
#[derive(Clone, Debug)]
pub struct Context {
    /// Values by variable name.
    pub values: BTreeMap<String, Value>,
    /// The callee's time zone: instants are told in it.
    pub zone: Option<TimeZone>,
    /// Language of spoken dates, such as `en` or `zh-TW`: the agent's first language.
    pub locale: String,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Every mistake that could be found, a hundred at most, in the order of the text; never empty.
    pub fn parse(text: &str) -> Result<Self, Vec<TemplateError>> {
        if text.len() > MAX_TEMPLATE {
            let message = format!(
                "a template has at most {} KiB, this one has {} KiB",
                MAX_TEMPLATE / 1024,
                text.len().div_ceil(1024)
            );
            return Err(vec![TemplateError::new(text.len()..text.len(), message)]);
        }
        let nodes = statements::parse(text)?;
        let uses = uses::find(&nodes);
        Ok(Self { nodes, uses, length: text.len() })
    }

    /// Every use of a variable that the template does not set by itself, in the order of the text.
    pub fn uses(&self) -> &[Use] {
        &self.uses
    }

    /// The words for one row.
    ///
    /// # Errors
    /// The first thing that stands in the way: a variable without a value, operands that don't fit each other, an
    /// instant without a zone, or more work or text than a template may take ([`MAX_WORK`], [`MAX_OUTPUT`]).
    pub fn render(&self, context: &Context) -> Result<String, RenderError> {
        render::render(&self.nodes, context, self.length)
    }
}
