//! `callform init`

use std::io::Write;
use std::path::Path;

use crate::args::InitArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// Files of a new project. `{{ name }}` in the first one is the project's name; everywhere else braces are callform's.
const FILES: [(&str, &str); 8] = [
    ("callform.yaml", include_str!("../../templates/init/callform.yaml")),
    ("agents/reminder.yaml", include_str!("../../templates/init/agents/reminder.yaml")),
    ("agents/prompts/reminder.md", include_str!("../../templates/init/agents/prompts/reminder.md")),
    ("campaigns/reminders.yaml", include_str!("../../templates/init/campaigns/reminders.yaml")),
    ("campaigns/callees.csv", include_str!("../../templates/init/campaigns/callees.csv")),
    (".vscode/settings.json", include_str!("../../templates/init/vscode/settings.json")),
    (".vscode/extensions.json", include_str!("../../templates/init/vscode/extensions.json")),
    (".gitignore", include_str!("../../templates/init/gitignore")),
];

pub(crate) fn run(args: &InitArgs, out: &mut Output) -> Outcome {
    let name = name(args)?;
    let there: Vec<_> = FILES.iter().map(|(path, _)| *path).filter(|path| args.dir.join(path).exists()).collect();
    // A `.gitignore` that is there is a repository's; everything else would be overwritten work.
    let taken: Vec<_> = there.iter().copied().filter(|path| *path != ".gitignore").collect();
    if !taken.is_empty() {
        return Err(Failure::refused(format!("{} is not empty: {}", args.dir.display(), taken.join(", ")))
            .line("Choose another directory:  callform init DIR"));
    }
    for (path, text) in FILES {
        let text = if path == "callform.yaml" { text.replace("{{ name }}", &name) } else { text.to_owned() };
        write(&args.dir.join(path), &text)?;
    }
    super::schema::write(&args.dir.join(".callform/schema"))?;
    let mut stdout = out.out();
    let _ = writeln!(stdout, "Made the project {name} in {}.\n", args.dir.display());
    let _ = writeln!(
        stdout,
        "  callform validate {0}   check it\n  callform plan {0}       see who would be phoned",
        args.dir.display()
    );
    let _ = writeln!(stdout, "  callform apply {}      phone them, on the emulator", args.dir.display());
    let _ = writeln!(stdout, "\nEditors complete the YAML from .callform/schema; check it in.");
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::failed(format!("can't write {}: {e}", path.display()));
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    if path.exists() {
        // Only `.gitignore` gets here; its lines are added.
        let before = std::fs::read_to_string(path).map_err(failed)?;
        if before.contains(text) {
            return Ok(());
        }
        let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        return std::fs::write(path, format!("{before}{gap}{text}")).map_err(failed);
    }
    std::fs::write(path, text).map_err(failed)
}

fn name(args: &InitArgs) -> Result<String, Failure> {
    let fits = |name: &str| {
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        let outer = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        outer(name.chars().next())
            && outer(name.chars().next_back())
            && name.chars().all(inner)
            && name.chars().count() <= 100
    };
    if let Some(name) = &args.name {
        return if fits(name) {
            Ok(name.clone())
        } else {
            Err(Failure::new(Exit::Usage, format!("`{name}` is not a name")).line(
                "A name is made of letters, digits, `.`, `_` and `-`, and starts and ends with a letter or a digit.",
            ))
        };
    }
    let absolute = std::path::absolute(&args.dir)?;
    let directory = absolute.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(if fits(&directory) { directory } else { "my-calls".to_owned() })
}
