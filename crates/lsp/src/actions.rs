//! Fixes as changes that an editor can make.

use std::collections::{BTreeMap, HashMap};

use lsp_types::{
    CodeAction, CodeActionKind, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Range,
    TextDocumentEdit, TextEdit, WorkspaceEdit,
};

use crate::report::{Finding, Repair};
use crate::uri;

/// Applying every safe fix of a file at once.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.callform");

/// What a client can do with changes, and which versions it has.
#[derive(Debug)]
pub struct Desk<'a> {
    /// Whether changes may name the version that they are for.
    pub versioned: bool,
    /// Versions of open files, by URI.
    pub versions: &'a BTreeMap<String, i32>,
}

/// The changes that a client may offer: those of the findings in a range of a file, and all safe ones of the file
/// together. `only` are the kinds that were asked for.
pub fn actions(
    findings: &[Finding],
    uri: &str,
    range: Range,
    only: Option<&[CodeActionKind]>,
    desk: &Desk<'_>,
) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX, only) {
        for finding in findings.iter().filter(|f| touches(f.diagnostic.range, range)) {
            actions.extend(finding.repair.as_ref().map(|repair| quick_fix(finding, repair, desk)));
        }
    }
    // Asked for by name, on saving; a menu of it at every cursor would be noise.
    if only.is_some() && wanted(&FIX_ALL, only) {
        actions.extend(fix_all(findings, uri, desk));
    }
    actions
}

fn wanted(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    let within = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(within))
}

fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn quick_fix(finding: &Finding, repair: &Repair, desk: &Desk<'_>) -> CodeAction {
    CodeAction {
        title: repair.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![finding.diagnostic.clone()]),
        edit: Some(edit(&repair.edits, desk)),
        is_preferred: Some(repair.safe),
        ..CodeAction::default()
    }
}

/// The safe fixes that change nothing but this file. Of two that overlap the first counts: the other may be offered
/// again when the file was checked anew.
fn fix_all(findings: &[Finding], uri: &str, desk: &Desk<'_>) -> Option<CodeAction> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for repair in findings.iter().filter_map(|f| f.repair.as_ref()).filter(|r| r.safe) {
        let [(file, more)] = repair.edits.iter().collect::<Vec<_>>()[..] else { continue };
        let free = |new: &TextEdit| !edits.iter().any(|old| overlap(old.range, new.range));
        if file == uri && more.iter().all(free) {
            edits.extend(more.iter().cloned());
        }
    }
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "apply all safe fixes of callform".into(),
        kind: Some(FIX_ALL),
        edit: Some(edit(&BTreeMap::from([(uri.to_owned(), edits)]), desk)),
        ..CodeAction::default()
    })
}

/// Whether two changes can't both be made. Two insertions at one place have no order.
fn overlap(one: Range, other: Range) -> bool {
    one == other || (one.start < other.end && other.start < one.end)
}

fn edit(edits: &BTreeMap<String, Vec<TextEdit>>, desk: &Desk<'_>) -> WorkspaceEdit {
    let files = edits.iter().filter_map(|(name, edits)| Some((uri::parse(name)?, name, edits)));
    if desk.versioned {
        let changes = files.map(|(uri, name, edits)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version: desk.versions.get(name).copied() },
            edits: edits.iter().cloned().map(OneOf::Left).collect(),
        });
        let document_changes = Some(DocumentChanges::Edits(changes.collect()));
        return WorkspaceEdit { document_changes, ..WorkspaceEdit::default() };
    }
    #[expect(clippy::mutable_key_type, reason = "the protocol's type; nothing changes a URI")]
    let changes: HashMap<_, _> = files.map(|(uri, _, edits)| (uri, edits.clone())).collect();
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::Position;

    fn finding(line: u32, columns: (u32, u32), new: &str, safe: bool) -> Finding {
        let range = Range::new(Position::new(line, columns.0), Position::new(line, columns.1));
        let edits = BTreeMap::from([("file:///a.md".to_owned(), vec![TextEdit::new(range, new.to_owned())])]);
        Finding {
            diagnostic: lsp_types::Diagnostic { range, ..Default::default() },
            repair: Some(Repair { title: format!("write `{new}`"), safe, edits }),
        }
    }

    fn titles(actions: &[CodeAction]) -> Vec<&str> {
        actions.iter().map(|a| a.title.as_str()).collect()
    }

    const VERSIONS: &BTreeMap<String, i32> = &BTreeMap::new();
    const DESK: Desk<'_> = Desk { versioned: true, versions: VERSIONS };

    #[test]
    fn only_what_stands_at_the_cursor_is_offered() {
        let findings = [finding(0, (0, 4), "a", true), finding(2, (0, 4), "b", false)];
        let at = Range::new(Position::new(2, 4), Position::new(2, 4));
        let offered = actions(&findings, "file:///a.md", at, None, &DESK);
        assert_eq!(titles(&offered), ["write `b`"]);
        assert_eq!(offered[0].is_preferred, Some(false));
        assert!(actions(&findings, "file:///a.md", at, Some(&[CodeActionKind::REFACTOR]), &DESK).is_empty());
    }

    #[test]
    fn all_safe_fixes_are_one_change_without_overlaps() {
        let findings = [
            finding(0, (0, 4), "a", true),
            finding(0, (2, 6), "b", true),
            finding(1, (0, 4), "c", false),
            finding(2, (0, 4), "d", true),
            finding(2, (4, 5), "e", true),
        ];
        let only = [CodeActionKind::SOURCE_FIX_ALL];
        let offered = actions(&findings, "file:///a.md", Range::default(), Some(&only), &DESK);
        let Some(DocumentChanges::Edits(changes)) = offered[0].edit.as_ref().unwrap().document_changes.as_ref() else {
            panic!("{offered:?}")
        };
        let new: Vec<_> =
            changes[0].edits.iter().map(|e| if let OneOf::Left(e) = e { &e.new_text } else { "" }).collect();
        assert_eq!(new, ["a", "d", "e"]);
        assert!(actions(&findings, "file:///b.md", Range::default(), Some(&only), &DESK).is_empty());
    }
}
