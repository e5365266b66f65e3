//! The language server, driven as an editor does it: the real binary, over its standard input and output.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod conversation;
mod definition;
mod diagnostics;
mod fixes;
mod names;
mod rows;
mod support;
