//! What `spec::yaml` promises, whatever parser lies beneath it.

#![expect(clippy::unwrap_used, reason = "a test may")]

use callform_spec::source::Sources;
use callform_spec::yaml::{Document, Node, Segment, Yaml, parse};

struct Read {
    sources: Sources,
    documents: Vec<Document>,
    codes: Vec<(&'static str, usize, usize)>,
}

fn read(text: &str) -> Read {
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", text);
    let (documents, diagnostics) = parse(&sources, id);
    let codes = diagnostics
        .iter()
        .map(|d| {
            let at = sources.locate(d.primary.as_ref().unwrap().span);
            (d.code.0, at.line, at.column)
        })
        .collect();
    Read { sources, documents, codes }
}

fn root(read: &Read) -> &Node {
    read.documents[0].root.as_ref().unwrap()
}

fn key(text: &str) -> Segment {
    Segment::Key(text.to_owned())
}

#[test]
fn plain_words_of_yaml_1_1_are_text() {
    let read = read("a: no\nb: on\nc: 12:30\nd: 2026-04-03\ne: 1_000\nf: y\n");
    let json = root(&read).to_json();
    assert_eq!(
        json,
        serde_json::json!({"a": "no", "b": "on", "c": "12:30", "d": "2026-04-03", "e": "1_000", "f": "y"})
    );
}

#[test]
fn every_key_and_value_knows_its_place() {
    let text = "a:\n  b: [1, \"two\"]\n  c: |\n    block\n    of text\nd: 'x'\n";
    let read = read(text);
    let slice = |path: &[Segment]| {
        let (node, key) = root(&read).at(path).unwrap();
        (read.sources.slice(key).to_owned(), read.sources.slice(node.span).to_owned())
    };
    assert_eq!(slice(&[key("a"), key("b")]), ("b".into(), "[1, \"two\"]".into()));
    assert_eq!(slice(&[key("a"), key("b"), Segment::Index(1)]).1, "\"two\"");
    assert!(slice(&[key("a"), key("c")]).1.contains("of text"));
    assert_eq!(slice(&[key("d")]), ("d".into(), "'x'".into()));
}

#[test]
fn a_byte_order_mark_and_crlf_do_not_move_places() {
    let read = read("\u{feff}a: 1\r\nb: oops\r\n");
    let (node, key) = root(&read).at(&[key("b")]).unwrap();
    assert_eq!(read.sources.slice(key), "b");
    assert_eq!(read.sources.slice(node.span), "oops");
    assert_eq!(read.sources.locate(node.span).line, 2);
    assert_eq!(read.sources.locate(node.span).column, 4);
}

#[test]
fn chinese_text_counts_in_characters() {
    let read = read("姓名: 小明 # 好\n乙: {年: 1}\n");
    let (node, _) = root(&read).at(&[key("乙"), key("年")]).unwrap();
    let at = read.sources.locate(node.span);
    assert_eq!((at.line, at.column), (2, 8));
}

#[test]
fn the_second_of_two_equal_keys_is_reported_and_neither_is_taken() {
    let read = read("a: 1\nb: 2\n\"a\": 3\n");
    assert_eq!(read.codes, [("E0004", 3, 1)]);
    assert_eq!(root(&read).to_json(), serde_json::json!({"b": 2}));
}

#[test]
fn aliases_work_and_a_bomb_is_refused() {
    let good = read("a: &x [1, 2]\nb: *x\n");
    assert_eq!(root(&good).to_json()["b"], serde_json::json!([1, 2]));
    let mut bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
    for i in 1..12 {
        let items = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("a{i}: &a{i} [{items}]\n"));
    }
    assert_eq!(read(&bomb).codes.iter().map(|c| c.0).collect::<Vec<_>>(), ["E0003"]);
    assert_eq!(read("a: *nobody\n").codes, [("E0002", 1, 4)]);
}

#[test]
fn ten_thousand_levels_are_refused_and_do_not_overflow() {
    for text in ["[".repeat(10_000), "{a: ".repeat(10_000), (0..1_000).map(|i| " ".repeat(i) + "a:\n").collect()] {
        let read = read(&text);
        assert_eq!(read.codes.len(), 1, "{:?}", read.codes);
        assert_eq!(read.codes[0].0, "E0001");
    }
}

#[test]
fn a_broken_document_does_not_hide_the_next_one() {
    let read = read("a: [1\n---\nb: 2\n---\nc: : :\n---\nd: 4\n");
    let roots: Vec<_> = read.documents.iter().filter_map(|d| d.root.as_ref()).map(Node::to_json).collect();
    assert!(roots.contains(&serde_json::json!({"b": 2})), "{roots:?}");
    assert!(roots.contains(&serde_json::json!({"d": 4})), "{roots:?}");
    assert_eq!(read.codes.len(), 2, "{:?}", read.codes);
    assert!(read.documents.iter().any(|d| !d.whole));
}

#[test]
fn tags_are_refused_except_the_one_for_text() {
    assert_eq!(read("a: !!binary aGk=\n").codes.len(), 1);
    let text = read("a: !!str 123\n");
    assert_eq!(text.codes, []);
    assert_eq!(root(&text).get("a").unwrap().value, Yaml::String("123".into()));
}

#[test]
fn the_mistakes_that_yaml_invites_have_messages_of_their_own() {
    assert_eq!(read("a: {{ x }}\n").codes, [("E0006", 1, 4)]);
    assert_eq!(read("a: {{ x }} and more\n").codes, [("E0006", 1, 4)]);
    assert_eq!(read("a: {k: ${env:KEY}}\n").codes, [("E0007", 1, 8)]);
    assert_eq!(read("a:\n\tb: 1\n").codes, [("E0001", 2, 1)]);
}

#[test]
fn an_empty_file_and_comments_alone_are_no_documents() {
    for text in ["", "# nothing\n", "\u{feff}", "---\n", "---\n---\n"] {
        let read = read(text);
        assert_eq!(read.codes, [], "{text:?}");
        assert!(read.documents.iter().all(|d| d.root.as_ref().is_none_or(|r| r.value == Yaml::Null)), "{text:?}");
    }
}

#[test]
fn what_was_surely_done_wrong_is_told_where_it_was_done() {
    let mut wrong = Vec::new();
    for (text, line, column, message) in [
        ("a: \"x\nb: 1\n", 1, 4, "a `\"` is never closed"),
        ("a: 'x\nb: {{ c }}\n", 1, 4, "a `'` is never closed"),
        ("a: # it's\n  - \"x\n  - y\n", 2, 5, "a `\"` is never closed"),
        ("a: \"x\n\n", 1, 4, "a `\"` is never closed"),
        ("\"a: x\nb: 1\n", 1, 1, "a `\"` is never closed"),
        ("a: \"x\n---\nb: 1\n", 1, 4, "a `\"` is never closed"),
        ("a: \"x\nworld\"\nb: 1\n", 2, 1, "a quoted text goes on in a line that is not indented"),
        ("v: [\nl:\n  - en\n", 1, 4, "a `[` is never closed"),
        ("v: [\nl: [en]\n", 1, 4, "a `[` is never closed"),
        ("v: {a: 1\nl:\n  - en\n", 1, 4, "a `{` is never closed"),
        ("v: [a, b\n---\nx: 1\n", 1, 4, "a `[` is never closed"),
        ("name: b\nname a\nl: x\n", 2, 1, "a line of a map without `:`"),
        ("name: b\nk:v\nl: x\n", 2, 2, "a `:` behind a key is followed by a blank"),
        ("k: x\nname：b\n", 2, 5, "a key is followed by `:`, and this is `：`"),
        ("name：b\nk: x\n", 1, 5, "a key is followed by `:`, and this is `：`"),
        ("name: b\n  x: 1\n", 2, 3, "this line is indented as a part of the text above it"),
        ("p: hi: there\n", 1, 6, "a text with `: ` in it needs quotes"),
        ("a:\n   b: 1\n  c: 2\n", 3, 1, "the indentation of this line is that of no line above"),
        ("w: @x\n", 1, 4, "a text that begins with `@` needs quotes"),
        ("w: 'it's fine'\n", 1, 8, "a quoted text ends before the value does"),
        ("w: \"a\" b\n", 1, 8, "a quoted text ends before the value does"),
        ("a: - b\n", 1, 4, "a list does not begin in the line of its key"),
    ] {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let (_, diagnostics) = parse(&sources, id);
        let first = &diagnostics[0];
        let at = sources.locate(first.primary.as_ref().unwrap().span);
        let told = (first.code.0, at.line, at.column, first.message.as_str());
        if told != ("E0001", line, column, message) || first.help.is_empty() {
            wrong.push(format!("{text:?} gives {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn where_the_cause_is_not_certain_the_scanner_is_believed() {
    for text in ["v: [1, 2}\nb: 1\n", "a: 1\n- b\n", "a:\n  - x\n  b: 1\n", "w: *x y\n"] {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let (_, diagnostics) = parse(&sources, id);
        assert!(diagnostics.iter().any(|d| d.message.starts_with("this is not YAML: ")), "{text:?}: {diagnostics:?}");
    }
}
