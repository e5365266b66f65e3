//! `callform`: Terraform for AI phone calls.

mod approval;
mod args;
mod check;
mod commands;
mod exit;
mod failure;
mod ledger;
mod mend;
mod output;
mod project;
mod selection;
mod site;
mod surroundings;
mod view;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::exit::Exit;
use crate::output::Output;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers; everything else is wrong usage, which may repeat a number.
            if error.use_stderr() {
                let _ = write!(std::io::stderr(), "{}", callform_lint::render::hide(&error.render().to_string()));
                return Exit::Usage.into();
            }
            let _ = error.print();
            return Exit::Done.into();
        }
    };
    let mut out = Output::new(args.color.choice(), args.quiet);
    match commands::run(&args, &mut out) {
        Ok(Exit::Done | Exit::SomethingToDo) if !out.is_complete() => {
            let _ = writeln!(out.err(), "error: the output could not be written: is the disk full?");
            Exit::Failed.into()
        }
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.show(&mut out);
            failure.exit.into()
        }
    }
}
