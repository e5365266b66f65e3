//! `apply --until-done` for hours and days: what comes in between is waited for, and nothing is sent that somebody
//! forbade meanwhile. And what is said when the ledger goes away after people were phoned.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::postgres::Server;
use crate::support::{Project, Running, Site, until};

const GO_ON: [&str; 3] = ["apply", "--auto-approve", "--until-done"];

/// Nobody is reached at the first attempt, and everybody at the second one.
fn second_time() -> Site {
    Site::with(&json!({ "courses": [
        { "nth": 1, "ringSeconds": 0, "endStatus": 202 },
        { "ringSeconds": 0, "talkSeconds": 0 },
    ] }))
}

/// Who isn't reached is tried again after so long.
fn on(url: &str, callees: usize, wait: &str) -> Project {
    let project = Project::small(url, callees);
    project.edit(
        "callform.yaml",
        "concurrentCalls: 3",
        "concurrentCalls: 3\n  reconcile:\n    recordLag: 1s\n    requestLife: 1s",
    );
    let campaign = project.read("campaigns/parcels.yaml");
    let retry = format!("retry:\n  maxAttempts: 3\n  wait: {wait}\n  when: [noAnswer]\n");
    project.write("campaigns/parcels.yaml", &format!("{campaign}{retry}"));
    project
}

fn with_its_ledger_on(server: &Server, project: Project) -> Project {
    project.edit("callform.yaml", "kind: Project\n", "kind: Project\nledger: ${env:CALLFORM_LEDGER}\n");
    let project = project.env("CALLFORM_LEDGER", server.url());
    project.callform(["ledger", "init"]).run().exits(0);
    project
}

fn rang(site: &Site, callee: usize) -> usize {
    site.journal().calls_to(&Project::callee(callee)).unwrap().len()
}

fn said(run: &Running, words: &str) {
    until(words, || run.stderr().contains(words).then_some(()));
}

fn outcomes(project: &Project) -> Value {
    let status = project.callform(["status", "--format", "json"]).run().exits(0).json();
    status["campaigns"][0]["outcomes"].clone()
}

/// The server dies while an answer is awaited, and does not come back.
#[test]
fn an_answer_that_no_ledger_took_is_shown_and_nobody_says_that_nothing_was_sent() {
    for command in [&GO_ON[..2], &GO_ON[..]] {
        let server = Server::start();
        let site = Site::with(&json!({ "faults": [{ "fault": { "delayMs": 1500 } }] }));
        let project = with_its_ledger_on(&server, on(site.url(), 1, "1s"));
        let run = project.callform(command.iter().copied()).start();
        until("the phone rings", || (site.placed() == 1).then_some(()));
        server.kill();
        said(&run, "no new calls");
        // The second signal ends the wait for the server, too. Two of one kind, sent at once, may arrive as one.
        run.signal("TERM");
        run.signal("INT");
        let ended = run.finish().exits(3);
        let ended = ended.does_not_say("Nothing was sent.").says("1 answer could not be written into the ledger.");
        let session = site.journal().calls_to(&Project::callee(1)).unwrap()[0].session_id.clone();
        assert!(ended.stderr.contains(session.as_str()), "{ended}");
        ended.says("Placed 1.").says("whether calls are left unknown can't be said");
    }
}

#[test]
fn a_failure_after_people_were_phoned_says_how_many_requests_were_sent_and_what_came_of_them() {
    let site = second_time();
    let project = on(site.url(), 2, "4s");
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(GO_ON).start();
    until("nobody was reached", || (outcomes(&project)["noAnswer"] == 2).then_some(()));
    let rows = project.read("campaigns/callees.csv").replace("Robin", "Sasha");
    project.write("campaigns/callees.csv", &rows);
    let ended = run.finish().exits(4).does_not_say("Nothing was sent.");
    ended.says("the callees are not those").says("Placed 2.").says("2 requests were sent before that");
    assert_eq!((rang(&site, 1), rang(&site, 2)), (1, 1));
}

#[test]
fn specs_that_change_between_two_passes_end_it_with_a_word() {
    let site = second_time();
    let project = on(site.url(), 1, "4s");
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(GO_ON).start();
    until("nobody was reached", || (outcomes(&project)["noAnswer"] == 1).then_some(()));
    project.edit("agents/caller.yaml", "Say goodbye", "Wish them a good day");
    let ended = run.finish().exits(4).says("the specs are not those that were approved: agent caller changed");
    ended.says("1 request was sent before that");
    assert_eq!(rang(&site, 1), 1);
}

/// So many people, and a do-not-call list with nobody on it.
fn with_a_list(site: &Site, people: usize) -> Project {
    let project = on(site.url(), people, "4s");
    project.write("campaigns/dnc.csv", "number\n");
    let campaign = project.read("campaigns/parcels.yaml");
    project.write("campaigns/parcels.yaml", &format!("{campaign}doNotCall: [dnc.csv]\n"));
    project
}

#[test]
fn whoever_is_put_on_a_do_not_call_list_between_two_passes_is_not_phoned_again() {
    let site = second_time();
    let project = with_a_list(&site, 2);
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(GO_ON).start();
    until("nobody was reached", || (outcomes(&project)["noAnswer"] == 2).then_some(()));
    project.write("campaigns/dnc.csv", &format!("number\n{}\n", Project::callee(2)));
    run.finish().exits(0);
    assert_eq!((rang(&site, 1), rang(&site, 2)), (2, 1));
}

#[test]
fn while_a_do_not_call_list_can_not_be_read_nobody_is_phoned_and_then_it_goes_on() {
    let site = second_time();
    let project = with_a_list(&site, 1);
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(GO_ON).start();
    until("nobody was reached", || (outcomes(&project)["noAnswer"] == 1).then_some(()));
    std::fs::remove_file(project.path("campaigns/dnc.csv")).unwrap();
    said(&run, "waiting: the project can't be read as it is now, so nobody is phoned");
    assert!(run.stderr().contains("dnc.csv"), "{}", run.stderr());
    project.write("campaigns/dnc.csv", "number\n");
    run.finish().exits(0);
    assert_eq!(rang(&site, 1), 2);
}

/// An hour is longer than a test may take; that the call is placed then is shown in virtual time (crates/exec).
#[test]
fn a_refusal_for_now_is_waited_out_and_not_sent_again_and_again() {
    let code = "FailedOperation.CalloutRuleNotWorkTime";
    let site =
        Site::with(&json!({ "faults": [{ "callee": Project::callee(1), "nth": 1, "fault": { "error": code } }] }));
    let project = on(site.url(), 2, "1s");
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(GO_ON).start();
    said(&run, "1 for later, the next from");
    // By whichever way somebody asks; cron's next run, too.
    project.callform(["plan"]).run().exits(0).says("refused for now: FailedOperation.CalloutRuleNotWorkTime (1)");
    project.callform(["status", "--calls"]).run().exits(0).says("not again before");
    project.callform(["why", "C-01"]).run().exits(0).says("It is not tried again before");
    project
        .callform(["apply", "--auto-approve"])
        .run()
        .exits(0)
        .says("0 calls to place: 1 already placed, 1 for later");
    run.signal("TERM");
    run.finish().exits(1).says("Placed 1, refused 1.");
    assert_eq!((rang(&site, 1), rang(&site, 2)), (0, 1));
}

#[test]
fn what_is_wrong_with_the_specs_ends_it_and_is_not_sent_again() {
    let fault = json!({ "callee": Project::callee(1), "nth": 1, "fault": { "error": "InvalidParameterValue" } });
    let site = Site::with(&json!({ "faults": [fault] }));
    let project = on(site.url(), 2, "1s");
    project.callform(["ledger", "init"]).run().exits(0);
    let ended = project.callform(GO_ON).run().exits(1);
    ended.says("Placed 1, refused 1.").says("what is wrong with specs or account: InvalidParameterValue");
    assert_eq!((rang(&site, 1), rang(&site, 2)), (0, 1));
    project.callform(["apply", "--auto-approve"]).run().exits(0).says("Placed 1.");
}

#[test]
fn somebody_else_s_run_is_waited_for() {
    let site = Site::with(&json!({ "faults": [{ "callee": Project::callee(1), "fault": { "delayMs": 4000 } }] }));
    let project = on(site.url(), 2, "1s");
    project.callform(["ledger", "init"]).run().exits(0);
    let other = project.callform(["apply", "--auto-approve", "--only", "C-01"]).start();
    until("the other one is at work", || (site.placed() == 1).then_some(()));
    let run = project.callform(GO_ON).start();
    said(&run, "waiting: another run holds the ledger");
    other.finish().exits(0);
    run.finish().exits(0);
    site.placed_once_each(2);
}

#[test]
fn a_server_that_is_away_between_two_passes_is_waited_for() {
    let server = Server::start();
    let site = second_time();
    let project = with_its_ledger_on(&server, on(site.url(), 1, "4s"));
    let run = project.callform(GO_ON).start();
    until("nobody was reached", || (outcomes(&project)["noAnswer"] == 1).then_some(()));
    server.kill();
    said(&run, "waiting: the ledger");
    server.start_again();
    run.finish().exits(0).says("Placed 2.");
    assert_eq!(rang(&site, 1), 2);
}

#[test]
fn two_workers_that_go_on_until_all_is_done_do_not_lock_each_other_out() {
    let server = Server::start();
    // Slow enough that passes of both overlap, again and again.
    let slow = json!({ "faults": [{ "fault": { "delayMs": 700 } }], "courses": [
        { "nth": 1, "ringSeconds": 0, "endStatus": 202 },
        { "ringSeconds": 0, "talkSeconds": 0 },
    ] });
    let site = Site::with(&slow);
    let project = with_its_ledger_on(&server, on(site.url(), 12, "1s"));
    let workers = [(); 2].map(|()| project.callform(GO_ON).start());
    for worker in workers {
        worker.finish().exits(0).does_not_say("another run holds the ledger");
    }
    assert!((1..=12).all(|n| rang(&site, n) == 2));
}

/// Hands every connection on to a site, until it keeps them.
struct Relay {
    url: String,
    keeps: Arc<AtomicBool>,
    kept: Arc<AtomicUsize>,
}

impl Relay {
    fn to(site: &Site) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let there = site.url().trim_start_matches("http://").to_owned();
        let (keeps, kept) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let relay = Self { url, keeps: keeps.clone(), kept: kept.clone() };
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for here in listener.incoming().flatten() {
                if keeps.load(Ordering::SeqCst) {
                    held.push(here);
                    kept.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                let there = TcpStream::connect(&there).unwrap();
                for (from, to) in [(&here, &there), (&there, &here)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || hand_on(from, to));
                }
            }
        });
        relay
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream) {
    let mut some = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut some) {
        if to.write_all(&some[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}

#[test]
fn a_signal_ends_a_look_into_records_that_nobody_answers() {
    let site = Site::with(&json!({ "courses": [{ "ringSeconds": 0, "talkSeconds": 600 }] }));
    let relay = Relay::to(&site);
    let project = on(&relay.url, 1, "1s");
    project.callform(["ledger", "init"]).run().exits(0);
    let run = project.callform(GO_ON).start();
    said(&run, "1 going on");
    relay.keeps.store(true, Ordering::SeqCst);
    until("it asks for records", || (relay.kept.load(Ordering::SeqCst) > 0).then_some(()));
    let asked = Instant::now();
    run.signal("INT");
    run.finish().exits(1).says("interrupted").says("Placed 1.");
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
}
