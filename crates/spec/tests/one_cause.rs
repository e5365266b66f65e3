//! One cause is one error: whatever else does not work because of it is not told.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Environment, LoadOptions, Rendering, load};

const PROJECT: &str = "\
callform: 1
kind: Project
name: p
provider:
  site: http://localhost:8080
  dialect: china
  sdkAppId: 1
secrets:
  K:
    - llm.example.com
environments:
  other: {}
";
const AGENT: &str = "\
kind: Agent
name: helper
prompt: \"{{ name }} {{ day | spoken }} {{ seats + 1 }} {{ clinic }}\"
variables:
  name: {}
  day:
    type: date
  seats:
    type: number
    default: 1
  clinic:
    type: choice
    choices:
      - east
      - west
llm:
  openai:
    model: m
    url: https://llm.example.com/v1
    apiKey: ${env:K}
functions:
  transferToAgent:
    - name: sales
      description: Sales
      agentId: 5678
extract:
  - name: mood
    type: selector
    description: The mood
    choices:
      - good
      - bad
";
/// An agent whose name is nearly that of the other.
const OTHER: &str = "\
kind: Agent
name: helper2
prompt: Hello
llm:
  openai:
    model: m
    url: https://llm.example.com/v1
    apiKey: ${env:K}
";
const CAMPAIGN: &str = "\
kind: Campaign
name: c
agent: helper
variables:
  clinic: east
callees:
  file: callees.csv
  number: phone
  key: id
  columns:
    name: called
environments:
  other:
    agent: helper
";
const CALLEES: &str = "\
id,phone,called,day
1,+447700900001,Ann,2031-01-01
2,+447700900002,Bob,2031-01-02
3,+447700900003,Cid,2031-01-03
";

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

/// The errors of a project with some text changed, those of rows included, as a person meets them.
fn errors(changes: &[(&str, &str, &str)]) -> Vec<Diagnostic> {
    let scratch = tempfile::tempdir().unwrap();
    let mut files = [
        ("callform.yaml", PROJECT),
        ("agents/helper.yaml", AGENT),
        ("agents/other.yaml", OTHER),
        ("campaigns/c.yaml", CAMPAIGN),
        ("campaigns/callees.csv", CALLEES),
    ]
    .map(|(name, text)| (name, text.to_owned()));
    for (of, from, to) in changes {
        let (_, text) = files.iter_mut().find(|(name, _)| name == of).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
    }
    for (name, text) in files {
        write(&scratch.path().join(name), &text);
    }
    found(scratch.path())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn found(root: &Path) -> Vec<Diagnostic> {
    let loaded = load(&LoadOptions::new(root, None, &NoEnvironment));
    let mut sources = loaded.sources.clone();
    let mut all = loaded.diagnostics.clone();
    let project = loaded.partial().unwrap();
    for campaign in &project.campaigns {
        let problems: Vec<_> = match project.rows(campaign, None, Rendering::Check) {
            Ok(rows) => rows.filter_map(Result::err).collect(),
            Err(problems) => problems,
        };
        all.extend(problems.into_iter().map(|p| p.into_diagnostic(&mut sources)));
    }
    all.retain(Diagnostic::is_error);
    all
}

fn told(all: &[Diagnostic]) -> Vec<String> {
    all.iter().map(|d| format!("{} {}", d.code, d.message)).collect()
}

#[test]
fn the_project_itself_is_good() {
    assert_eq!(told(&errors(&[])), [""; 0]);
}

#[test]
fn one_wrong_line_is_one_error() {
    let project = "callform.yaml";
    let agent = "agents/helper.yaml";
    let campaign = "campaigns/c.yaml";
    let all = [
        (project, "environments:", "enviroments:", "E0107"),
        (project, "environments:\n  other: {}", "environments: []", "E0104"),
        (project, "environments:\n  other: {}", "environments:", "E0104"),
        (project, "    - llm.example.com", "    - 12", "E0009"),
        (project, "    - llm.example.com", "    -", "E0104"),
        (project, "  dialect: china", "  dialct: china", "E0107"),
        (project, "  dialect: china", "  dialect: chin", "E0105"),
        (agent, "kind: Agent", "kind: Agnt", "E0102"),
        (agent, "kind: Agent\n", "", "E0101"),
        (agent, "name: helper", "name: 12", "E0009"),
        (agent, "name: helper", "name: [a]", "E0104"),
        (agent, "variables:", "variabels:", "E0107"),
        (agent, "variables:", "variables: 12\nvariables:", "E0004"),
        (agent, "    type: date", "    typ: date", "E0107"),
        (agent, "    type: date", "    type: dat", "E0105"),
        (agent, "    type: date", "    kind: date", "E0107"),
        (agent, "    type: date", "    type: date\n    type: text", "E0004"),
        (agent, "    default: 1", "    defalt: 1", "E0107"),
        (agent, "    default: 1", "    default: {a: b}", "E0104"),
        (agent, "    choices:\n      - east\n      - west", "    choices: 12", "E0104"),
        (agent, "    choices:\n      - east", "    choicse:\n      - east", "E0107"),
        (agent, "      - east", "      - [east]", "E0104"),
        (agent, "https://llm.example.com/v1", "nowhere", "E0106"),
        (agent, "    choices:\n      - good\n      - bad", "    choices: 12", "E0104"),
        (agent, "    choices:\n      - good", "    choises:\n      - good", "E0107"),
        (campaign, "  file:", "  flie:", "E0107"),
        (campaign, "  number: phone", "  numbr: phone", "E0107"),
        (campaign, "  number: phone", "  number:", "E0104"),
        (campaign, "  key: id", "  kye: id", "E0107"),
        (campaign, "  key: id", "  key: 12", "E0009"),
        (campaign, "    name: called", "    name: 12", "E0009"),
        (campaign, "  columns:\n    name: called", "  columns: 12", "E0104"),
        (campaign, "callees:", "callee:", "E0107"),
        (campaign, "agent: helper", "agnt: helper", "E0107"),
    ];
    let mut wrong = Vec::new();
    for (file, from, to, code) in all {
        let told = told(&errors(&[(file, from, to)]));
        if told.len() != 1 || !told[0].starts_with(code) {
            wrong.push(format!("{file}: {to:?} gives {told:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Changes of an agent's document after which it can't be read.
const UNREADABLE: [(&str, &str); 5] = [
    ("prompt: \"{{", "prompt: \"x\nlanguages:\n  - en\nsilence: \"{{"),
    ("name: helper", "name: helper\n\tprompt: x"),
    ("name: helper", "name: helper\nname a"),
    ("name: helper", "name: helper\nvoice: ["),
    ("kind: Agent", "kind: *Agent"),
];

#[test]
fn who_names_an_agent_that_could_not_be_read_is_not_told_to_take_another() {
    for (from, to) in UNREADABLE {
        let told = told(&errors(&[("agents/helper.yaml", from, to)]));
        assert_eq!(told.len(), 1, "{to:?} gives {told:#?}");
        assert!(!told[0].starts_with("E0140"), "{told:?}");
    }
}

#[test]
fn a_name_that_stands_in_nothing_unread_is_told_and_no_other_is_guessed() {
    let misspelt = ("campaigns/c.yaml", "agent: helper\nvariables", "agent: helped\nvariables");
    let all = errors(&[misspelt]);
    assert_eq!(told(&all), ["E0140 no agent is called `helped`"]);
    assert_eq!(all[0].help, ["did you mean `helper`?"]);
    // `helper2` may be as near as nothing else, and the one that is meant stands in what was not read.
    let all = errors(&[("agents/helper.yaml", "name: helper", "name: helper\nname a"), misspelt]);
    let names: Vec<_> = all.iter().filter(|d| d.code.0 == "E0140").collect();
    assert_eq!(names.len(), 1, "{:#?}", told(&all));
    assert_eq!(names[0].help, ["an agent is a document of `kind: Agent` below `agents/`"]);
}

#[test]
fn a_row_whose_number_can_not_be_read_is_not_said_to_have_none() {
    let rows = "  inline:\n    - id: a\n      phone: {a: b}\n      called: Ann\n      day: 2031-01-01\n";
    assert_eq!(told(&errors(&[("campaigns/c.yaml", "  file: callees.csv\n", rows)])).len(), 1);
}

#[test]
fn a_column_that_is_missing_is_told_once_at_the_header_and_other_mistakes_of_rows_are_told_too() {
    let all = errors(&[
        ("campaigns/callees.csv", "called,day", "called,Day"),
        ("campaigns/callees.csv", "+447700900002", "+44"),
    ]);
    let [column, number] = all.as_slice() else { panic!("{:#?}", told(&all)) };
    assert_eq!((column.code.0, number.code.0), ("E0251", "E0233"));
    assert_eq!(column.message, "there is no column `day`");
    assert_eq!(column.help[0], "did you mean `Day`?");
    assert!(column.help[1].starts_with("name its column under `callees.columns`"), "{}", column.help[1]);
    assert_eq!(column.related[0].text, "declared here, without a default");
}

#[test]
fn a_column_that_the_campaign_names_and_the_file_lacks_is_shown_where_it_is_named() {
    for (column, code) in [("id", "E0251"), ("phone", "E0251"), ("called", "E0251")] {
        let all = errors(&[("campaigns/callees.csv", column, "other")]);
        assert_eq!(all.len(), 1, "{:#?}", told(&all));
        assert_eq!(all[0].code.0, code);
        assert_eq!(all[0].related[0].text, "the campaign names it here");
    }
}

#[test]
fn a_value_that_no_row_of_a_document_has_is_told_once() {
    let rows = "  inline:\n    - {id: a, phone: \"+447700900001\", called: Ann, dya: 2031-01-01}\n    \
                - {id: b, phone: \"+447700900002\", called: Bob, dya: 2031-01-01}\n";
    let inline = |rows: &str| errors(&[("campaigns/c.yaml", "  file: callees.csv\n", rows)]);
    let all = inline(rows);
    assert_eq!(told(&all), ["E0211 no row has `day`"]);
    assert_eq!(all[0].help[0], "did you mean `dya`?");
    assert_eq!(told(&inline(&rows.replace("dya", "day").replace("phone", "fone"))), ["E0232 no row has `phone`"]);
    assert_eq!(told(&inline(&rows.replace("dya", "day").replace("id:", "idd:"))), ["E0236 no row has `id`"]);
    // One row of several is told where it stands.
    let one = inline(&rows.replacen("dya", "day", 1));
    assert_eq!(told(&one), ["E0211 row has no value for `day`"]);
}

#[test]
fn a_value_that_no_row_of_json_lines_has_is_told_once_and_one_that_some_have_in_each_row() {
    let lines = |with_day: [bool; 4]| {
        let scratch = tempfile::tempdir().unwrap();
        for (name, text) in [("callform.yaml", PROJECT), ("agents/helper.yaml", AGENT)] {
            write(&scratch.path().join(name), text);
        }
        write(&scratch.path().join("campaigns/c.yaml"), &CAMPAIGN.replace("callees.csv", "callees.jsonl"));
        let row = |(i, with): (usize, bool)| {
            let day = if with { ", \"day\": \"2031-01-01\"" } else { "" };
            format!("{{\"id\": \"{i}\", \"phone\": \"+44770090000{i}\", \"called\": \"Ann\"{day}}}\n")
        };
        write(
            &scratch.path().join("campaigns/callees.jsonl"),
            &with_day.into_iter().enumerate().map(row).collect::<String>(),
        );
        found(scratch.path())
    };
    let none = lines([false; 4]);
    assert_eq!(told(&none), ["E0211 no row has a value for `day`"]);
    assert_eq!(none[0].help.last().unwrap(), "none of the 4 rows has it");
    let some = lines([false, false, true, false]);
    assert_eq!(told(&some), ["E0211 row has no value for `day`"; 2]);
    assert_eq!(some[0].help.last().unwrap(), "in 1 of the next rows it is missing, too");
    assert_eq!(told(&lines([true, false, true, false])), ["E0211 row has no value for `day`"; 2]);
    assert_eq!(told(&lines([false, true, true, true])), ["E0211 row has no value for `day`"]);
}

#[test]
fn a_template_that_fits_no_row_is_told_once_and_counted() {
    let all = errors(&[("agents/helper.yaml", "    type: date", "    description: When")]);
    let [first, others] = all.as_slice() else { panic!("{:#?}", told(&all)) };
    assert!(first.message.contains("can't be rendered for this row"), "{}", first.message);
    assert!(others.message.contains("can't be rendered for 2 more rows"), "{}", others.message);
}
