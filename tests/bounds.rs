//! What a megabyte of the worst that can be written costs: `callform validate` ends by itself, within a time and a
//! memory that do not depend on how it was meant, and says what is wrong instead of panicking.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Size of the text that is written out at its worst.
const MEGABYTE: usize = 1024 * 1024;
/// Resident memory at its peak, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;
/// Far more than any takes, unoptimised and on a busy machine.
const MOST_SECONDS: u32 = 60;

/// Runs the program, and tells its exit code, what it printed, and its peak of resident memory, which only a parent
/// learns. `None` as the code: it had to be ended.
const RUN: &str = "
import json, resource, subprocess, sys
seconds, program = float(sys.argv[1]), sys.argv[2:]
try:
    done = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds)
    code, out = done.returncode, done.stdout + done.stderr
except subprocess.TimeoutExpired:
    code, out = None, b''
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({'code': code, 'peak': peak, 'size': len(out), 'text': out[:4000].decode(errors='replace'),
                  'panic': b'panicked' in out}))
";

const PROJECT: &str = "callform: 1\nkind: Project\nname: bounds\nprovider:\n  site: emulator\n  sdkAppId: 1400000000\n";
const MODEL: &str = "llm:\n  openai:\n    model: m\n    url: https://llm.example.com/\n    apiKey: ${env:KEY}\n";
const CAMPAIGN: &str = "kind: Campaign\nname: campaign\nagent: agent\n";

/// Validates a project whose only file holds this.
fn validate(name: &str, content: &[u8]) {
    let project = tempfile::tempdir().unwrap();
    std::fs::write(project.path().join("callform.yaml"), content).unwrap();
    let told = run(project.path());
    let peak = told["peak"].as_u64().unwrap();
    assert!(told["code"] == 0 || told["code"] == 1, "{name}: ends with {}:\n{}", told["code"], told["text"]);
    assert_eq!(told["panic"], false, "{name}: {}", told["text"]);
    assert!(peak < MOST_MEMORY, "{name}: {peak} KiB at the peak, of {MOST_MEMORY}");
    // Every bad row is told in a line, and nothing else is told a hundred thousand times.
    assert!(told["size"].as_u64().unwrap() < 16 * MEGABYTE as u64, "{name}: prints {} bytes", told["size"]);
}

fn run(project: &Path) -> Value {
    let output = Command::new("python3")
        .args(["-c", RUN, &MOST_SECONDS.to_string(), env!("CARGO_BIN_EXE_callform"), "validate"])
        .arg(project)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

/// A part of a document often enough to fill a megabyte.
fn filled(part: &str) -> String {
    part.repeat(MEGABYTE / part.len())
}

/// A project whose agent has this prompt, as a double-quoted text.
fn with_prompt(prompt: &str) -> Vec<u8> {
    let quoted = serde_json::to_string(prompt).unwrap();
    format!("{PROJECT}---\nkind: Agent\nname: agent\nprompt: {quoted}\nvariables:\n  a: {{}}\n{MODEL}").into_bytes()
}

/// A project with an agent that goes on like this.
fn with_agent(rest: &str) -> Vec<u8> {
    format!("{PROJECT}---\nkind: Agent\nname: agent\nprompt: p\n{MODEL}{rest}\n").into_bytes()
}

fn with_rows(rows: &str) -> Vec<u8> {
    let agent = String::from_utf8(with_agent("")).unwrap();
    format!("{agent}---\n{CAMPAIGN}callees:\n  inline:\n{rows}").into_bytes()
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let references = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{references}]\n"));
    }
    validate("lists", &with_agent(&bomb));
    // One large value, many times.
    let large = format!("big: &big {}\nall:\n{}", "x".repeat(MEGABYTE / 2), "- *big\n".repeat(MEGABYTE / 14));
    validate("text", &with_agent(&large));
    let map = format!("m: &m {{k: v}}\nall:\n{}", "- {a: *m, b: *m, c: *m}\n".repeat(MEGABYTE / 26));
    validate("maps", &with_agent(&map));
}

#[test]
fn nesting_ten_thousand_deep_is_refused_at_its_place() {
    validate("[", &with_agent(&format!("voice: {}{}", "[".repeat(10_000), "]".repeat(10_000))));
    validate("[ unclosed", &with_agent(&format!("voice: {}", filled("["))));
    validate("{", &with_agent(&format!("voice: {}1{}", "{a: ".repeat(10_000), "}".repeat(10_000))));
    validate("- - -", &with_agent(&format!("voice:\n  {}x", filled("- "))));
    let mut stairs = String::from("voice:\n");
    for depth in 0..1_400 {
        stairs.push_str(&format!("{}a:\n", " ".repeat(depth + 1)));
    }
    validate("stairs", &with_agent(&stairs));
    validate("? ? ?", &with_agent(&filled("? ")));
}

#[test]
fn a_megabyte_in_one_piece_is_only_long() {
    validate("plain", &with_agent(&format!("description: {}", filled("x"))));
    validate("quoted", &with_agent(&format!("description: \"{}\"", filled("\\n"))));
    validate("block", &with_agent(&format!("description: |\n{}", filled("  x\n"))));
    validate("folded", &with_agent(&format!("description: >\n{}", filled("  x\n\n"))));
    validate("key", &with_agent(&format!("{}: x", filled("x"))));
    validate("quoted key", &with_agent(&format!("\"{}\": x", filled("x"))));
    validate("number", &with_agent(&format!("vad: {{ level: {} }}", filled("9"))));
    validate("wrong value", &with_agent(&format!("voice: {}", filled("x"))));
    validate("unclosed quote", &with_agent(&format!("voice: \"{}", filled("x "))));
    validate("comment", &with_agent(&filled("#")));
    validate("comments", &with_agent(&filled("# c\n")));
    validate("blanks", &with_agent(&filled(" ")));
    validate("line breaks", &with_agent(&filled("\n")));
    validate("tabs", &with_agent(&filled("\t\n")));
    validate("duration", &with_agent(&format!("vad: {{ silence: {}s }}", filled("1"))));
}

#[test]
fn two_hundred_thousand_of_anything_are_told_once() {
    let keys = |count: usize| (0..count).map(|i| format!("k{i}: 1\n")).collect::<String>();
    validate("unknown keys", &with_agent(&keys(70_000)));
    validate("keys of a map", &with_agent(&format!("providerVariables:\n{}", keys(70_000).replace('k', "  k"))));
    let numbers = (0..200_000).map(|i| format!("a{}", i % 10)).collect::<Vec<_>>().join(",");
    validate("items", &with_agent(&format!("languages: [{numbers}]")));
    validate("wrong items", &with_agent(&format!("extract:\n{}", "- 1\n".repeat(100_000))));
    validate("one key", &with_agent(&filled("voice: WeRose\n")));
    validate(
        "anchors",
        &with_agent(&format!("extract: [{}]", (0..80_000).map(|i| format!("&a{i} x,")).collect::<String>())),
    );
    validate("unknown anchors", &with_agent(&format!("extract: [{}]", "*a, ".repeat(200_000))));
    validate("tags", &with_agent(&format!("extract: [{}]", "!t x, ".repeat(150_000))));
}

#[test]
fn a_megabyte_of_documents_is_a_list_of_mistakes() {
    validate("---", filled("---\n").as_bytes());
    validate("agents", format!("{PROJECT}{}", filled("---\nkind: Agent\nname: a\n")).as_bytes());
    validate("not a map", format!("{PROJECT}{}", filled("---\n- x\n")).as_bytes());
    validate("broken", format!("{PROJECT}{}", filled("---\n\"\n")).as_bytes());
    validate("directives", filled("%YAML 1.2\n---\n").as_bytes());
}

#[test]
fn a_megabyte_of_rows_is_read_and_judged() {
    let numbers = |i: usize| format!("    - number: \"+1212555{:04}\"\n", i % 10_000);
    validate("rows", &with_rows(&(0..MEGABYTE / 32).map(numbers).collect::<String>()));
    validate("no rows", &with_rows(&filled("    - x\n")));
    validate("unquoted", &with_rows(&filled("    - number: +12125550101\n")));
    validate("empty", &with_rows(&filled("    - {}\n")));
}

#[test]
fn a_template_of_a_megabyte_is_parsed_or_refused() {
    for part in [
        "{{",
        "{%",
        "{#",
        "{{ a }}",
        "{% if a %}",
        "{% if a %}{% endif %}",
        "{{ b }}",
        "{{ a | x }}",
        "{% raw %}",
        "}}",
    ] {
        validate(part, &with_prompt(&filled(part)));
    }
    for (open, close) in [("(", ")"), ("[", "]"), ("not ", ""), ("-", ""), ("a[", "]"), ("{1: ", "}"), ("a and ", "a")]
    {
        let nested = format!("{{{{ {}a{} }}}}", open.repeat(10_000), close.repeat(10_000));
        validate(open, &with_prompt(&nested));
    }
    validate("sum", &with_prompt(&format!("{{{{ {}1 }}}}", filled("1+"))));
    validate("filters", &with_prompt(&format!("{{{{ a{} }}}}", filled("|upper"))));
    validate("text", &with_prompt(&format!("{{{{ \"{}\" }}}}", filled("x"))));
    validate("nested ifs", &with_prompt(&format!("{}{}", "{% if a %}".repeat(10_000), "{% endif %}".repeat(10_000))));
}

#[test]
fn bytes_that_are_no_text_are_told_by_their_place() {
    let mut content = with_agent(&format!("description: {}", filled("x")));
    content.push(0xff);
    validate("one bad byte", &content);
    validate("all bad", &vec![0xfe; MEGABYTE]);
    validate("zeros", &vec![0; MEGABYTE]);
    validate("UTF-16", &filled("x").bytes().flat_map(|b| [b, 0]).collect::<Vec<_>>());
    validate("byte order marks", filled("\u{feff}").as_bytes());
}
