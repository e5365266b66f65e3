//! A remark on documents that nobody reads.

use std::path::Path;

use callform_spec::model::Kind;
use callform_spec::project::PROJECT_FILE;
use lsp_types::{Diagnostic, Position, Range};

use crate::analysis::remark;

/// What to say of a document of the language that no project reads: one without a project around it, or one that lies
/// beside `agents` and `campaigns`. `None` for any other file; other tools have documents with a `kind`, too.
pub fn hint(text: &str, file: &Path, root: Option<&Path>) -> Option<Diagnostic> {
    if !file.extension().is_some_and(|e| e == "yaml" || e == "yml") {
        return None;
    }
    let is_kind = |line: &str| line.strip_prefix("kind:").is_some_and(|k| Kind::from_name(k.trim()).is_some());
    let line = text.lines().position(is_kind)?;
    if text.lines().any(|line| line.starts_with("apiVersion:")) {
        return None;
    }
    let message = match root {
        None => format!(
            "callform does not check this file: there is no `{PROJECT_FILE}` beside it or above it\nhelp: make a project with `callform init`, and move the file below `agents` or `campaigns`"
        ),
        Some(root) => {
            let relative = file.strip_prefix(root).ok()?;
            let first = relative.components().next().map(|c| c.as_os_str().to_os_string())?;
            if relative == Path::new(PROJECT_FILE) || first == "agents" || first == "campaigns" {
                return None;
            }
            "callform does not read this file\nhelp: move it below `agents` or `campaigns` of the project".to_owned()
        }
    };
    let line = u32::try_from(line).unwrap_or(u32::MAX);
    let range = Range::new(Position::new(line, 0), Position::new(line, 4));
    Some(Diagnostic { range, ..remark(message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documents_of_ours_that_nobody_reads_are_remarked_on() {
        let root = Some(Path::new("/p"));
        let agent = "name: x\nkind: Agent\n";
        assert_eq!(hint(agent, Path::new("/x.yaml"), None).unwrap().range.start.line, 1);
        assert!(hint(agent, Path::new("/p/x.yaml"), root).is_some());
        for (text, file, root) in [
            (agent, "/p/agents/x.yaml", root),
            (agent, "/p/campaigns/deep/x.yml", root),
            ("kind: Project\n", "/p/callform.yaml", root),
            (agent, "/x.md", None),
            ("apiVersion: v1\nkind: Project\n", "/x.yaml", None),
            ("kind: Deployment\n", "/x.yaml", None),
            ("", "/x.yaml", None),
        ] {
            assert_eq!(hint(text, Path::new(file), root), None, "{file}");
        }
    }
}
