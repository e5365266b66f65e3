//! What people see.

use callform_lint::render::{Colour, Report, human};
use callform_spec::diagnostic::Diagnostic;
use callform_spec::source::{SourceId, Sources, Span};

use crate::support::project_with;

fn shown(sources: &Sources, diagnostic: Diagnostic) -> String {
    human(&Report { diagnostics: &[diagnostic], sources, files: 1, further: 0 }, Colour::Never, None)
}

/// The span of the first `needle` in a text.
fn find(sources: &Sources, id: SourceId, needle: &str) -> Span {
    let start = sources.get(id).text.find(needle).unwrap();
    Span::new(id, start..start + needle.len())
}

/// An error over `needle` of a text.
fn error_at(path: &str, text: &str, needle: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add(path, text);
    let at = find(&sources, id, needle);
    shown(&sources, Diagnostic::error("E0107", "something is wrong", at, "here"))
}

/// The line with the carets, and the one above it.
fn pointed(text: &str) -> (&str, &str) {
    let lines: Vec<_> = text.lines().collect();
    let carets = lines.iter().position(|l| l.contains('^')).unwrap();
    (lines[carets - 1], lines[carets])
}

#[test]
fn an_unknown_field() {
    let mut sources = Sources::default();
    let yaml = "kind: Agent\n".to_owned()
        + &"# more\n".repeat(27)
        + "silence:\n  message: Are you still there?\n  remindafter: 10s\n  hangUpAfter: 60s\n";
    let id = sources.add("agents/checkup.yaml", yaml);
    let at = find(&sources, id, "remindafter");
    let diagnostic = Diagnostic::error("E0107", "unknown field `silence.remindafter`", at, "not a field of `silence`")
        .help("did you mean `remindAfter`? (CreateAICall.NotifyDuration)");
    insta::assert_snapshot!(shown(&sources, diagnostic));
}

#[test]
fn a_row_of_a_large_file_with_the_declaration_in_another_one() {
    let mut sources = Sources::default();
    let row = "P-0093,+4477****0123,Tom,";
    let csv = sources.add_lines("campaigns/callees.csv", 70_014, row);
    let yaml = sources.add("agents/checkup.yaml", "kind: Agent\nvariables:\n  appointment:\n    type: datetime\n");
    let declared = find(&sources, yaml, "appointment");
    let diagnostic = Diagnostic::error(
        "E0211",
        "row has no value for `appointment`",
        Span::new(csv, row.len()..row.len()),
        "`appointment` is required by agent `checkup`",
    )
    .related(declared, "declared here, without a default");
    insta::assert_snapshot!(shown(&sources, diagnostic));
}

#[test]
fn a_lint_says_where_to_read_more_once() {
    let mut sources = Sources::default();
    let id = sources.add("agents/prompts/checkup.md", "Be kind.\n- Wrong person: apologise, then call end_call.\n");
    let at = find(&sources, id, "end_call");
    let diagnostic = Diagnostic::warning(
        "CF001",
        "the prompt names a function that the platform does not have",
        at,
        "the platform's function is `call_end`",
    )
    .help("`callform lint --fix` writes `call_end`; enable it with `functions.endCall: true`");
    let both = [diagnostic.clone(), diagnostic];
    insta::assert_snapshot!(human(
        &Report { diagnostics: &both, sources: &sources, files: 1, further: 0 },
        Colour::Never,
        None
    ));
}

#[test]
fn a_redacted_secret_and_whatever_looks_like_one() {
    let mut sources = Sources::default();
    let yaml = "llm:\n  token: {sk-neverSeenAnywhere: 1}\n  other: AKIDneverSeenAnywhere\n  apiKey: hunter2\n";
    let id = sources.add("agents/checkup.yaml", yaml);
    let at = find(&sources, id, "hunter2");
    sources.redact(at);
    let diagnostic = Diagnostic::error("E0110", "a secret in plain text: sk-neverSeenAnywhere", at, "not a reference")
        .help("write `${env:OPENAI_API_KEY}`");
    let text = shown(&sources, diagnostic);
    assert!(!text.contains("hunter2") && !text.contains("neverSeen"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn numbers_in_the_lines_around_are_masked() {
    let text = error_at("c.yaml", "callers:\n  - \"+447700900123\"\n  - wrong\n", "wrong");
    assert!(!text.contains("7700900"), "{text}");
    assert!(text.contains("2 |   - \"+44"), "{text}");
}

#[test]
fn chinese_text_and_emoji_take_two_columns() {
    insta::assert_snapshot!(error_at(
        "agents/回访.yaml",
        "welcome: |\n  您好👋，我是{{ 诊所 }}的凯特。\n",
        "{{ 诊所 }}"
    ));
}

#[test]
fn a_tab_is_four_columns_wherever_it_stands() {
    insta::assert_snapshot!(error_at("p.md", "\tone\ttwo\n", "two"));
}

#[test]
fn a_very_long_line_is_cut_around_the_place() {
    let long = |filler: &str| format!("{}WRONG{}\n", filler.repeat(3000), filler.repeat(3000));
    for (filler, widest) in [("word ", 150), ("字", 150)] {
        let text = error_at("p.md", &long(filler), "WRONG");
        let (line, carets) = pointed(&text);
        assert!(line.chars().count() < widest, "{text}");
        assert!(line.contains("WRONG") && carets.contains("^^^^^ here"), "{text}");
        let column = 3000 * filler.chars().count() + 1;
        assert!(text.contains(&format!("p.md:1:{column}\n")), "{text}");
    }
    insta::assert_snapshot!(error_at("p.md", &long("word "), "WRONG"));
}

#[test]
fn in_a_cut_line_of_chinese_the_carets_stand_under_the_place() {
    let text = error_at("p.md", &format!("{}错{}\n", "字".repeat(500), "字".repeat(500)), "错");
    let (line, carets) = pointed(&text);
    let width = |text: &str| -> usize { text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum() };
    assert_eq!(width(&line[..line.find('错').unwrap()]), carets.find('^').unwrap(), "{text}");
}

#[test]
fn line_endings_and_a_byte_order_mark_are_not_seen() {
    let plain = error_at("a.yaml", "kind: Agent\nname: x\nwrong: 1\n", "wrong");
    assert_eq!(error_at("a.yaml", "kind: Agent\r\nname: x\r\nwrong: 1\r\n", "wrong"), plain);
    assert_eq!(error_at("a.yaml", "\u{feff}kind: Agent\nname: x\nwrong: 1\n", "wrong"), plain);
    let first = error_at("a.yaml", "wrong: 1\n", "wrong");
    assert_eq!(error_at("a.yaml", "\u{feff}wrong: 1\n", "wrong"), first);
}

#[test]
fn the_end_of_a_file_can_be_pointed_at() {
    let mut out = String::new();
    for text in ["", "a: 1", "a: 1\n", "a: 1\r\n", "a: 1\n\n\n"] {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let at = Span::new(id, text.len()..text.len());
        out.push_str(&format!("{text:?}\n"));
        out.push_str(&shown(&sources, Diagnostic::error("E0001", "ends too early", at, "more is expected")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_place_of_several_lines() {
    insta::assert_snapshot!(error_at("a.yaml", "a: [1,\n  2,\n  3]\nb: 1\n", "[1,\n  2,\n  3]\n"));
}

#[test]
fn a_place_of_very_many_lines_is_shown_by_its_first() {
    let block = "|\n".to_owned() + &"  words\n".repeat(300);
    insta::assert_snapshot!(error_at("a.yaml", &format!("kind: Agent\nprompt: {block}name: x\n"), block.as_str()));
}

#[test]
fn places_of_one_file_share_an_excerpt_unless_they_are_far_apart() {
    let mut sources = Sources::default();
    let text = format!("first: 1\n{}second: 2\n{}third: 3\n", "# near\n".repeat(10), "# far\n".repeat(400));
    let id = sources.add("a.yaml", text);
    let diagnostic = Diagnostic::error("E0129", "said three times", find(&sources, id, "second"), "and here")
        .related(find(&sources, id, "first"), "said here")
        .related(find(&sources, id, "third"), "and here too");
    insta::assert_snapshot!(shown(&sources, diagnostic));
}

#[test]
fn without_a_place_there_are_words_and_help() {
    let diagnostic = Diagnostic::new(callform_spec::diagnostic::Severity::Error, "E0120", "can't read `callform.yaml`")
        .help("make one with `callform init`");
    insta::assert_snapshot!(shown(&Sources::default(), diagnostic));
}

#[test]
fn nothing_in_a_file_can_steer_the_terminal() {
    let mut sources = Sources::default();
    let id = sources.add("a\u{1b}[2J.yaml", "x: \u{1b}]0;title\u{7} \u{202e}\u{9b}wrong\n");
    let diagnostic =
        Diagnostic::error("E0107", "bad \u{1b}[31m", find(&sources, id, "wrong"), "\u{1b}[0m").help("\u{1b}c\u{9b}2J");
    let text = shown(&sources, diagnostic);
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']), "{text}");
}

#[test]
fn colours_are_what_the_caller_says() {
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", "a: 1\n");
    let other = sources.add("b.yaml", "b: 1\n");
    let diagnostic = Diagnostic::error("E0107", "wrong", Span::new(id, 0..1), "here");
    let diagnostics = [diagnostic.related(Span::new(other, 0..1), "because of this")];
    let report = Report { diagnostics: &diagnostics, sources: &sources, files: 1, further: 0 };
    let (plain, coloured) = (human(&report, Colour::Never, None), human(&report, Colour::Always, None));
    assert!(coloured.contains("\u{1b}[1m"));
    let mut parts = coloured.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    let stripped = parts.fold(first, |text, part| text + part.split_once('m').unwrap().1);
    assert_eq!(stripped, plain);
}

#[test]
fn the_lines_before_are_those_that_the_place_belongs_to() {
    let shown_lines = |yaml: &str| -> Vec<String> {
        let text = error_at("a.yaml", yaml, "wrong");
        let lines = text.lines().filter_map(|l| l.split_once(" | ")).filter(|(n, _)| !n.trim().is_empty());
        lines.map(|(_, line)| line.to_owned()).collect()
    };
    assert_eq!(shown_lines("a: 1\nb: 2\nwrong: 3\n"), ["wrong: 3"]);
    assert_eq!(shown_lines("a: 1\nb:\n  wrong: 3\n"), ["b:", "  wrong: 3"]);
    assert_eq!(shown_lines("b:\n  c: 1\n\n  wrong: 3\n"), ["  wrong: 3"]);
    assert_eq!(shown_lines("b:\n  c: 1\n  d: 2\n  e: 3\n  wrong: 3\n"), ["  d: 2", "  e: 3", "  wrong: 3"]);
}

#[test]
fn every_place_of_a_text_is_shown_with_its_line_and_column() {
    let text = "a: 您好\n  b: 👋\n\n  c: 1\n";
    for start in (0..=text.len()).filter(|n| text.is_char_boundary(*n)) {
        for end in (start..=text.len()).filter(|n| text.is_char_boundary(*n)) {
            let mut sources = Sources::default();
            let id = sources.add("a.yaml", text);
            let at = Span::new(id, start..end);
            let place = sources.locate(at);
            let shown = shown(&sources, Diagnostic::error("E0001", "wrong", at, "here"));
            assert!(shown.contains(&format!("a.yaml:{}:{}\n", place.line, place.column)), "{start}..{end}\n{shown}");
            assert!(shown.contains("^"), "{shown}");
        }
    }
}

#[test]
fn no_span_however_wrong_can_stop_the_message() {
    let text = "\u{feff}a: 您\r\n\r\n b\t1\r";
    for start in 0..text.len() + 3 {
        for end in 0..text.len() + 3 {
            let mut sources = Sources::default();
            let id = sources.add("a.yaml", text);
            let at = Span { source: id, start, end };
            let shown = shown(&sources, Diagnostic::error("E0001", "wrong", at, "here"));
            assert!(shown.contains("here"), "{shown}");
        }
    }
}

#[test]
fn at_a_terminal_long_texts_are_wrapped_at_its_width_and_stand_below_each_other() {
    let mut sources = Sources::default();
    let line = format!("- {} Then call end_call, {}\n", "one two ".repeat(12), "three four ".repeat(12));
    let id = sources.add("agents/prompts/checkup.md", "\n".repeat(120) + &line);
    let at = find(&sources, id, "end_call");
    let diagnostics = [Diagnostic::error(
        "E0107",
        "the prompt names a function that the platform does not have, and more",
        at,
        "here",
    )
    .help("`callform lint --fix` writes `call_end`; enable it with `functions.endCall: true`, or take it out")];
    let report = Report { diagnostics: &diagnostics, sources: &sources, files: 1, further: 0 };
    let shown = human(&report, Colour::Never, Some(60));
    assert!(shown.lines().all(|line| line.chars().count() <= 60), "{shown}");
    insta::assert_snapshot!(shown);
    // In a pipe a text is one line.
    let piped = human(&report, Colour::Never, None);
    assert!(piped.contains("and more\n") && piped.contains("or take it out\n"), "{piped}");
}

#[test]
fn a_terminal_of_any_width_shows_every_finding_and_nothing_that_must_not_be_shown() {
    let mut sources = Sources::default();
    let row = format!("{},+447700900123,您好{},sk-neverSeenAnywhere", "客户 ".repeat(60), "\t再见".repeat(60));
    let id = sources.add("campaigns/callees.csv", format!("id\n{row}\n{row}\n"));
    for (from, to) in [(3, 4), (3, 3 + row.len()), (row.len(), row.len() + 3), (0, row.len() * 2)] {
        let text = &sources.get(id).text;
        let span = Span::new(id, text.floor_char_boundary(from)..text.floor_char_boundary(to));
        let diagnostics =
            [Diagnostic::error("E0107", "message ".repeat(9), span, "客户".repeat(9)).help("help ".repeat(40))];
        let report = Report { diagnostics: &diagnostics, sources: &sources, files: 1, further: 0 };
        for width in (0..200).chain([1000, usize::from(u16::MAX)]) {
            let shown = human(&report, Colour::Always, Some(width));
            assert!(shown.contains("E0107") && shown.contains("help"), "{width}: {shown}");
            assert!(!shown.contains("7700900") && !shown.contains("neverSeen"), "{width}: {shown}");
        }
    }
}

#[test]
fn a_duration_without_its_unit_is_told_what_it_was_meant_to_be() {
    let agent = "\
silence: {remindAfter: 10000, hangUpAfter: 60}
vad: {silence: 0.7s}
limits: {ring: 40, call: 600}
";
    let loaded = project_with(&[("agents/checkup.yaml", agent)]);
    let report = Report { diagnostics: &loaded.diagnostics, sources: &loaded.sources, files: 1, further: 0 };
    insta::assert_snapshot!(human(&report, Colour::Never, None));
}
