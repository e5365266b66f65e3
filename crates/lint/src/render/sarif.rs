//! SARIF 2.1.0: for code scanning.

use std::collections::HashMap;

use callform_spec::diagnostic::{Diagnostic, Fix, Label};
use callform_spec::source::{Sources, Span};
use serde_json::{Value, json};

use super::place::{clean, lines, shown_line, uri};
use super::{Prefix, Report, hide, severity_name};
use crate::docs;
use crate::errors;
use crate::findings::Waived;
use crate::rules;

/// What paths are relative to: the directory in which the command was started.
const BASE: &str = "SRCROOT";

/// One run, indented, with a line break at the end. `version` is that of the program. Waived findings are in it as
/// suppressed results, with their reasons.
///
/// Columns count characters from 1. A result has a fingerprint that stays when lines move. A fix whose text had to be
/// masked is left out: whoever applied it would write the asterisks into the file.
pub fn sarif(report: &Report<'_>, waived: &[Waived], prefix: Prefix<'_>, version: &str) -> String {
    let mut run =
        Run { sources: report.sources, prefix, rules: Vec::new(), index: HashMap::new(), seen: HashMap::new() };
    let mut results: Vec<_> = report.diagnostics.iter().map(|finding| run.result(finding)).collect();
    for one in waived {
        let mut result = run.result(&one.finding);
        result["suppressions"] =
            json!([{ "kind": "inSource", "status": "accepted", "justification": clean(&one.reason) }]);
        results.push(result);
    }
    // The command did what it should; what it found is another matter.
    let invocations = report.not_listed().map(|more| {
        json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{ "level": "warning", "message": { "text": more } }],
        }])
    });
    let mut log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "callform", "semanticVersion": version, "rules": run.rules } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                BASE: { "description": { "text": "The directory in which callform was started." } },
            },
            "results": results,
        }],
    });
    if let Some(invocations) = invocations {
        log["runs"][0]["invocations"] = invocations;
    }
    format!("{log:#}\n")
}

struct Run<'a> {
    sources: &'a Sources,
    prefix: Prefix<'a>,
    /// Rules that found something.
    rules: Vec<Value>,
    /// Where a code stands among them.
    index: HashMap<&'static str, usize>,
    /// How often a fingerprint was given.
    seen: HashMap<u64, usize>,
}

impl Run<'_> {
    fn result(&mut self, finding: &Diagnostic) -> Value {
        let level = severity_name(finding.severity);
        let mut result = json!({
            "ruleId": finding.code.0,
            "ruleIndex": self.rule(finding.code.0),
            "level": level,
            "message": { "text": lines(finding).join("\n") },
            "locations": [self.location(finding.primary.as_ref())],
            // Where one result has suppressions, all must have them.
            "suppressions": [],
            "partialFingerprints": { "callform/v1": self.fingerprint(finding) },
        });
        if !finding.related.is_empty() {
            let related = finding.related.iter().enumerate().map(|(id, label)| {
                let mut location = self.location(Some(label));
                location["id"] = json!(id + 1);
                if !label.text.is_empty() {
                    location["message"] = json!({ "text": clean(&label.text) });
                }
                location
            });
            result["relatedLocations"] = related.collect();
        }
        if let Some(fix) = finding.fix.as_ref().and_then(|fix| self.fix(fix)) {
            result["fixes"] = json!([fix]);
        }
        result
    }

    fn rule(&mut self, code: &'static str) -> usize {
        if let Some(at) = self.index.get(code) {
            return *at;
        }
        self.rules.push(described(code));
        self.index.insert(code, self.rules.len() - 1);
        self.rules.len() - 1
    }

    /// Where it is; the project file where there is no place, since code scanning wants one.
    fn location(&self, label: Option<&Label>) -> Value {
        let physical = match label {
            Some(label) => json!({
                "artifactLocation": self.artifact(&self.sources.get(label.span.source).path),
                "region": self.region(label.span),
            }),
            None => json!({ "artifactLocation": self.artifact(callform_spec::project::PROJECT_FILE) }),
        };
        json!({ "physicalLocation": physical })
    }

    fn artifact(&self, path: &str) -> Value {
        let path = self.prefix.path(path);
        if path.starts_with('/') {
            return json!({ "uri": format!("file://{}", uri(&path)) });
        }
        json!({ "uri": uri(&path), "uriBaseId": BASE })
    }

    fn region(&self, span: Span) -> Value {
        let at = self.sources.locate(span);
        json!({
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.end_line,
            "endColumn": at.end_column,
        })
    }

    fn fix(&self, fix: &Fix) -> Option<Value> {
        let mut changes: Vec<(&str, Vec<Value>)> = Vec::new();
        for (span, text) in &fix.edits {
            if hide(text) != *text {
                return None;
            }
            let replacement = json!({ "deletedRegion": self.region(*span), "insertedContent": { "text": text } });
            let path = self.sources.get(span.source).path.as_str();
            match changes.iter_mut().find(|(of, _)| *of == path) {
                Some((_, replacements)) => replacements.push(replacement),
                None => changes.push((path, vec![replacement])),
            }
        }
        let changes: Vec<_> = changes
            .into_iter()
            .map(
                |(path, replacements)| json!({ "artifactLocation": self.artifact(path), "replacements": replacements }),
            )
            .collect();
        Some(json!({ "description": { "text": clean(&fix.title) }, "artifactChanges": changes }))
    }

    /// Of what is found, in which file, and of the words of its line, but not of where the line stands. The same finding
    /// in equal lines is told apart by its turn.
    fn fingerprint(&mut self, finding: &Diagnostic) -> String {
        let mut hash = fnv(FNV_BASIS, finding.code.0);
        hash = fnv(hash, &hide(&finding.message));
        if let Some(label) = &finding.primary {
            hash = fnv(hash, &self.sources.get(label.span.source).path);
            // The line as it is shown: a hash of a phone number would give the number away.
            hash = fnv(hash, &shown_line(self.sources, label.span));
        }
        let turn = self.seen.entry(hash).or_default();
        *turn += 1;
        format!("{hash:016x}:{turn}")
    }
}

/// A rule, or an error of the language.
fn described(code: &'static str) -> Value {
    let Some(rule) = rules::find(code) else {
        let means = errors::find(code).map_or("An error of the language.", |(_, means)| means);
        return json!({
            "id": code,
            "shortDescription": { "text": means },
            "help": { "text": means, "markdown": means },
            "defaultConfiguration": { "level": "error" },
        });
    };
    let page = docs::explain(code).unwrap_or_default();
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": severity_name(rule.level) },
    })
}

const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: the same on every machine and in every version.
fn fnv(hash: u64, text: &str) -> u64 {
    // What ends a text is no byte of any.
    text.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
