//! Removes one protection at a time from a scratch copy of the source and demands that the tests notice: a proof that
//! stays green without what it proves is none. The product itself has no switch for any of this.

mod copy;
mod mutation;
mod mutations;
mod suite;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use mutation::Mutation;
use suite::{Outcome, Suite};

const USAGE: &str = "usage: cargo xtask mutate [--list] [--all] [--scratch DIR] [NAME...]";

/// Applies the named mutations, or all, each to an unchanged copy. Fails if one is not noticed.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let mut scratch = PathBuf::from("target/mutate");
    let mut names = Vec::new();
    let mut all = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--list" => return list(),
            "--all" => all = true,
            "--scratch" => scratch = rest.next().context(USAGE)?.into(),
            name if name.starts_with('-') => bail!("{USAGE}"),
            name => names.push(name),
        }
    }
    for name in &names {
        ensure!(mutations::all().any(|mutation| mutation.name == *name), "there is no mutation `{name}`; see --list");
    }
    let chosen: Vec<&Mutation> =
        mutations::all().filter(|mutation| names.is_empty() || names.contains(&mutation.name)).collect();

    let source = scratch.join("source");
    copy::workspace(&source)?;
    let source = fs::canonicalize(source)?;
    // Before the long work: all of them must fit the source as it is now.
    for mutation in &chosen {
        mutation.texts(&source)?;
    }
    let deps = std::env::current_dir()?.join("target/test-deps");
    let suite = Suite { source: source.clone(), target: scratch.join("target"), deps, all };
    say("unchanged: the tests must pass")?;
    match suite.run()? {
        Outcome::Passed => {}
        Outcome::Failed(tests) => bail!("the tests fail without any mutation: {}", tests.join(", ")),
    }
    let mut missed = Vec::new();
    for mutation in &chosen {
        let outcome = mutated(mutation, &source, || suite.run())?;
        match outcome {
            Outcome::Passed => {
                say(&format!("{}: NOT NOTICED ({})", mutation.name, mutation.removes))?;
                missed.push(mutation.name);
            }
            Outcome::Failed(tests) => say(&format!("{}: noticed by {}", mutation.name, tests.join(", ")))?,
        }
    }
    ensure!(missed.is_empty(), "nothing noticed {} of {} mutations: {}", missed.len(), chosen.len(), missed.join(", "));
    say(&format!("{} of {} mutations were noticed", chosen.len(), chosen.len()))
}

fn list() -> Result<()> {
    mutations::all().try_for_each(|mutation| say(&format!("{:30} {}", mutation.name, mutation.removes)))
}

/// Works with the source changed, and puts it back whatever happens.
fn mutated<T>(mutation: &Mutation, source: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let texts = mutation.texts(source)?;
    for text in &texts {
        fs::write(&text.path, &text.changed)?;
    }
    let result = work().with_context(|| format!("mutation `{}`", mutation.name));
    for text in &texts {
        fs::write(&text.path, &text.original)?;
    }
    result
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutation_fits_the_source_as_it_is() {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for mutation in mutations::all() {
            let texts = mutation.texts(&workspace).unwrap_or_else(|error| panic!("{}: {error:#}", mutation.name));
            assert!(texts.iter().all(|text| text.changed != text.original), "{} changes nothing", mutation.name);
        }
    }
}
