//! The projects that are applied: a few, written down once; what differs between worlds is what happens to them.

use std::path::Path;
use std::time::Duration;

use callform_spec::phone::PhoneNumber;
use callform_spec::project::{Environment, LoadOptions, Loaded, Project, load};
use jiff::Timestamp;

const HOUR: Duration = Duration::from_secs(3600);

/// Environments of one account, which share a ledger.
pub(crate) const ENVIRONMENTS: [&str; 2] = ["default", "staging"];
/// `requestsPerSecond`
pub(crate) const PER_SECOND: usize = 6;
/// `concurrentCalls`
pub(crate) const LINES: usize = 12;
/// `limits` of the agent, and the platform's own queue.
pub(crate) const RING: Duration = Duration::from_secs(45);
pub(crate) const CALL: Duration = Duration::from_secs(600);
pub(crate) const QUEUE: Duration = Duration::from_secs(5);
/// `provider.reconcile.recordLag`
pub(crate) const RECORD_LAG: Duration = Duration::from_secs(30 * 60);
/// The number that callees see.
pub(crate) const CALLER: &str = "00441632960001";
/// The people.
pub(crate) const PEOPLE: usize = 26;
/// Those who may be rows of the campaign that reads standard input.
pub(crate) const WALK_INS: std::ops::Range<usize> = 18..26;
/// On the do-not-call list of the first campaign.
const DO_NOT_CALL: [usize; 2] = [3, 11];

/// When somebody who was not reached is tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    /// `maxAttempts`
    pub(crate) most: usize,
    pub(crate) wait: Duration,
    pub(crate) when: &'static [&'static str],
}

/// What the simulation needs to know of a campaign, apart from the document that says it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) name: &'static str,
    /// Local hours between which it may phone; always, if none.
    pub(crate) open: Option<(i8, i8)>,
    pub(crate) callees_zone: bool,
    pub(crate) per_callee: Option<(usize, Duration)>,
    pub(crate) retry: Option<Retry>,
    pub(crate) repeat: bool,
    pub(crate) per_run: Option<usize>,
    pub(crate) concurrent: Option<usize>,
    /// Rows of a file; none reads standard input.
    rows: Option<(usize, usize)>,
    pub(crate) do_not_call: bool,
    /// Without it the platform picks one.
    pub(crate) caller: bool,
}

const FIRST: Rules = Rules {
    name: "first",
    open: Some((8, 19)),
    callees_zone: false,
    per_callee: Some((1, Duration::from_secs(20 * 3600))),
    retry: None,
    repeat: true,
    per_run: Some(7),
    concurrent: None,
    rows: Some((0, 12)),
    do_not_call: true,
    caller: true,
};

const SECOND: Rules = Rules {
    name: "second",
    open: Some((9, 21)),
    callees_zone: true,
    per_callee: Some((2, Duration::from_secs(6 * 3600))),
    retry: Some(Retry { most: 3, wait: Duration::from_secs(40 * 60), when: &["noAnswer", "busy", "powerOff"] }),
    repeat: true,
    per_run: None,
    concurrent: Some(6),
    rows: Some((8, 20)),
    do_not_call: false,
    caller: true,
};

/// Its rows come from standard input, and change.
const WALK_IN: Rules = Rules {
    name: "walk-in",
    open: None,
    callees_zone: false,
    per_callee: None,
    retry: Some(Retry { most: 2, wait: Duration::from_secs(2 * 3600), when: &["noAnswer", "busy"] }),
    repeat: false,
    per_run: None,
    concurrent: Some(4),
    rows: None,
    do_not_call: false,
    caller: true,
};

/// A project, in both environments.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) campaigns: Vec<Rules>,
    /// Whether its requests name all limits, without which no call counts as absent.
    pub(crate) limits: bool,
    loaded: Vec<Loaded>,
    _dir: tempfile::TempDir,
}

impl Variant {
    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let always = |rules: Rules| Rules { open: None, ..rules };
        vec![
            Self::new("windows", vec![FIRST, SECOND, WALK_IN], true),
            Self::new("two at any time", vec![always(FIRST), WALK_IN], true),
            Self::new("one, from no caller of ours", vec![Rules { caller: false, ..FIRST }], true),
            Self::new("no limits", vec![always(SECOND), Rules { repeat: true, ..WALK_IN }], false),
        ]
    }

    fn new(name: &'static str, campaigns: Vec<Rules>, limits: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("callform.yaml", &project());
        write("agents/checkup.yaml", &agent(limits));
        write("dnc.csv", &DO_NOT_CALL.map(|n| format!("{}\n", number(n))).concat());
        for rules in &campaigns {
            write(&format!("campaigns/{}.yaml", rules.name), &campaign(rules));
            if let Some((from, to)) = rules.rows {
                write(&format!("campaigns/{}.csv", rules.name), &rows(rules.name, from..to));
            }
        }
        let loaded = ENVIRONMENTS.map(|environment| in_environment(dir.path(), environment)).into();
        Self { name, campaigns, limits, loaded, _dir: dir }
    }

    pub(crate) fn project(&self, environment: usize) -> &Project {
        self.loaded[environment].project().unwrap()
    }

    pub(crate) fn rules(&self, campaign: &str) -> &Rules {
        self.campaigns.iter().find(|rules| rules.name == campaign).unwrap()
    }
}

impl Rules {
    /// The people of its file.
    pub(crate) fn people(&self) -> std::ops::Range<usize> {
        self.rows.map_or(0..0, |(from, to)| from..to)
    }

    pub(crate) fn reads_stdin(&self) -> bool {
        self.rows.is_none()
    }

    /// Whether somebody may be phoned by it at this moment.
    pub(crate) fn is_open(&self, person: usize, at: Timestamp) -> bool {
        let Some((from, to)) = self.open else { return true };
        // Summer time, in both places, for as long as any world lasts.
        let ahead = if self.callees_zone && lives_in_new_york(person) { -4 } else { 1 };
        let hour = (at.as_second() + ahead * 3600).rem_euclid(86_400) / 3600;
        (i64::from(from)..i64::from(to)).contains(&hour)
    }

    /// How often it lets one person be phoned.
    pub(crate) fn ceiling(&self) -> (usize, Duration) {
        self.per_callee.unwrap_or((1, 24 * HOUR))
    }
}

/// Whether somebody is on the list that is never called.
pub(crate) fn is_on_the_list(person: usize) -> bool {
    DO_NOT_CALL.contains(&person)
}

/// The number of the n-th person, in ranges for fiction. Every fourth lives in New York.
pub(crate) fn number(n: usize) -> String {
    if lives_in_new_york(n) { format!("+1212555{:04}", 100 + n) } else { format!("+447700900{n:03}") }
}

fn lives_in_new_york(n: usize) -> bool {
    n % 4 == 1
}

pub(crate) fn phone(n: usize) -> PhoneNumber {
    PhoneNumber::parse(&number(n)).unwrap()
}

/// Whose number the provider was asked to phone.
pub(crate) fn person_of(wire: &str) -> usize {
    // The last three digits of one, the last four of the other.
    let digits: usize = wire[wire.len() - 3..].parse().unwrap();
    let n = if wire.starts_with("001") { digits - 100 } else { digits };
    assert_eq!(number(n).replacen('+', "00", 1), wire);
    n
}

/// A row's key.
pub(crate) fn key(n: usize) -> String {
    format!("P-{n:02}")
}

/// A file of these people.
fn rows(campaign: &str, people: std::ops::Range<usize>) -> String {
    people.fold("id,phone,tag\n".to_owned(), |csv, n| csv + &row(campaign, &key(n), n))
}

/// Standard input of these keys and people.
pub(crate) fn stdin(people: &[(String, usize)]) -> String {
    people.iter().fold("id,phone,tag\n".to_owned(), |csv, (key, n)| csv + &row(WALK_IN.name, key, *n))
}

fn row(campaign: &str, key: &str, n: usize) -> String {
    format!("{key},{},{campaign}/{key}\n", number(n))
}

fn project() -> String {
    format!(
        "callform: 1\nkind: Project\nname: clinic-outreach\nprovider:\n  site: intl\n  sdkAppId: 1400000000\n  \
         requestsPerSecond: {PER_SECOND}\n  concurrentCalls: {LINES}\nenvironments:\n  staging:\n    provider:\n      \
         reconcile:\n        recordLag: {}m\n",
        RECORD_LAG.as_secs() / 60
    )
}

fn agent(limits: bool) -> String {
    let limits = if limits { "limits:\n  ring: 45s\n  call: 10m\n" } else { "limits:\n  ring: 45s\n" };
    format!(
        "kind: Agent\nname: checkup\nprompt: \"Tag {{{{ tag }}}}.\"\nvariables:\n  tag: {{}}\nllm:\n  openai:\n    \
         model: gpt-4o-mini\n    url: https://api.openai.com/v1/\n    apiKey: ${{env:OPENAI_API_KEY}}\n\
         voice: WeRose\n{limits}"
    )
}

fn campaign(rules: &Rules) -> String {
    let file = if rules.rows.is_some() { format!("{}.csv", rules.name) } else { "\"-\"".to_owned() };
    let mut text = format!(
        "kind: Campaign\nname: {}\nagent: checkup\ncallees:\n  file: {file}\n  number: phone\n  key: id\n",
        rules.name
    );
    if rules.caller {
        text.push_str(&format!("callers: [\"{}\"]\n", CALLER.replacen("00", "+", 1)));
    }
    if rules.repeat {
        text.push_str("repeat: allowed\n");
    }
    if rules.do_not_call {
        text.push_str("doNotCall: [../dnc.csv]\n");
    }
    if let Some((from, to)) = rules.open {
        let zone = if rules.callees_zone { "callee" } else { "Europe/London" };
        let hours = format!("from: \"{from:02}:00\"\n      to: \"{to:02}:00\"");
        text.push_str(&format!("window:\n  timeZone: {zone}\n  open:\n    - {hours}\n"));
    }
    if let Some(Retry { most, wait, when }) = rules.retry {
        let (minutes, when) = (wait.as_secs() / 60, when.join(", "));
        text.push_str(&format!("retry:\n  maxAttempts: {most}\n  wait: {minutes}m\n  when: [{when}]\n"));
    }
    let mut limits = String::new();
    if let Some((calls, every)) = rules.per_callee {
        let every = every.as_secs() / 3600;
        limits.push_str(&format!("  perCallee:\n    calls: {calls}\n    every: {every}h\n"));
    }
    if let Some(most) = rules.per_run {
        limits.push_str(&format!("  perRun: {most}\n"));
    }
    if let Some(most) = rules.concurrent {
        limits.push_str(&format!("  concurrent: {most}\n"));
    }
    if !limits.is_empty() {
        text.push_str("limits:\n");
        text.push_str(&limits);
    }
    text
}

fn in_environment(root: &Path, environment: &str) -> Loaded {
    struct Nothing;
    impl Environment for Nothing {
        fn get(&self, _: &str) -> Option<String> {
            None
        }
    }
    let environment = (environment != ENVIRONMENTS[0]).then_some(environment);
    let loaded = load(&LoadOptions::new(root, environment, &Nothing));
    assert!(loaded.is_good(), "{:#?}", loaded.diagnostics);
    loaded
}
