//! `callform completions`

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Output;

pub(crate) fn run(args: &CompletionsArgs, out: &mut Output) -> Outcome {
    clap_complete::generate(args.shell, &mut Args::command(), "callform", &mut out.out());
    Ok(Exit::Done)
}
