//! How fast, and how many at once.

use std::time::Duration;

use crate::history::History;
use crate::specs::{self, Variant};

const SECOND: Duration = Duration::from_secs(1);

/// Never more requests than allowed in any second: calls of all processes together, questions of each.
pub(super) fn the_pace_is_kept(history: &History, _: &Variant) -> Vec<String> {
    let mut series = calls(history);
    for process in 0..history.processes.len() {
        let own = history.asked.iter().filter(|(by, ..)| *by == process).map(|(.., at)| *at).collect();
        series.push((format!("questions of process {process}"), own));
    }
    let mut wrong = Vec::new();
    for (of, mut moments) in series {
        moments.sort();
        for many in moments.windows(specs::PER_SECOND + 1) {
            let (first, last) = (many[0], many[specs::PER_SECOND]);
            if last - first <= SECOND {
                wrong.push(format!("{} {of} from {first:?} to {last:?}", many.len()));
            }
        }
    }
    wrong
}

/// The moments of calls that share a pace. Two processes at once on a file each keep their own: there is no server whose
/// clock both could go by.
fn calls(history: &History) -> Vec<(String, Vec<Duration>)> {
    // One that was about to leave when its process was stopped leaves when it goes on, however close to the next one.
    let moments = |of: &dyn Fn(usize) -> bool| {
        history.sent.iter().filter(|sent| sent.held_up.is_none() && of(sent.process)).map(|sent| sent.at).collect()
    };
    if !history.two_at_once {
        return vec![("calls".to_owned(), moments(&|_| true))];
    }
    let of = |process| (format!("calls of process {process}"), moments(&|by| by == process));
    (0..history.processes.len()).map(of).collect()
}

/// Requests under way, of a run and of each of its campaigns.
pub(super) fn no_more_is_under_way_than_may_be(history: &History, variant: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    for sent in &history.sent {
        let under_way = history.sent.iter().filter(|other| {
            let until = other.back.as_ref().map_or(history.processes[other.process].ended, |(at, _)| *at);
            other.process == sent.process && other.at <= sent.at && (until > sent.at || other.at == sent.at)
        });
        let (mut all, mut own) = (0, 0);
        for other in under_way {
            all += 1;
            own += usize::from(other.name.campaign == sent.name.campaign);
        }
        let most = variant.rules(&sent.name.campaign).concurrent.unwrap_or(usize::MAX);
        if all > specs::LINES || own > most {
            wrong.push(format!("{all} requests at once, {own} of its campaign: {sent:?}"));
        }
    }
    wrong
}
