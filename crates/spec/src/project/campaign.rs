//! Campaigns: what the schema cannot say about them.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::agent::{keys, raw, value_error};
use super::context::Context;
use super::load::{Document, decode};
use super::{Agent, CalleeSource, Campaign, Clock, InlineRow, ListFiles, paths};
use crate::callees::{Columns, DoNotCall, Format};
use crate::diagnostic::Diagnostic;
use crate::model::{self, CalleeFormat, Callees, Day, Moment, SecretRef, WindowSpec, ZoneChoice};
use crate::phone::PhoneNumber;
use crate::schema;
use crate::source::Sources;
use crate::value::{self, Value};
use crate::window::{Bound, Opening, Window};
use crate::yaml::{Node, Segment, Yaml};

/// Assembles a campaign, reporting what is wrong with it. `None` if its agent or its callees are not known.
pub(super) fn assemble(
    document: &Document,
    agents: &[Agent],
    index: &HashMap<String, usize>,
    sources: &mut Sources,
    context: &mut Context<'_>,
) -> Option<Campaign> {
    let node = &document.node;
    let spec: model::Campaign = decode(&without_rows(node).to_json(), node, context);
    let agent = agent(&spec, node, index, sources, context);
    let callers = callers(&spec, node, context);
    let (clock, window) = window(&spec, node, context);
    let (do_not_call, lists) = do_not_call(&spec, document, sources, context);
    let callees = spec.callees.clone().unwrap_or_default();
    let source = source(&callees, document, context).filter(|_| callees_are_known(node));
    let agent = agent?;
    let constants = constants(&spec, node, &agents[agent], context);
    let columns = columns(&callees, &clock, &agents[agent], node, context);
    if let Some(limits) = &spec.limits
        && let Some(per_callee) = &limits.per_callee
        && per_callee.every.is_some_and(|e| e.as_millis() < 60_000)
    {
        let at = node.place(&keys(&["limits", "perCallee", "every"]));
        context.push(Diagnostic::error("E0108", "`limits.perCallee.every` is out of range", at, "at least 1m"));
    }
    Some(Campaign {
        name: spec.name.clone().unwrap_or_default(),
        agent,
        callers,
        constants,
        callees: source?,
        columns,
        clock,
        window,
        do_not_call,
        lists,
        node: node.clone(),
        spec,
    })
}

/// A document without its rows, which are kept as they stand: there may be thousands.
fn without_rows(node: &Node) -> Node {
    let mut without = node.clone();
    let inline = keys(&["callees", "inline"]);
    if without.at(&inline).is_some_and(|(rows, _)| matches!(rows.value, Yaml::Sequence(_))) {
        without.set(&inline, Yaml::Sequence(Vec::new().into()));
    }
    without
}

fn agent(
    spec: &model::Campaign,
    node: &Node,
    index: &HashMap<String, usize>,
    sources: &Sources,
    context: &mut Context<'_>,
) -> Option<usize> {
    let name = spec.agent.as_deref()?;
    if let Some(found) = index.get(name) {
        return Some(*found);
    }
    if index.contains_key("") || context.unread.may_hold(name, sources) {
        // It may be the one whose name could not be read, or stand in a document that could not be; which was reported.
        return None;
    }
    // What was not read may hold the name that is meant, and who follows a wrong hint has a wrong agent talk.
    let all_names = || index.keys().map(String::as_str);
    let near = context.unread.is_nothing().then(|| schema::nearest(name, all_names())).flatten();
    let at = node.place(&keys(&["agent"]));
    let mut diagnostic =
        Diagnostic::error("E0140", format!("no agent is called `{}`", schema::shown(name)), at, "not known");
    diagnostic = match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("an agent is a document of `kind: Agent` below `agents/`"),
    };
    context.push(diagnostic);
    None
}

fn callers(spec: &model::Campaign, node: &Node, context: &mut Context<'_>) -> Vec<PhoneNumber> {
    let mut callers = Vec::new();
    for (i, text) in spec.callers.iter().flatten().enumerate() {
        let at = node.place(&[Segment::Key("callers".into()), Segment::Index(i)]);
        context.redact(at);
        match PhoneNumber::parse(text) {
            Ok(number) => callers.push(number),
            Err(error) => context.push(
                Diagnostic::error("E0141", format!("a caller is no number: {error}"), at, "not a number")
                    .help(error.help()),
            ),
        }
    }
    callers
}

fn window(spec: &model::Campaign, node: &Node, context: &mut Context<'_>) -> (Clock, Window) {
    let empty = WindowSpec::default();
    let window = spec.window.as_ref().unwrap_or(&empty);
    let clock = match &window.time_zone {
        None => Clock::Callee,
        Some(ZoneChoice::Short(name)) if name == "callee" => Clock::Callee,
        Some(ZoneChoice::Short(name)) => match TimeZone::get(name) {
            Ok(zone) => Clock::Zone(zone),
            Err(_) => {
                let at = node.place(&keys(&["window", "timeZone"]));
                context.push(
                    Diagnostic::error(
                        "E0142",
                        format!("`{}` is not a time zone", schema::shown(name)),
                        at,
                        "not known",
                    )
                    .help("write `callee`, an IANA zone such as `Asia/Shanghai`, or `{ column: NAME }`"),
                );
                Clock::Callee
            }
        },
        Some(ZoneChoice::Long(column)) => Clock::Column(column.column.clone().unwrap_or_default()),
    };
    let mut open = Vec::new();
    for (i, opening) in window.open.iter().flatten().enumerate() {
        let (Some(from), Some(to)) = (opening.from.as_deref(), opening.to.as_deref()) else { continue };
        let place = [keys(&["window", "open"]), vec![Segment::Index(i)]].concat();
        if node.at(&place).is_some_and(|(opening, _)| opening.holds_invalid()) {
            continue;
        }
        let days: Vec<_> = opening
            .days
            .as_deref()
            .map_or_else(|| ALL_DAYS.to_vec(), |days| days.iter().map(|d| weekday(*d)).collect());
        match Opening::parse(&days, from, to) {
            Some(opening) => open.push(opening),
            None => {
                let at = node.place(&[place, keys(&["to"])].concat());
                context.push(
                    Diagnostic::error("E0143", "an opening that never opens", at, format!("from {from} to {to}"))
                        .help("write `to: \"24:00\"` for the whole day"),
                );
            }
        }
    }
    // What is no day was reported with the document.
    let except = window.except.iter().flatten().filter_map(|day| day.parse().ok()).collect();
    let bound = |moment: Moment| match moment {
        Moment::Day(day) => Bound::Date(day),
        Moment::Instant(instant) => Bound::Instant(instant),
    };
    if let (Some(before), Some(after)) = (spec.not_before, spec.not_after) {
        // A day ends everywhere on earth 50 hours after it began somewhere; anything closer is judged per callee.
        let start = |m: Moment| match m {
            Moment::Day(day) => day.to_zoned(TimeZone::UTC).map(|z| z.timestamp()).ok(),
            Moment::Instant(instant) => Some(instant),
        };
        let backwards = match (before, after) {
            (Moment::Day(a), Moment::Day(b)) => a > b,
            _ => start(before).zip(start(after)).is_some_and(|(a, b)| a.as_second() > b.as_second() + 50 * 3600),
        };
        if backwards {
            context.push(
                Diagnostic::error(
                    "E0144",
                    "`notAfter` comes before `notBefore`",
                    node.place(&keys(&["notAfter"])),
                    "already over",
                )
                .related(node.place(&keys(&["notBefore"])), "begins here"),
            );
        }
    }
    let window = Window::new(open, except, spec.not_before.map(bound), spec.not_after.map(bound));
    (clock, window)
}

const ALL_DAYS: [jiff::civil::Weekday; 7] = [
    jiff::civil::Weekday::Monday,
    jiff::civil::Weekday::Tuesday,
    jiff::civil::Weekday::Wednesday,
    jiff::civil::Weekday::Thursday,
    jiff::civil::Weekday::Friday,
    jiff::civil::Weekday::Saturday,
    jiff::civil::Weekday::Sunday,
];

fn weekday(day: Day) -> jiff::civil::Weekday {
    ALL_DAYS[day as usize]
}

fn do_not_call(
    spec: &model::Campaign,
    document: &Document,
    sources: &mut Sources,
    context: &mut Context<'_>,
) -> (DoNotCall, ListFiles) {
    let (mut list, mut files) = (DoNotCall::default(), ListFiles::new(context.root));
    for (i, named) in spec.do_not_call.iter().flatten().enumerate() {
        let at = document.node.place(&[Segment::Key("doNotCall".into()), Segment::Index(i)]);
        let path = match paths::resolve(context.root, &document.file, named, at) {
            Ok(path) => path,
            Err(diagnostic) => {
                context.push(*diagnostic);
                continue;
            }
        };
        let shown = paths::shown(context.root, &path);
        files.add(&path);
        match std::fs::File::open(&path) {
            Ok(file) => {
                context.files += 1;
                for fault in list.read(std::io::BufReader::new(file)) {
                    let diagnostic = fault.into_diagnostic(sources, &shown);
                    context.push(diagnostic);
                }
            }
            Err(error) => {
                context.push(Diagnostic::error("E0122", format!("can't read `{shown}`"), at, paths::io_words(&error)));
            }
        }
    }
    (list, files)
}

fn source(callees: &Callees, document: &Document, context: &mut Context<'_>) -> Option<CalleeSource> {
    let node = &document.node;
    if let Some(inline) = node.get("callees").and_then(|c| c.get("inline")) {
        return Some(CalleeSource::Inline(inline_rows(inline, callees.number.as_deref().unwrap_or("number"), context)));
    }
    let at = node.place(&keys(&["callees", "file"]));
    let mut named = callees.file.clone()?;
    let mut confined = true;
    if let Some(SecretRef::Env(variable)) = SecretRef::parse(&named) {
        let Some(value) = context.env.get(&variable) else {
            context.push(
                Diagnostic::error(
                    "E0145",
                    format!("the environment variable `{variable}` is not set"),
                    at,
                    "names the file of callees",
                )
                .help(format!("set `{variable}` to the path of a CSV or JSON Lines file")),
            );
            return None;
        };
        // A list that the environment names is made outside of Git, and may lie anywhere.
        named = value;
        confined = false;
    }
    if callees.key.is_none() && !node.get("callees").is_some_and(|callees| callees.has_invalid("key")) {
        context.push(
            Diagnostic::error("E0146", "`callees.key` is missing", at, "which column names a person?")
                .help("name a column whose value stays the same for a person, such as `patient_id`: it is what a call is known by"),
        );
    }
    let delimiter = match callees.delimiter.as_deref() {
        None => b',',
        Some(d) if d.len() == 1 && !matches!(d, "\"" | "\n" | "\r") => d.as_bytes()[0],
        Some(_) => {
            let at = node.place(&keys(&["callees", "delimiter"]));
            context.push(Diagnostic::error(
                "E0106",
                "`callees.delimiter` is no delimiter",
                at,
                "not one ASCII character",
            ));
            b','
        }
    };
    let by_name = Format::of(&named).unwrap_or(Format::CSV);
    let format = match (callees.format, by_name) {
        (Some(CalleeFormat::Jsonl), _) | (None, Format::JsonLines) => Format::JsonLines,
        (None, by_name) if callees.delimiter.is_none() => by_name,
        _ => Format::Csv { delimiter },
    };
    if named == "-" {
        return Some(CalleeSource::Stdin { format });
    }
    if !confined {
        let path = context.root.join(&named);
        if !path.is_file() {
            // The path may tell more than a message should.
            context.push(Diagnostic::error(
                "E0122",
                "can't read the file of callees that the environment names",
                at,
                "no such file",
            ));
            return None;
        }
        return Some(CalleeSource::File { shown: paths::shown(context.root, &path), path, format });
    }
    match paths::resolve(context.root, &document.file, &named, at) {
        Ok(path) => Some(CalleeSource::File { shown: paths::shown(context.root, &path), path, format }),
        Err(diagnostic) => {
            context.push(*diagnostic);
            None
        }
    }
}

/// Whether everything that says how rows are read was understood; otherwise each row would repeat that mistake.
fn callees_are_known(node: &Node) -> bool {
    let Some(Node { value: Yaml::Mapping(entries), .. }) = node.get("callees") else { return true };
    !entries.iter().any(|entry| entry.key.text != "inline" && entry.value.holds_invalid())
}

fn inline_rows(node: &Node, number: &str, context: &mut Context<'_>) -> Vec<InlineRow> {
    let Yaml::Sequence(items) = &node.value else { return Vec::new() };
    let mut rows = Vec::new();
    for item in items {
        let Yaml::Mapping(entries) = &item.value else { continue };
        let (mut cells, mut spans) = (Vec::new(), Vec::new());
        let mut whole = true;
        for entry in entries {
            let at = entry.value.span;
            if entry.key.text == number {
                context.redact(at);
                if matches!(entry.value.value, Yaml::Number(_)) {
                    let message = format!("`{number}` is text, and YAML reads this as a number");
                    let mut diagnostic = Diagnostic::error("E0009", message, at, "needs quotes")
                        .help("put it in quotes: a reader may drop the `+` or leading zeros");
                    diagnostic.fix = entry.value.plain.then(|| schema::repair::quote(at));
                    context.push(diagnostic);
                    whole = false;
                    continue;
                }
            }
            // What holds others is no value; making text of it would take time.
            let single = !matches!(entry.value.value, Yaml::Sequence(_) | Yaml::Mapping(_));
            match raw(&if single { entry.value.to_json() } else { serde_json::Value::Null }) {
                Some(raw) => {
                    cells.push((entry.key.text.clone(), raw));
                }
                None if entry.value.value == Yaml::Null => {}
                None => {
                    whole = false;
                    context.push(Diagnostic::error(
                        "E0104",
                        format!("`{}` is one value, not {}", entry.key.text, entry.value.type_name()),
                        entry.key.span,
                        "a row holds single values",
                    ));
                }
            }
            spans.push((entry.key.text.clone(), at));
        }
        if !whole {
            continue;
        }
        rows.push(InlineRow {
            cells: cells.into_iter().collect(),
            span: entries.first().map_or(item.span, |e| e.key.span),
            cell_spans: spans.into_iter().collect(),
        });
    }
    rows
}

fn constants(spec: &model::Campaign, node: &Node, agent: &Agent, context: &mut Context<'_>) -> Vec<(String, Value)> {
    let mut constants = Vec::new();
    for (name, value) in spec.variables.iter().flatten() {
        let at = node.place(&keys(&["variables", name]));
        let Some(declared) = agent.variables.iter().find(|v| v.name == *name) else {
            if !agent.declares {
                continue;
            }
            let entry = node.get("variables").and_then(|v| v.entry(name)).map_or(at, |e| e.key.span);
            let mut diagnostic = Diagnostic::error(
                "E0147",
                format!("the agent `{}` has no variable `{name}`", agent.name),
                entry,
                "not declared",
            );
            if let Some(near) = schema::nearest(name, agent.variables.iter().map(|v| v.name.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            context.push(diagnostic);
            continue;
        };
        if declared.broken {
            continue;
        }
        match raw(value).map(|raw| value::check(&declared.rules, &raw)) {
            Some(Ok(value)) => constants.push((name.clone(), value)),
            Some(Err(error)) => context.push(value_error("E0148", &format!("`{name}`"), &error, at)),
            None => context.push(Diagnostic::error(
                "E0104",
                format!("`{name}` is one value"),
                at,
                "a list, a map, or nothing",
            )),
        }
    }
    constants
}

fn columns(callees: &Callees, clock: &Clock, agent: &Agent, node: &Node, context: &mut Context<'_>) -> Columns {
    let declared = &agent.variables;
    let named = callees.columns.clone().unwrap_or_default();
    for variable in named.keys() {
        if agent.declares && !declared.iter().any(|d| d.name == *variable) {
            let at =
                node.get("callees").and_then(|c| c.get("columns")).and_then(|c| c.entry(variable)).map(|e| e.key.span);
            let at = at.unwrap_or_else(|| node.place(&keys(&["callees", "columns"])));
            let mut diagnostic =
                Diagnostic::error("E0147", format!("the agent has no variable `{variable}`"), at, "not declared");
            if let Some(near) = schema::nearest(variable, declared.iter().map(|v| v.name.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            context.push(diagnostic);
        }
    }
    Columns {
        number: callees.number.clone().unwrap_or_else(|| "number".to_owned()),
        key: callees.key.clone(),
        zone: match clock {
            Clock::Column(name) => Some(name.clone()),
            Clock::Callee | Clock::Zone(_) => None,
        },
        // A column that is not there leaves its variable to campaign and default; whether that is enough is judged
        // row by row, where a message can say so.
        variables: declared
            .iter()
            .map(|d| (d.name.clone(), named.get(&d.name).cloned().unwrap_or_else(|| d.name.clone())))
            .collect(),
        required: named.values().cloned().collect(),
    }
}
