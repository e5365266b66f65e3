//! What a rule is.

use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::source::Span;

use crate::inspect::{AgentView, CampaignView, FileView, SettingsView, WaiversView};
use crate::rows::RowRule;

/// Files of a project, each with those of its keys that matter, or a whole prompt: path and text.
pub type Example = &'static [(&'static str, &'static str)];

/// Something that is allowed and will hurt.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, `CF...`.
    pub code: &'static str,
    /// Name, in kebab-case.
    pub name: &'static str,
    /// How bad a finding is unless a project says otherwise.
    pub level: Severity,
    /// Its documentation in Markdown: the sections `What it does` and `Why it is bad`. The page is made by
    /// [`crate::docs::explain`], with the examples.
    pub docs: &'static str,
    /// What it finds something in.
    pub bad: Example,
    /// The same, mended.
    pub good: Example,
    pub(crate) check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub(crate) enum Check {
    /// Each agent.
    Agent(fn(&AgentView<'_>, &mut Vec<Diagnostic>)),
    /// Each agent, with what all campaigns say of it: judged where no document has an error.
    AgentInCampaigns(fn(&AgentView<'_>, &mut Vec<Diagnostic>)),
    /// Each campaign.
    Campaign(fn(&CampaignView<'_>, &mut Vec<Diagnostic>)),
    /// Each YAML file, for what is in no document: comments.
    File(fn(&FileView<'_>, &mut Vec<Diagnostic>)),
    /// The rows of all campaigns, one after the other.
    Rows(fn() -> Box<dyn RowRule>),
    /// Comments that waive findings of other rules.
    Waivers(fn(&WaiversView<'_>, &mut Vec<Diagnostic>)),
    /// What the project says about linting.
    Settings(fn(&SettingsView<'_>, &mut Vec<Diagnostic>)),
    /// Two of these.
    Both(&'static Check, &'static Check),
}

impl Check {
    /// The checks that it is made of.
    pub(crate) fn parts(&'static self) -> Vec<&'static Self> {
        match self {
            Self::Both(one, other) => [one.parts(), other.parts()].concat(),
            single => vec![single],
        }
    }
}

impl Rule {
    /// A finding of this rule.
    pub(crate) fn finding(&self, message: impl Into<String>, at: Span, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.level, self.code, message).at(at, label)
    }

    /// Whether no project can change its level or pass it over.
    pub fn is_locked(&self) -> bool {
        matches!(self.check, Check::Settings(_))
    }

    /// Whether it needs the rows of callees.
    pub(crate) fn looks_at_rows(&'static self) -> bool {
        self.check.parts().iter().any(|check| matches!(check, Check::Rows(_)))
    }

    /// What it does, in one sentence.
    pub fn summary(&self) -> String {
        let body = self.docs.split_once("## What it does").map_or(self.docs, |(_, body)| body).trim_start();
        let paragraph: Vec<_> = body.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let paragraph = paragraph.join(" ");
        paragraph.split_once(". ").map_or(paragraph.clone(), |(first, _)| format!("{first}."))
    }
}

/// Declares a rule; its doc comment becomes [`Rule::docs`].
macro_rules! rule {
    ($(#[doc = $line:literal])+ $($field:ident: $value:expr),+ $(,)?) => {
        $(#[doc = $line])+
        pub(super) static RULE: $crate::rules::Rule = $crate::rules::Rule {
            docs: concat!($($line, "\n"),+),
            $($field: $value),+
        };
    };
}
pub(super) use rule;
