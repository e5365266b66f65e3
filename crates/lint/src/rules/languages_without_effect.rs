use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::model::Language;
use callform_spec::yaml::Segment;

use super::{Check, rule};
use crate::inspect::{AgentView, keys, line_of_item};

rule! {
    /// ## What it does
    ///
    /// Finds languages beside `zh-dialect` as the main one, and languages that are named twice.
    ///
    /// ## Why it is bad
    ///
    /// With the main language `zh-dialect` the others are ignored: whoever answers in English is not understood,
    /// though the document says otherwise. A language that is named twice takes one of four places, perhaps of one that
    /// was meant.
    code: "CF041",
    name: "languages-without-effect",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
voice: ZhiXi
languages:
  - zh-dialect
  - en
")],
    good: &[("agents/checkup.yaml", "\
voice: ZhiXi
languages:
  - zh
  - en
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(languages) = view.agent.spec.languages.as_deref() else { return };
    let place = |i: usize| view.place_of(&[keys(&["languages"]), vec![Segment::Index(i)]].concat());
    if languages.len() > 1 && languages[0] == Language::ZhDialect {
        found.push(
            RULE.finding("only `zh-dialect` is recognised", place(1), "ignored ...")
                .related(place(0), "... with this main language")
                .help("remove the others, or write `zh` as the main language"),
        );
        return;
    }
    for (i, language) in languages.iter().enumerate() {
        let Some(first) = languages[..i].iter().position(|l| l == language) else { continue };
        let mut finding = RULE
            .finding("a language is named twice", place(i), "a second time")
            .related(place(first), "named here")
            .help("remove one of the two");
        if let Some(line) = line_of_item(view.sources, place(i)) {
            finding = finding.fix(Fix {
                title: "remove the second one".to_owned(),
                edits: vec![(line, String::new())],
                safe: true,
            });
        }
        found.push(finding);
    }
}
