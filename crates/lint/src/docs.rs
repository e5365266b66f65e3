//! The page of a rule, and the reference of all rules.

use std::fmt::Write as _;

use crate::errors;
use crate::render::severity_name;
use crate::rules::{self, Example, Rule};

/// The page of a rule, by code (`CF005`) or name (`limits-unset`), or of an error, by code (`E0107`), in Markdown;
/// `None` if there is no such.
pub fn explain(name: &str) -> Option<String> {
    rules::find(name).map(|rule| page(rule, 1)).or_else(|| errors::find(name).map(|(code, means)| error(code, means)))
}

/// Every rule and every error, in Markdown: `docs/rules.md`.
pub fn reference() -> String {
    let mut out = HEAD.to_owned();
    out.push_str("| code | name | level | |\n|---|---|---|---|\n");
    for rule in rules::ALL {
        let (code, name) = (rule.code, rule.name);
        let level = severity_name(rule.level);
        // What GitHub makes of the heading.
        let anchor = format!("{}-{name}-{level}", code.to_lowercase());
        let _ = writeln!(out, "| [{code}](#{anchor}) | `{name}` | {level} | {} |", rule.summary().replace('|', "\\|"));
    }
    for rule in rules::ALL {
        let _ = write!(out, "\n{}", page(rule, 2));
    }
    out.push_str(ERRORS);
    for (code, means) in errors::ALL {
        let _ = writeln!(out, "| {code} | {} |", means.replace('|', "\\|"));
    }
    out
}

const HEAD: &str = "\
# Lint rules

<!-- Made from the rules themselves: callform rule --write docs/rules.md -->

What is allowed and will hurt. `callform lint` tells all of it and fails on warnings, too; `callform validate` tells the
same and fails on errors only. `callform rule CODE` shows a rule's page in the terminal, `callform lint --fix` mends what
has one right answer.

A project sets levels in its `callform.yaml`, and any environment may set others:

```yaml
lint:
  levels:
    limits-unset: error     # by name or by code
    CF007: off
```

A comment waives a finding in its place, and must say why. Behind a line it covers the line, on a line of its own the
entry below with all that belongs to it. It may stand behind another comment, with a `#` of its own:

```yaml
# callform: allow[CF005] the line itself hangs up after a minute
limits:
  call: 10m
complianceAudio: false  # callform: allow[compliance-audio-off, CF006] the welcome message says it
```

For the whole of a text that goes over many lines it stands behind the key, or on a line above it; between the lines of
the text `#` begins no comment:

```yaml
prompt: |  # callform: allow[CF001] the other system calls it so
  Never speak of end_call.

  When you are done, call call_end.
```

In a prompt it is a comment of the template, which nobody is told; on a line of its own it covers the paragraph below:

```markdown
{# callform: allow[CF001] the name is quoted here #}
```

";

const ERRORS: &str = "
## Errors

What the provider or callform refuses. Errors have no level and can't be waived; nothing is sent until they are mended.
The message says what to write, and [`specs/`](../specs) holds documents that each of them refuses.

| code | |
|---|---|
";

fn error(code: &str, means: &str) -> String {
    format!(
        "# {code} (error)\n\n{means}\n\nAn error is what the provider or callform refuses: it has no level and can't be waived, and nothing \
         is sent until it is\nmended. `callform validate` shows where it is and what to write.\n"
    )
}

/// `depth` is how many `#` its title has.
fn page(rule: &Rule, depth: usize) -> String {
    let deeper = "#".repeat(depth - 1);
    let mut out = format!("{deeper}# {} {} ({})\n\n", rule.code, rule.name, severity_name(rule.level));
    for line in rule.docs.trim().lines() {
        // A doc comment has a blank after its slashes.
        let line = line.strip_prefix(' ').unwrap_or(line);
        let heading = if line.starts_with('#') { deeper.as_str() } else { "" };
        let _ = writeln!(out, "{heading}{line}");
    }
    example(&mut out, &deeper, "Example", rule.bad);
    example(&mut out, &deeper, "Use instead", rule.good);
    out
}

fn example(out: &mut String, deeper: &str, title: &str, example: Example) {
    let _ = write!(out, "\n{deeper}## {title}\n");
    for (path, text) in example {
        let language = match path.rsplit_once('.') {
            Some((_, "md")) => "markdown",
            Some((_, "csv")) => "csv",
            _ => "yaml",
        };
        let _ = write!(out, "\n`{path}`\n\n```{language}\n{}\n```\n", text.trim_end());
    }
}
