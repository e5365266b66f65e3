//! `callform rule`

use std::io::Write;

use callform_lint::{docs, rules};

use crate::args::RuleArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &RuleArgs, out: &mut Output) -> Outcome {
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
