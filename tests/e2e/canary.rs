//! Canaries in every secret, every number and every value: none may sing in what is said or written.

mod bird;
mod echo;
mod mistaken;

use crate::support::{KEY_PAIR, Project, Server, Site, journal};
use bird::Cage;
use callform_ccc::{Credentials, Secret};

/// Every secret of the project below; a value that says which one it is.
const SECRETS: [&str; 14] = [
    "OPENAI_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "MINIMAX_API_KEY",
    "DIFY_API_KEY",
    "TTS_SECRET_ID",
    "TTS_SECRET_KEY",
    "TTS_TOKEN",
    "AZURE_SPEECH_KEY",
    "VOICE_SERVICE_KEY",
    "TENCENTCLOUD_SECRET_ID",
    "TENCENTCLOUD_SECRET_KEY",
    "TENCENTCLOUD_TOKEN",
    "CALLFORM_PLAN_KEY",
    "FILE_SECRET",
];

/// Every number in it, as E.164 and without its country code.
const NUMBERS: [(&str, &str); 17] = [
    // Callers, callees and do-not-call list of tests/data/every-field.intl.
    ("+861012341233", "1012341233"),
    ("+8675533614747", "75533614747"),
    ("+861012341235", "1012341235"),
    ("+861012341236", "1012341236"),
    ("+861012341237", "1012341237"),
    ("+861012341238", "1012341238"),
    ("+861012341239", "1012341239"),
    ("+861012341240", "1012341240"),
    ("+861012341241", "1012341241"),
    ("+861012341299", "1012341299"),
    // The list's callees below; the last two are in key and value, too.
    ("+447700900311", "7700900311"),
    ("+12125550132", "2125550132"),
    ("+61491570156", "491570156"),
    ("+8613000000333", "13000000333"),
    ("+447700900334", "7700900334"),
    // Nobody's to call, and a phone of one's own.
    ("+447700900399", "7700900399"),
    ("+12125550199", "2125550199"),
];

const AGENT: &str = r#"kind: Agent
name: listed
prompt: |
  You are phoning {{ callee_name }} about {{ matter }}.
welcome: "Hello {{ callee_name }}."
variables:
  callee_name:
    maxLength: 40
  matter:
    default: nothing
llm:
  openai:
    model: gpt-4o-mini
    url: https://llm.example.com/v1/
    apiKey: ${file:keys/llm.key}
voice: WeRose
functions:
  endCall: true
"#;

const CAMPAIGN: &str = r#"kind: Campaign
name: listed
agent: listed
callers:
  - "+861012341233"
callees:
  file: callees.csv
  number: phone
  key: id
window:
  timeZone: UTC
doNotCall:
  - nobody.csv
"#;

const ROWS: &str = "id,phone,callee_name,matter
K-1,+447700900311,Valentina Canary,
K-2,0012125550132,Valentina Canary,the parcel
K-3,+61491570156,Valentina Canary,
+8613000000333,+8613000000333,Valentina Canary,
K-5,+447700900334,Valentina Canary,call back +447700900334
K-6,+447700900399,Valentina Canary,
";

fn cage() -> Cage {
    let secrets = SECRETS.iter().map(|name| (*name, value(name)));
    Cage::new(secrets, NUMBERS, [("a row's value", "Valentina Canary")])
}

fn value(secret: &str) -> String {
    format!("canary-in-{}", secret.to_lowercase().replace('_', "-"))
}

/// A project with all of them: every vendor, every protocol, a secret in a file, numbers wherever one can be.
fn project(site: &str) -> Project {
    let project = Project::copy_of("tests/data/every-field.intl");
    let project = SECRETS.iter().fold(project, |project, name| project.env(name, &value(name)));
    project.edit("callform.yaml", "site: emulator", &format!("site: {site}"));
    // Of a provider that answers nothing, no line is ever known to be free.
    project.edit("callform.yaml", "concurrentCalls: 3", "concurrentCalls: 30");
    // The number in there is the documentation's, and so in the schemas.
    project.edit("campaigns/every-field.yaml", "+861012341234", "+861012341233");
    project.write("agents/listed.yaml", AGENT);
    project.write("campaigns/listed.yaml", CAMPAIGN);
    project.write("campaigns/callees.csv", ROWS);
    project.write("campaigns/nobody.csv", "number\n+447700900399\n");
    project.write("keys/llm.key", &format!("{}\n", value("FILE_SECRET")));
    project
}

/// Every command in every format, in an order in which each has something to say.
const COMMANDS: [&[&str]; 39] = [
    &["validate"],
    &["validate", "--format", "json"],
    &["validate", "--format", "concise"],
    &["schema"],
    &["schema", "--check", "nowhere"],
    &["rule"],
    &["render", "--limit", "9"],
    &["render", "--limit", "9", "--format", "json"],
    &["render", "--limit", "9", "--format", "yaml"],
    &["plan", "--no-ledger"],
    &["plan", "--no-ledger", "--format", "json"],
    &["plan", "--no-ledger", "--format", "markdown"],
    &["status"],
    &["ledger", "init"],
    &["ledger", "init"],
    &["plan"],
    &["plan", "--format", "json"],
    &["plan", "--format", "markdown"],
    &["plan", "--out", "some.cfplan", "--only", "K-1", "--only", "+8613000000333"],
    &["apply", "--plan", "some.cfplan"],
    &["plan", "--out", "all.cfplan"],
    &["apply", "--limit", "3", "--auto-approve"],
    &["apply", "--limit", "4", "--auto-approve", "--format", "json"],
    &["apply", "--plan", "all.cfplan"],
    &["apply", "--auto-approve", "--format", "json"],
    &["lint"],
    &["lint", "--diff"],
    &["lint", "--format", "sarif"],
    &["lint", "--format", "github"],
    &["lint", "--format", "junit"],
    &["apply", "--auto-approve"],
    &["plan"],
    &["try", "listed", "--to", "+12125550199", "--var", "callee_name=Kim", "--auto-approve"],
    &["try", "listed", "--to", "0012125550199", "--var", "callee_name=Kim", "--auto-approve", "--format", "json"],
    &["status"],
    &["status", "--format", "json"],
    &["status", "--calls"],
    &["status", "--calls", "--format", "json"],
    &["plan", "--format", "json", "--color", "always"],
];

/// Runs a command and listens. What it renders may hold a row's values, and so may the lines of a document that it
/// finds fault with; nothing else may.
#[track_caller]
fn listen(cage: &Cage, project: &Project, command: &[&str]) -> crate::support::Captured {
    let done = project.callform(command.iter().copied()).run();
    let value_shown = ["render", "validate", "lint"].contains(&command[0]);
    cage.listen(&format!("{command:?}"), &done.to_string(), value_shown);
    done
}

#[track_caller]
fn run_all(cage: &Cage, project: &Project) {
    let inputs = project.files();
    for command in COMMANDS {
        listen(cage, project, command);
    }
    assert!(project.path("all.cfplan").exists());
    cage.search(project, &inputs);
}

#[test]
fn none_sings_in_the_emulator_within_the_process() {
    let (cage, project) = (cage(), project("emulator"));
    run_all(&cage, &project);
    // All of that did happen: seven campaigns of one callee, one of five, and a phone of one's own, twice.
    let journal = journal(&project.path(".callform/emulator.db"));
    assert_eq!(journal.calls_to("+8613000000333").unwrap().len(), 1);
    assert_eq!(journal.calls_to("+12125550199").unwrap().len(), 2);
    assert_eq!(journal.calls_to("+447700900399").unwrap().len(), 0);
    assert_eq!(journal.count().unwrap(), 12 + 2);
}

#[test]
fn none_sings_between_two_processes() {
    let cage = cage();
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("journal.db");
    let keys = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"].map(value);
    let credentials = Credentials::new(keys[0].as_str(), keys[1].as_str(), Some(Secret::new(keys[2].clone()))).unwrap();
    let server = Server::start(&path, credentials);
    let project = project(&server.url);
    run_all(&cage, &project);
    assert_eq!(server.emulator.journal().count().unwrap(), 12 + 2, "the server took the canaries for its keys");
    cage.search_directory(scratch.path(), &[]);
}

#[test]
fn none_sings_in_what_the_emulator_command_says_and_writes() {
    let cage = cage();
    let site = Site::start();
    let (id, key) = KEY_PAIR;
    let project = project(site.url()).env("TENCENTCLOUD_SECRET_ID", id).env("TENCENTCLOUD_SECRET_KEY", key);
    let project = project.env("TENCENTCLOUD_TOKEN", "");
    let inputs = project.files();
    listen(&cage, &project, &["ledger", "init"]);
    listen(&cage, &project, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(site.placed(), 12);
    // Signed with a key that it doesn't know: it refuses, and callform shows its words.
    let wrong = project.env("TENCENTCLOUD_SECRET_KEY", &value("TENCENTCLOUD_SECRET_KEY"));
    listen(&cage, &wrong, &["try", "listed", "--to", "+12125550199", "--var", "callee_name=Kim", "--auto-approve"]);
    let wrong = wrong.env("TENCENTCLOUD_SECRET_ID", &value("TENCENTCLOUD_SECRET_ID"));
    let refused = ["try", "listed", "--to", "+12125550199", "--var", "callee_name=Kim", "--auto-approve"];
    listen(&cage, &wrong, &refused).exits(1).says("AuthFailure");
    cage.search(&wrong, &inputs);
    cage.search_directory(site.journal_path().parent().unwrap(), &[]);
    cage.listen("callform emulator", &site.stop().to_string(), false);
}

/// A provider's error may repeat whatever was sent: the person who reads it sees it without secrets and numbers, and
/// the ledger keeps none of it.
#[test]
fn none_sings_in_the_words_of_a_provider_that_repeats_the_request() {
    let cage = cage();
    let mut heard = Vec::new();
    for manner in echo::MANNERS {
        let server = echo::Echo::start(manner);
        let project = project(server.url());
        let inputs = project.files();
        project.callform(["ledger", "init"]).run().exits(0);
        let applied = project.callform(["apply", "--auto-approve"]).run();
        assert!(server.requests() > 0, "{manner:?}: {applied}");
        let again = project.callform(["apply", "--auto-approve", "--format", "json"]).run();
        for said in [applied, again] {
            let songs = cage.heard(&said.to_string(), true);
            heard.extend((!songs.is_empty()).then(|| format!("{manner:?}: {songs:?}\n{said}")));
        }
        listen(&cage, &project, &["status", "--calls"]);
        listen(&cage, &project, &["status", "--calls", "--format", "json"]);
        listen(&cage, &project, &["plan"]);
        let mut found = cage.found(project.root(), &inputs);
        // While nobody knows how a call went, its number stays in the ledger: somebody must be able to find it out.
        if !matches!(manner, echo::Manner::Code("InvalidParameterValue" | "FailedOperation.CalleeIsLimited")) {
            found.retain(|found| !(found.starts_with('+') && found.ends_with("ledger.db")));
        }
        heard.extend(found.into_iter().map(|found| format!("{manner:?}: {found}")));
    }
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

#[test]
fn no_secret_sings_in_the_message_about_a_mistake() {
    make(&mistaken::WITH_SECRETS);
}

#[test]
fn no_number_sings_in_the_message_about_a_mistake() {
    make(&mistaken::WITH_NUMBERS);
}

/// Makes each mistake in a project of its own, and listens to what is said about it.
#[track_caller]
fn make(mistakes: &[mistaken::Mistake]) {
    let mut heard = Vec::new();
    for mistake in mistakes {
        let project = Project::small("emulator", 1).env("LLM_API_KEY", "canary-in-the-key");
        (mistake.make)(&project);
        let project = mistake.env.iter().fold(project, |project, (name, value)| project.env(name, value));
        let cage = mistaken::cage();
        let inputs = project.files();
        let mut minded = false;
        for command in mistaken::COMMANDS {
            let done = project.callform(command.iter().copied()).run();
            let songs = cage.heard(&done.to_string(), true);
            heard.extend((!songs.is_empty()).then(|| format!("{}: {command:?}: {songs:?}\n{done}", mistake.name)));
            minded |= done.code != Some(0);
        }
        assert!(minded, "{}: no command minds", mistake.name);
        cage.search(&project, &inputs);
    }
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

#[test]
fn none_sings_in_the_message_about_wrong_arguments() {
    let (cage, project) = (mistaken::cage(), Project::small("emulator", 1));
    let mut heard = Vec::new();
    for (number, _) in &mistaken::NUMBERS[..3] {
        for command in [
            vec!["try", "caller", "--to", number, "--var", "callee_name=Kim"],
            vec!["try", "caller", "--to", "+447700900123", "--caller", number, "--var", "callee_name=Kim"],
            vec!["try", "caller", number],
            vec!["try", number, "--to", "+447700900123"],
            vec!["plan", "--only", number],
            vec!["render", "--only", number],
            vec!["apply", "--campaign", number],
            vec!["status", "--campaign", number],
        ] {
            let done = project.callform(command.iter().copied()).run();
            heard.extend(cage.heard(&done.to_string(), true).into_iter().map(|_| format!("{command:?}\n{done}")));
        }
    }
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

/// What would be said if something sang: the checker hears every bird.
#[test]
fn every_bird_is_heard_when_it_sings() {
    let cage = cage();
    for (what, song) in cage.songs() {
        assert!(!cage.heard(&format!("before {song} after"), false).is_empty(), "{what} is not heard");
    }
    for song in ["+44 7700 900311", "0044 7700-900311", "(0)7700 900 311", "07700.900311"] {
        assert!(!cage.heard(song, false).is_empty(), "{song} is not heard");
    }
    assert_eq!(cage.heard("+44 77****0311, canary-in-the-mine, +1 21****0132", false), Vec::<String>::new());

    let project = project("emulator");
    let inputs = project.files();
    project.write(".callform/some.db-wal", "\u{0}\u{1}K-1\u{0}7700900311\u{2}");
    assert_eq!(cage.found(project.root(), &inputs).len(), 1);
}

#[test]
fn whoever_asks_for_numbers_is_shown_them_and_secrets_to_nobody() {
    let (cage, project) = (cage(), project("emulator"));
    let shown = project.callform(["render", "--reveal", "--only", "K-1", "--campaign", "listed"]).run().exits(0);
    assert!(shown.stdout.contains("00447700900311"), "{shown}");
    let heard = cage.heard(&shown.to_string(), true);
    assert_eq!(heard, ["+447700900311", "+861012341233"], "callee and caller, and no secret");
}
