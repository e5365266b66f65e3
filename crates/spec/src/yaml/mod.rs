//! YAML text to a tree in which every key and value knows its place.
//!
//! YAML 1.2, core schema: `no` is a string, `+8610` is a number. Duplicate keys, tags, merge keys and alias bombs are
//! refused. What the parser beneath does is pinned by `tests/yaml_contract.rs`.

mod cause;
mod comments;
mod layout;
mod lines;
mod node;
mod parse;
mod scalar;
mod shared;
mod trap;

pub(crate) use comments::cut_short;
pub use comments::{Comment, comments};
pub use layout::Layout;
pub use node::{Entry, Key, Node, Segment, Window, Yaml, pointer_segments};
pub use parse::{Document, parse};
pub use shared::Shared;
