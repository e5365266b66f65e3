//! Specs, ledger and journal side by side: was anybody phoned twice, is anybody lost?

use std::fmt;

use callform_emulator::Journal;
use callform_exec::ledger::State;

use crate::outreach::Person;
use crate::record::Attempt;

/// What the comparison found. Everything in the lists is a broken promise.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// People whose phone rang, who the ledger knows were phoned.
    pub(crate) placed: u64,
    /// People of whom the ledger says that it doesn't know, and whose phone rang.
    pub(crate) unknown_rang: u64,
    /// People of whom the ledger says that it doesn't know, and whose phone did not ring.
    pub(crate) unknown_silent: u64,
    /// Phoned twice, or about to be.
    pub(crate) twice: Vec<String>,
    /// Never phoned, and nobody would know; or phoned, and the ledger says otherwise.
    pub(crate) lost: Vec<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { placed, unknown_rang, unknown_silent, twice, lost } = self;
        write!(f, "{placed} placed, {} unknown (of these {unknown_rang} rang), ", unknown_rang + unknown_silent)?;
        write!(f, "{} phoned twice, {} lost", twice.len(), lost.len())
    }
}

impl Verdict {
    /// Compares, once no run is alive and the journal is complete.
    pub(crate) fn of(people: &[Person], attempts: &[Attempt], journal: &Journal) -> Self {
        let mut verdict = Self::default();
        for person in people {
            let own: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.key == person.key).collect();
            let rang: Vec<String> =
                journal.calls_to(&person.number).unwrap().into_iter().map(|call| call.session_id).collect();
            verdict.person(person, &own, &rang);
        }
        let known: u64 = people.iter().map(|person| journal.calls_to(&person.number).unwrap().len() as u64).sum();
        let strangers = journal.count().unwrap() - known;
        if strangers > 0 {
            verdict.twice.push(format!("{known} calls went to the specs' people, {strangers} to strangers"));
        }
        if let Some(group) = journal.phoned_again().unwrap().first() {
            verdict.twice.push(format!("the journal has {} calls to {}", group.len(), group[0].callee_masked));
        }
        verdict
    }

    fn person(&mut self, person: &Person, attempts: &[&Attempt], rang: &[String]) {
        let key = &person.key;
        if rang.len() > 1 {
            self.twice.push(format!("{key} rang {} times: {attempts:?}", rang.len()));
        }
        for attempt in attempts {
            let intents = attempt.events.iter().filter(|event| *event == "intent").count();
            if attempt.events.first().is_none_or(|first| first != "intent") || intents != 1 {
                self.lost.push(format!("{key} has an attempt that did not begin with its intent: {attempt:?}"));
            }
        }
        // Only who certainly was not phoned may be tried again.
        if let Some((_, earlier)) = attempts.split_last()
            && let Some(open) = earlier.iter().find(|attempt| attempt.state.may_have_rung())
        {
            self.twice.push(format!("{key} was attempted again after `{}`: {attempts:?}", open.state));
        }
        match attempts.last() {
            None => self.lost.push(format!("{key} is not in the ledger, and rang {} times", rang.len())),
            Some(last) if last.state.is_placed() => {
                self.placed += 1;
                // Both keep sessions without dashes.
                let theirs = last.session.as_ref().is_none_or(|session| rang.contains(session));
                if rang.is_empty() || !theirs {
                    self.lost.push(format!("{key} did not ring as the ledger says: {last:?}, rang {rang:?}"));
                }
            }
            Some(last) if last.state == State::Unknown => match rang {
                [] => self.unknown_silent += 1,
                _ => self.unknown_rang += 1,
            },
            Some(last) => {
                self.lost.push(format!("{key} was left as `{}`, and rang {} times", last.state, rang.len()));
            }
        }
    }

    /// Fails unless nobody was phoned twice and nobody is lost.
    #[track_caller]
    pub(crate) fn holds(&self, what: &str) {
        assert!(self.twice.is_empty() && self.lost.is_empty(), "{what}: {self}\n{self:#?}");
    }
}

/// A comparison that sees nothing would prove nothing.
#[test]
fn who_is_phoned_twice_or_forgotten_is_seen() {
    use crate::outreach::Outreach;
    use crate::provider::Provider;

    let provider = Provider::start(&[]);
    let mut outreach = Outreach::new(&provider.url, 3, "");
    let applied = |outreach: &Outreach| assert_eq!(outreach.apply().finish().code, Some(0));
    applied(&outreach);
    let attempts = |outreach: &Outreach| outreach.ledger.attempts();
    let good = Verdict::of(&outreach.people, &attempts(&outreach), &provider.journal());
    assert_eq!(good, Verdict { placed: 3, ..Verdict::default() });

    outreach.people.push(Person::nth(3));
    let lost = Verdict::of(&outreach.people, &attempts(&outreach), &provider.journal());
    assert_eq!(lost.lost, ["P-003 is not in the ledger, and rang 0 times"]);
    outreach.people.truncate(2);
    let stranger = Verdict::of(&outreach.people, &attempts(&outreach), &provider.journal());
    assert_eq!(stranger.twice, ["2 calls went to the specs' people, 1 to strangers"]);

    // Somebody throws the ledger away, and what names it, and begins anew.
    outreach.forget_everything();
    outreach.init().finish().exits(0);
    applied(&outreach);
    let twice = Verdict::of(&outreach.people, &attempts(&outreach), &provider.journal());
    assert!(twice.twice.iter().any(|what| what.starts_with("P-000 rang 2 times")), "{twice:#?}");
}
