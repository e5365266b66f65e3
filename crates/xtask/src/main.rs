//! Makes data: some that are checked in, some to measure with; and proves that the proof notices what it should.
//! `cargo xtask COMMAND`.

mod mutate;
mod rows;
mod zones;

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str =
    "usage: cargo xtask zones --phonenumbers DIR [--check] | rows COUNT | mutate [--list] [--all] [NAME...]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where even this fails.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        Some((command, rest)) if command == "zones" => zones::run(rest),
        Some((command, rest)) if command == "rows" => rows::run(rest),
        Some((command, rest)) if command == "mutate" => mutate::run(rest),
        _ => bail!("{USAGE}"),
    }
}
