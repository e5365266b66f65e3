//! Do-not-call lists that are written while a run goes on.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use callform_exec::apply::{ApplyResult, Fate, HeldBack, StopReason};

use crate::apply::people;
use crate::provider::{Act, Provider};
use crate::store::On;
use crate::support::{CAMPAIGN, PROJECT, Setting, number};

/// One request in a second, and a list that nobody is on.
fn slow() -> (Setting, PathBuf) {
    let setting = people(On::Sqlite, 20);
    setting.dir.write("callform.yaml", &format!("{PROJECT}  requestsPerSecond: 1\n"));
    setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}doNotCall: [dnc.csv]\n"));
    setting.dir.write("campaigns/dnc.csv", "number\n");
    let list = setting.dir.path().join("campaigns/dnc.csv");
    (setting, list)
}

/// When the third request comes, something happens.
async fn run(setting: &Setting, happens: impl Fn() + Send + Sync + 'static) -> (ApplyResult, Arc<Provider>) {
    let requests = Mutex::new(0);
    let provider = Provider::checking([Act::Place], move |_| {
        let mut requests = requests.lock().unwrap();
        *requests += 1;
        if *requests == 3 {
            happens();
        }
    });
    (setting.run(&provider).await, provider)
}

#[tokio::test(start_paused = true)]
async fn whoever_is_put_on_a_list_while_a_run_goes_on_is_not_phoned_by_it() {
    let (setting, list) = slow();
    let (result, provider) = run(&setting, move || std::fs::write(&list, format!("{}\n", number(15))).unwrap()).await;
    assert_eq!((result.counts.placed, result.counts.held, result.stopped), (19, 1, None));
    assert_eq!(provider.rang(15), 0);
    assert!(result.rows.iter().any(|row| row.key == "P-15" && row.fate == Fate::Held(HeldBack::DoNotCall)));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_can_not_be_read_any_more_stops_new_calls_and_says_so() {
    for broken in [None, Some("number\nnobody knows\n")] {
        let (setting, list) = slow();
        let (result, provider) = run(&setting, move || match broken {
            None => std::fs::remove_file(&list).unwrap(),
            Some(text) => std::fs::write(&list, text).unwrap(),
        })
        .await;
        let Some(StopReason::List(why)) = &result.stopped else { panic!("{:?}", result.stopped) };
        assert!(why.starts_with("the do-not-call list `campaigns/dnc.csv` can't be read: "), "{why}");
        assert!((3..8).contains(&provider.requests()), "{}", provider.requests());
        assert_eq!(result.counts.left + result.counts.placed, 20);
        setting.dir.write("campaigns/dnc.csv", "number\n");
        setting.run(&provider).await;
        assert!((1..=20).all(|n| provider.rang(n) == 1));
    }
}
