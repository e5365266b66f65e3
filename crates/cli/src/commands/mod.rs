//! The commands, one a file.

mod apply;
mod completions;
mod emulator;
mod init;
mod ledger;
mod lint;
mod lsp;
mod plan;
mod refresh;
mod render;
mod resolve;
mod rule;
mod schema;
mod status;
mod stop;
mod suppress;
mod try_call;
mod unlock;
mod validate;
mod why;

pub(crate) use status::words as state_words;

use crate::args::{Args, Command};
use crate::failure::Outcome;
use crate::output::Output;

pub(crate) fn run(args: &Args, out: &mut Output) -> Outcome {
    match &args.command {
        Command::Init(args) => init::run(args, out),
        Command::Validate(args) => validate::run(args, out),
        Command::Lint(args) => lint::run(args, out),
        Command::Schema(args) => schema::run(args, out),
        Command::Render(args) => render::run(args, out),
        Command::Plan(args) => plan::run(args, out),
        Command::Apply(args) => apply::run(args, out),
        Command::Try(args) => try_call::run(args, out),
        Command::Status(args) => status::run(args, out),
        Command::Refresh(args) => refresh::run(args, out),
        Command::Resolve(args) => resolve::run(args, out),
        Command::Why(args) => why::run(args, out),
        Command::Stop(args) => stop::stop(args, out),
        Command::Resume(args) => stop::resume(args, out),
        Command::Unlock(args) => unlock::run(args, out),
        Command::Suppress(args) => suppress::run(args, out),
        Command::Ledger(args) => ledger::run(args, out),
        Command::Emulator(args) => emulator::run(args, out),
        Command::Rule(args) => rule::run(args, out),
        Command::Lsp => lsp::run(),
        Command::Completions(args) => completions::run(args, out),
    }
}
