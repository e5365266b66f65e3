//! What a seed's world is like: how bad the network, how careless the people, how often processes die.

use std::time::Duration;

use jiff::SignedDuration;

use crate::clock::Hazards;
use crate::deed::{self, Deed};
use crate::dice::Dice;
use crate::rival::{self, Freeze, Rival};
use crate::specs;

/// What is promised in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Everything.
    Plain,
    /// Records appear later than `recordLag`: a call may be placed again. A documented limit.
    LateRecords,
    /// Other systems phone the same people from the same number at any time: one of their calls may be taken for
    /// ours, and ours be left out. A documented limit.
    Strangers,
}

/// How a network treats requests, in cases of a thousand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Network {
    /// Nothing left, and that is certain.
    pub(crate) not_sent: u64,
    /// The request is lost.
    pub(crate) drop_before: u64,
    /// The answer is lost.
    pub(crate) drop_after: u64,
    /// The request arrives minutes later.
    pub(crate) late: u64,
    /// The answer takes long, perhaps longer than anybody waits.
    pub(crate) slow: u64,
    /// The answer is not what the provider wrote.
    pub(crate) mangled: u64,
    /// The answer to an earlier request comes again.
    pub(crate) repeated: u64,
    /// The usual way there and back, in milliseconds.
    pub(crate) usual: u64,
}

/// What the provider is like.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// Its clock, in seconds ahead of the true time.
    pub(crate) ahead: i64,
    pub(crate) lines: usize,
    /// Cases of a thousand in which it refuses for no reason of the caller's.
    pub(crate) refuses: u64,
    /// Cases of a thousand in which it answers what leaves it open.
    pub(crate) ambiguous: u64,
    /// Never to be phoned, it says.
    pub(crate) black: Vec<usize>,
    /// How long conversations go on at the most.
    pub(crate) longest: Duration,
    /// Cases of a thousand in which people talk that long.
    pub(crate) long: u64,
    /// After the end, records appear by then.
    pub(crate) lag: Duration,
    /// Cases of a thousand in which a record is later than is promised.
    pub(crate) late_records: u64,
    /// Cases of a thousand in which everything takes as long as it may: queue, ring, talk and record.
    pub(crate) worst: u64,
    /// Ringing sessions show among the active ones.
    pub(crate) shows_ringing: bool,
    /// Records are chosen by their end, not by their start.
    pub(crate) by_end: bool,
    /// `Date` is in its answers.
    pub(crate) dates: bool,
    /// There are two records of a session, in cases of a thousand.
    pub(crate) twice: u64,
    /// Records hide numbers, in cases of a thousand.
    pub(crate) protects: u64,
    /// A count that does not fit, in cases of a thousand.
    pub(crate) miscounts: u64,
}

/// A call that another system places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stranger {
    pub(crate) at: Duration,
    pub(crate) person: usize,
    pub(crate) outbound: bool,
    /// From the number that our campaigns show, too.
    pub(crate) our_caller: bool,
}

/// How a process ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Death {
    /// By itself.
    None,
    /// After it was polled so often; at once, or when it would be polled again.
    Polls { after: u64, at_once: bool },
    /// After so much time.
    Time(Duration),
}

/// One process: `refresh` and `apply`, or one of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    /// How long after the one before.
    pub(crate) pause: Duration,
    pub(crate) environment: usize,
    pub(crate) looks_up: bool,
    pub(crate) applies: bool,
    /// Carries out the last plan of the environment, whatever has happened since.
    pub(crate) old_plan: bool,
    /// Signals, after so much time each.
    pub(crate) signals: [Option<Duration>; 2],
    pub(crate) timeout: Duration,
    pub(crate) death: Death,
    pub(crate) freeze: Option<Freeze>,
}

impl Life {
    /// `refresh` alone, in the base environment, with nothing in its way.
    pub(crate) fn look(timeout: Duration) -> Self {
        Self {
            pause: Duration::ZERO,
            environment: 0,
            looks_up: true,
            applies: false,
            old_plan: false,
            signals: [None; 2],
            timeout,
            death: Death::None,
            freeze: None,
        }
    }
}

/// A world.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    pub(crate) class: Class,
    /// Index of [`specs::Variant::all`].
    pub(crate) variant: usize,
    pub(crate) network: Network,
    pub(crate) provider: Provider,
    pub(crate) hazards: Hazards,
    /// The wall clock of the machine, in the beginning.
    pub(crate) ahead: SignedDuration,
    pub(crate) lives: Vec<Life>,
    /// Of each life, who takes its run over.
    pub(crate) rivals: Vec<Option<Rival>>,
    /// The wall clock of the rivals' machine.
    pub(crate) rivals_ahead: SignedDuration,
    pub(crate) strangers: Vec<Stranger>,
    pub(crate) deeds: Vec<(Duration, Deed)>,
    /// Keys and people that come on standard input: the first process reads one, each later one reads one more.
    walk_ins: Vec<(String, usize)>,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

impl Scenario {
    /// Of a seed.
    pub(crate) fn of(seed: u64, variants: &[specs::Variant]) -> Self {
        let mut dice = Dice::new(seed, "scenario");
        let class = match dice.any(0..100) {
            0..=83 => Class::Plain,
            84..=91 => Class::LateRecords,
            _ => Class::Strangers,
        };
        let mut variant = dice.any(0..variants.len() as u64) as usize;
        if class == Class::LateRecords && !variants[variant].limits {
            // Without limits nothing counts as absent, so nothing could be seen.
            variant = 0;
        }
        let rules = &variants[variant];
        let count = dice.any(2..7) as usize;
        let lives: Vec<Life> = (0..count).map(|_| life(&mut dice)).collect();
        // While lives go on, as far as can be told before.
        let tight = dice.percent(8) && rules.limits;
        let mut lives = lives;
        if tight {
            // Just when a record that is missing begins to prove something.
            lives.iter_mut().for_each(|life| life.pause = dice.seconds(40 * MINUTE..47 * MINUTE));
        }
        let span = lives.iter().map(|life| life.pause).sum::<Duration>().as_secs() + HOUR;
        let mut apart = Dice::new(seed, "rivals");
        let rivals = rival::draw(&mut apart, &mut lives);
        let network = network(&mut dice);
        let mut provider = provider(&mut dice, class, rules.limits);
        if tight {
            provider.worst = 700;
        }
        Self {
            seed,
            class,
            variant,
            network: Network { late: if tight { 200 } else { network.late }, ..network },
            provider,
            hazards: Hazards {
                jumps: if dice.percent(35) { dice.any(50..1500) } else { 0 },
                sleeps: if dice.percent(35) { dice.any(50..1500) } else { 0 },
            },
            ahead: ahead(&mut dice),
            rivals,
            rivals_ahead: ahead(&mut apart),
            strangers: strangers(&mut dice, class, rules, span),
            deeds: deed::draw(seed, &mut dice, rules, span, &lives),
            walk_ins: walk_ins(&mut dice),
            lives,
        }
    }

    /// What the n-th process reads from standard input. Nobody stands there twice: a new key takes the place of the
    /// old one.
    pub(crate) fn walk_ins(&self, n: usize) -> Vec<(String, usize)> {
        let come = &self.walk_ins[..self.walk_ins.len().min(n + 1)];
        let last =
            |(n, (_, person)): &(usize, &(String, usize))| come[n + 1..].iter().all(|(_, other)| other != person);
        come.iter().enumerate().filter(last).map(|(_, row)| row.clone()).collect()
    }

    /// A world in which nothing ever goes wrong.
    pub(crate) fn quiet(variants: &[specs::Variant]) -> Self {
        let mut quiet = Self::of(1, variants).calm();
        (quiet.class, quiet.variant, quiet.ahead) = (Class::Plain, 0, SignedDuration::ZERO);
        (quiet.strangers, quiet.deeds, quiet.provider.black) = (Vec::new(), Vec::new(), Vec::new());
        quiet.provider.late_records = 0;
        quiet.provider.twice = 0;
        for life in &mut quiet.lives {
            (life.death, life.signals, life.applies, life.freeze) = (Death::None, [None; 2], true, None);
        }
        quiet.rivals.fill(None);
        quiet
    }

    /// The same world, in which nothing goes wrong any more.
    #[must_use]
    pub(crate) fn calm(mut self) -> Self {
        self.network = Network { usual: 100, ..Network::default() };
        let provider = &mut self.provider;
        (provider.refuses, provider.ambiguous, provider.protects, provider.miscounts) = (0, 0, 0, 0);
        (provider.dates, provider.lines) = (true, usize::MAX);
        self.hazards = Hazards::default();
        self
    }
}

fn ahead(dice: &mut Dice) -> SignedDuration {
    let (most, less) = if dice.percent(60) { (4_000, 2_000) } else { (560_000, 280_000) };
    SignedDuration::from_millis(dice.any(0..most) as i64 - less)
}

fn network(dice: &mut Dice) -> Network {
    let usual = dice.of(&[20, 60, 300]);
    let up_to = match dice.any(0..10) {
        0 => return Network { usual, ..Network::default() },
        1..=6 => 60,
        _ => 200,
    };
    let mut rate = || if dice.percent(50) { 0 } else { dice.any(0..up_to) };
    Network {
        not_sent: rate(),
        drop_before: rate(),
        drop_after: rate(),
        late: rate(),
        slow: rate(),
        mangled: rate(),
        repeated: rate() / 2,
        usual,
    }
}

fn provider(dice: &mut Dice, class: Class, limits: bool) -> Provider {
    let rate = |dice: &mut Dice, percent, up_to| if dice.percent(percent) { dice.any(1..up_to) } else { 0 };
    let longest = if limits { specs::CALL } else { Duration::from_secs(55 * MINUTE) };
    Provider {
        ahead: if dice.percent(70) { dice.any(0..6) as i64 - 3 } else { dice.any(0..500) as i64 - 250 },
        lines: dice.of(&[2, 4, 10, 50]),
        refuses: rate(dice, 40, 80),
        ambiguous: rate(dice, 40, 80),
        black: (0..specs::PEOPLE).filter(|_| dice.permille(20)).collect(),
        longest,
        long: dice.of(&[0, 50, 300]),
        lag: if dice.percent(50) { dice.seconds(0..60) } else { specs::RECORD_LAG },
        worst: if dice.percent(25) { 500 } else { 0 },
        late_records: if class == Class::LateRecords { 600 } else { 0 },
        shows_ringing: dice.percent(50),
        by_end: dice.percent(30),
        dates: dice.percent(97),
        twice: if dice.percent(15) { dice.any(20..200) } else { 0 },
        protects: if dice.percent(5) { 300 } else { 0 },
        miscounts: rate(dice, 10, 100),
    }
}

/// A process, and what ends it.
pub(crate) fn life(dice: &mut Dice) -> Life {
    let pause = match dice.any(0..10) {
        0..=2 => dice.seconds(2..20),
        3..=5 => dice.seconds(20..10 * MINUTE),
        6 => dice.seconds(40 * MINUTE..2 * HOUR),
        // About as long as it takes until a record that is missing proves something.
        7 => dice.seconds(36 * MINUTE..48 * MINUTE),
        _ => dice.seconds(2 * HOUR..26 * HOUR),
    };
    let (looks_up, applies) = match dice.any(0..10) {
        0..=6 => (true, true),
        7 => (true, false),
        _ => (false, true),
    };
    let death = match dice.any(0..20) {
        0..=6 => Death::None,
        7..=16 => {
            let reach = 1 << dice.any(1..10);
            Death::Polls { after: dice.any(0..reach), at_once: dice.percent(50) }
        }
        _ => {
            let reach = dice.of(&[1_000, 10_000, 100_000]);
            Death::Time(dice.ms(0..reach))
        }
    };
    let signals = match dice.any(0..10) {
        0 => [Some(dice.seconds(0..20)), None],
        1 => [Some(dice.seconds(0..20)), Some(dice.seconds(0..8))],
        _ => [None, None],
    };
    Life {
        pause,
        environment: usize::from(dice.percent(30)),
        looks_up,
        applies,
        old_plan: dice.percent(15),
        signals,
        timeout: Duration::from_secs(dice.of(&[10, 30, 60])),
        death,
        freeze: None,
    }
}

fn strangers(dice: &mut Dice, class: Class, variant: &specs::Variant, span: u64) -> Vec<Stranger> {
    // Told apart by their direction, or by another number, where ours was declared.
    let told_apart = |dice: &mut Dice| {
        let other_number = variant.campaigns.iter().all(|rules| rules.caller) && dice.percent(50);
        (other_number, false)
    };
    let count = if class == Class::Strangers { dice.any(8..60) } else { dice.any(0..20).saturating_sub(8) };
    (0..count)
        .map(|_| {
            let (outbound, our_caller) =
                if class == Class::Strangers { (true, dice.percent(80)) } else { told_apart(dice) };
            Stranger {
                at: dice.seconds(0..span),
                person: dice.any(0..specs::PEOPLE as u64) as usize,
                outbound,
                our_caller,
            }
        })
        .collect()
}

/// People of a list that grows. Some come twice, under another key.
fn walk_ins(dice: &mut Dice) -> Vec<(String, usize)> {
    let mut people: Vec<(String, usize)> = Vec::new();
    for _ in 0..dice.any(1..10) {
        let person = dice.any(specs::WALK_INS.start as u64..specs::WALK_INS.end as u64) as usize;
        let again = people.iter().filter(|(_, other)| *other == person).count();
        let key = if again == 0 { specs::key(person) } else { format!("{}-{again}", specs::key(person)) };
        people.push((key, person));
    }
    people
}
