//! `callform schema`

use std::io::Write;
use std::path::Path;

use callform_spec::model::Kind;
use callform_spec::schema;
use serde_json::Value;

use crate::args::{SchemaArgs, SchemaKind};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &SchemaArgs, out: &mut Output) -> Outcome {
    if let Some(directory) = &args.write {
        write(directory)?;
        out.note(format_args!("Wrote {} schemas into {}.", files().len(), directory.display()));
        return Ok(Exit::Done);
    }
    if let Some(directory) = &args.check {
        return check(directory, out);
    }
    let schema = match args.kind.unwrap_or(SchemaKind::Callform) {
        SchemaKind::Project => schema::for_kind(Kind::Project),
        SchemaKind::Agent => schema::for_kind(Kind::Agent),
        SchemaKind::Campaign => schema::for_kind(Kind::Campaign),
        SchemaKind::Callform => schema::combined(),
    };
    let _ = write!(out.out(), "{}", text(&schema));
    Ok(Exit::Done)
}

/// Every schema with its file's name.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| (format!("{}.json", kind.name().to_lowercase()), text(&schema::for_kind(*kind))))
        .collect();
    files.push(("callform.json".to_owned(), text(&schema::combined())));
    files
}

/// Writes every schema into a directory.
pub(crate) fn write(directory: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::failed(format!("can't write the schemas: {error}"));
    std::fs::create_dir_all(directory).map_err(failed)?;
    for (name, text) in files() {
        std::fs::write(directory.join(name), text).map_err(failed)?;
    }
    Ok(())
}

fn check(directory: &Path, out: &mut Output) -> Outcome {
    let stale: Vec<_> = files()
        .into_iter()
        .filter(|(name, text)| std::fs::read_to_string(directory.join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name)
        .collect();
    if stale.is_empty() {
        out.note("The schemas are those of this version.");
        return Ok(Exit::Done);
    }
    Err(Failure::failed(format!("not the schemas of this version: {}", stale.join(", ")))
        .line(format!("write them anew:  callform schema --write {}", directory.display())))
}

fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}
