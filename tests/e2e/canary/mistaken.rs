//! Mistakes with a secret or a number in them, so that the message about them is about something that must not be shown.

use super::Cage;
use crate::support::Project;

pub(super) struct Mistake {
    pub(super) name: &'static str,
    pub(super) make: fn(&Project),
    pub(super) env: &'static [(&'static str, &'static str)],
}

/// Commands that tell of mistakes, each in its own way.
pub(super) const COMMANDS: [&[&str]; 6] = [
    &["validate"],
    &["validate", "--format", "json"],
    &["validate", "--format", "concise"],
    &["render", "--limit", "9"],
    &["plan", "--no-ledger"],
    &["apply", "--auto-approve"],
];

/// Numbers that stand in mistakes; some can't exist.
pub(super) const NUMBERS: [(&str, &str); 6] = [
    ("+447700900311", "7700900311"),
    ("+1212555013", "212555013"),
    ("+4477009003333333", "77009003333333"),
    ("+9997700900344", "7700900344"),
    ("00447700900355", "7700900355"),
    ("07700900366", "7700900366"),
];

pub(super) fn cage() -> Cage {
    // A plain-text secret has a shape; what is in no secret's place has one that gives it away.
    let secrets = [
        ("a key", "canary-in-the-key".to_owned()),
        ("a key in plain text", "sk-canary0in1plain2text3".to_owned()),
        ("a password", "canary-in-the-password".to_owned()),
    ];
    Cage::new(secrets, NUMBERS, [])
}

fn key(project: &Project, line: &str) {
    project.edit("agents/caller.yaml", "apiKey: ${env:LLM_API_KEY}", line);
}

fn rows(project: &Project, rows: &str) {
    project.write("campaigns/callees.csv", &format!("id,phone,callee_name\n{rows}"));
}

fn inline(project: &Project, rows: &str) {
    project.edit(
        "campaigns/parcels.yaml",
        "  file: callees.csv\n  number: phone\n  key: id\n",
        &format!("  number: phone\n  key: id\n  inline:\n{rows}"),
    );
}

const NOTHING: &[(&str, &str)] = &[];

pub(super) const WITH_SECRETS: [Mistake; 16] = [
    Mistake { name: "a key in plain text", make: |p| key(p, "apiKey: sk-canary0in1plain2text3"), env: NOTHING },
    Mistake { name: "in quotes", make: |p| key(p, "apiKey: \"sk-canary0in1plain2text3\""), env: NOTHING },
    Mistake {
        name: "beside a reference",
        make: |p| key(p, "apiKey: ${env:LLM_API_KEY}sk-canary0in1plain2text3"),
        env: NOTHING,
    },
    Mistake { name: "in a list", make: |p| key(p, "apiKey:\n      - sk-canary0in1plain2text3"), env: NOTHING },
    Mistake {
        name: "a level too deep",
        make: |p| key(p, "apiKey:\n      value: sk-canary0in1plain2text3"),
        env: NOTHING,
    },
    Mistake { name: "under a misspelt name", make: |p| key(p, "apikey: sk-canary0in1plain2text3"), env: NOTHING },
    Mistake {
        name: "under another name",
        make: |p| key(p, "apiKey: ${env:LLM_API_KEY}\n    authorization: Bearer sk-canary0in1plain2text3"),
        env: NOTHING,
    },
    Mistake { name: "an open quote", make: |p| key(p, "apiKey: \"sk-canary0in1plain2text3"), env: NOTHING },
    Mistake { name: "a tab before it", make: |p| key(p, "\tapiKey: sk-canary0in1plain2text3"), env: NOTHING },
    Mistake {
        name: "a password in a URL",
        make: |p| p.edit("agents/caller.yaml", "https://api", "https://me:canary-in-the-password@api"),
        env: NOTHING,
    },
    Mistake {
        name: "a password in the site",
        make: |p| p.edit("callform.yaml", "site: emulator", "site: https://me:canary-in-the-password@ccc.example.com"),
        env: NOTHING,
    },
    Mistake {
        name: "a database's password",
        make: |p| p.edit("callform.yaml", "name: small", "name: small\nledger: ${env:CALLFORM_LEDGER}"),
        env: &[("CALLFORM_LEDGER", "postgres://me:canary-in-the-password@db.example.com/calls")],
    },
    Mistake {
        name: "a database's password in the document",
        make: |p| {
            p.edit(
                "callform.yaml",
                "name: small",
                "name: small\nledger: postgres://me:canary-in-the-password@db.example.com/calls",
            );
        },
        env: NOTHING,
    },
    Mistake {
        name: "a line break in an account's key",
        make: |p| p.edit("callform.yaml", "site: emulator", "site: http://127.0.0.1:9"),
        env: &[("TENCENTCLOUD_SECRET_ID", "canary-in-the-key\nX-Header: 1")],
    },
    Mistake {
        name: "a line break in a token",
        make: |p| p.edit("callform.yaml", "site: emulator", "site: http://127.0.0.1:9"),
        env: &[("TENCENTCLOUD_TOKEN", "canary-in-the-key\nX-Header: 1")],
    },
    Mistake {
        name: "a mistake beside the key that signs plans",
        make: |p| p.edit("callform.yaml", "name: small", "name: small\nplan:\n  requireSignature: maybe"),
        env: &[("CALLFORM_PLAN_KEY", "canary-in-the-key")],
    },
];

pub(super) const WITH_NUMBERS: [Mistake; 10] = [
    Mistake { name: "an impossible number", make: |p| rows(p, "A,+1212555013,Kim\n"), env: NOTHING },
    Mistake { name: "a long one", make: |p| rows(p, "A,+4477009003333333,Kim\n"), env: NOTHING },
    Mistake { name: "no country's", make: |p| rows(p, "A,+9997700900344,Kim\n"), env: NOTHING },
    Mistake { name: "a national one", make: |p| rows(p, "A,07700900366,Kim\n"), env: NOTHING },
    Mistake {
        name: "a row too long",
        make: |p| rows(p, "A,+447700900311,Kim,+447700900311,00447700900355\n"),
        env: NOTHING,
    },
    Mistake { name: "a row too short", make: |p| rows(p, "A,+447700900311\n"), env: NOTHING },
    Mistake {
        name: "twice the same number and key",
        make: |p| rows(p, "+447700900311,+447700900311,Kim\n+447700900311,00447700900311,Sam\n"),
        env: NOTHING,
    },
    Mistake {
        name: "an open quote in a row",
        make: |p| rows(p, "A,\"+447700900311,Kim\nB,00447700900355,Sam\n"),
        env: NOTHING,
    },
    Mistake {
        name: "an unquoted number",
        make: |p| inline(p, "    - id: A\n      phone: +447700900311\n      callee_name: Kim\n"),
        env: NOTHING,
    },
    Mistake {
        name: "an impossible caller",
        make: |p| {
            p.edit(
                "campaigns/parcels.yaml",
                "agent: caller",
                "agent: caller\ncallers:\n  - \"+1212555013\"\n  - 00447700900355",
            )
        },
        env: NOTHING,
    },
];
