//! The page of a rule.

use std::fmt::Write as _;

use crate::render::severity_name;
use crate::rules::{self, Example, Rule};

/// The page of a rule, by code (`CF005`) or name (`limits-unset`), in Markdown; `None` if there is no such rule.
pub fn explain(code_or_name: &str) -> Option<String> {
    rules::find(code_or_name).map(page)
}

fn page(rule: &Rule) -> String {
    let mut out = format!("# {} {} ({})\n\n", rule.code, rule.name, severity_name(rule.level));
    for line in rule.docs.trim().lines() {
        // A doc comment has a blank after its slashes.
        let _ = writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line));
    }
    example(&mut out, "Example", rule.bad);
    example(&mut out, "Use instead", rule.good);
    out
}

fn example(out: &mut String, title: &str, example: Example) {
    let _ = write!(out, "\n## {title}\n");
    for (path, text) in example {
        let language = match path.rsplit_once('.') {
            Some((_, "md")) => "markdown",
            Some((_, "csv")) => "csv",
            _ => "yaml",
        };
        let _ = write!(out, "\n`{path}`\n\n```{language}\n{}\n```\n", text.trim_end());
    }
}
