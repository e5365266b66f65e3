//! Records that show nothing, although phones rang: as where they are switched off, or asked for in a wrong way.

use serde_json::json;

use crate::outreach::{Outreach, Person, SHORT_WAITS, had_nothing_to_do};
use crate::provider::Provider;
use crate::support::until;
use crate::verdict::Verdict;

/// A missing record means nothing as long as no later call of ours is found in the same way.
#[test]
fn who_rang_without_an_answer_is_not_phoned_again_while_the_records_show_nobody() {
    let lost = Person::nth(0).number;
    let provider = Provider::with(&json!({
        "faults": [{ "callee": lost, "nth": 1, "fault": "dropAfter" }],
        "courses": [{ "talkSeconds": 0, "recorded": false }],
    }));
    let outreach = Outreach::new(&provider.url, 4, SHORT_WAITS);
    assert_eq!(outreach.apply().finish().code, Some(3));
    // Time itself must pass: until then, a record may still come.
    let looked = until("a missing record would count", || {
        let looked = outreach.refresh().finish();
        (!looked.stdout.contains("no record yet")).then_some(looked)
    });
    assert_eq!(looked.code, Some(3), "{looked}");
    assert!(looked.stdout.contains("no later call of ours was found in the same way"), "{looked}");
    assert!(had_nothing_to_do(&outreach.apply().finish()));
    let (journal, _scratch) = provider.close();
    let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
    assert_eq!(verdict, Verdict { placed: 3, unknown_rang: 1, ..Verdict::default() });
}
