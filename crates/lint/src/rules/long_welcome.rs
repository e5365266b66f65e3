use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, called, said};

rule! {
    /// ## What it does
    ///
    /// Finds welcome messages and reminders that take more than about 20 seconds to say: 50 words, or 80 Chinese,
    /// Japanese or Korean characters. Variables count with their defaults or examples.
    ///
    /// ## Why it is bad
    ///
    /// Nobody listens to an unknown caller for that long: people hang up, or talk over it, and what they said while the
    /// voice went on is lost. A welcome says who is phoning and why, and asks for the callee; the rest is for the
    /// conversation.
    ///
    /// It counts 150 words, or 240 characters, a minute, as a voice at its normal speed does.
    code: "CF027",
    name: "long-welcome",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
welcome: >-
  Hello, this is the automated assistant of Harbour Clinic, which has been in your neighbourhood since nineteen
  thirty-one and has lately opened a new wing for children, with a garden, a laboratory and a car park, and I am
  phoning today because our records show that your annual check-up is coming up, and we would like to know whether
  the day that we chose for it suits you.
")],
    good: &[("agents/checkup.yaml", "\
welcome: >-
  Hello, this is the automated assistant of Harbour Clinic. Your annual check-up is coming up. Do you have a minute?
")],
    check: Check::Agent(check),
}

/// Seconds after which people have stopped listening.
const MOST: usize = 20;

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.spoken() {
        let seconds = seconds(&said(view.agent, placed));
        if seconds > MOST {
            let message = format!("{} takes about {seconds} seconds to say", called(placed));
            found.push(
                RULE.finding(message, placed.span, format!("longer than {MOST} seconds"))
                    .help("say who is phoning and why, and leave the rest to the conversation"),
            );
        }
    }
}

/// Roughly: a word takes 0.4 seconds, a character that is a syllable a quarter.
fn seconds(text: &str) -> usize {
    let syllable = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let syllables = text.chars().filter(|c| syllable(*c)).count();
    let words = text.split(|c: char| c.is_whitespace() || syllable(c)).filter(|w| w.contains(char::is_alphanumeric));
    (words.count() * 40 + syllables * 25) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_syllables_take_their_time() {
        assert_eq!(seconds("one two three four five"), 2);
        assert_eq!(seconds("您好，这里是海港诊所。"), 2);
        assert_eq!(seconds("- ... !"), 0);
    }
}
