//! `callform rule`

use std::io::Write;
use std::path::Path;

use callform_lint::{docs, rules};

use crate::args::RuleArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &RuleArgs, out: &mut Output) -> Outcome {
    if let Some(file) = &args.write {
        std::fs::write(file, docs::reference())
            .map_err(|error| Failure::failed(format!("can't write `{}`: {error}", file.display())))?;
        out.note(format_args!("Wrote {} rules into {}.", rules::ALL.len(), file.display()));
        return Ok(Exit::Done);
    }
    if let Some(file) = &args.check {
        return check(file, out);
    }
    let Some(name) = &args.rule else {
        let mut stdout = out.out();
        for rule in rules::ALL {
            let _ = writeln!(stdout, "{}  {:<28} {}", rule.code, rule.name, rule.summary());
        }
        return Ok(Exit::Done);
    };
    let text = docs::explain(name).ok_or_else(|| {
        Failure::new(Exit::Usage, format!("no rule is called `{name}`")).line("`callform rule` lists them.")
    })?;
    let _ = writeln!(out.out(), "{}", text.trim_end());
    Ok(Exit::Done)
}

fn check(file: &Path, out: &mut Output) -> Outcome {
    if std::fs::read_to_string(file).ok().as_deref() == Some(docs::reference().as_str()) {
        out.note("The reference is that of this version.");
        return Ok(Exit::Done);
    }
    Err(Failure::failed(format!("`{}` is not the reference of this version", file.display()))
        .line(format!("write it anew:  callform rule --write {}", file.display())))
}
