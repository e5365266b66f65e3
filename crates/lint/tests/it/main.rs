//! The rules over whole projects, and the output formats.

#![expect(clippy::unwrap_used, reason = "a test that can't go on may stop")]

mod examples;
mod excerpts;
mod fix;
mod formats;
mod levels;
mod machines;
mod registry;
mod rows;
mod rules;
mod sound;
mod support;
mod waivers;
