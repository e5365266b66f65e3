//! Which variables a template needs, and exactly where.

use callform_spec::template::{Place, is_name};

use crate::parse;

/// Each use as the underlined text, its place, and whether it is always needed.
fn uses(text: &str) -> Vec<(&str, Place, bool)> {
    let template = parse(text);
    let found = template.uses().iter().map(|found| {
        assert_eq!(&text[found.range.clone()], found.name, "the range is the name");
        (&text[found.range.clone()], found.place, found.always)
    });
    found.collect()
}

#[test]
fn ranges_are_bytes_after_chinese_and_emoji() {
    let text = "您好👩‍⚕️，{{ 客户 }}！🏥 {{ name }}";
    let template = parse(text);
    let ranges: Vec<_> = template.uses().iter().map(|found| (found.name.as_str(), found.range.clone())).collect();
    let at = |name: &str| text.find(name).map(|start| start..start + name.len()).expect("in the text");
    assert_eq!(ranges, [("客户", at("客户")), ("name", at("name"))]);
}

#[test]
fn every_place_is_told_apart() {
    assert_eq!(
        uses(
            "{{ a }}{% if b %}{% endif %}{% for x in c %}{% endfor %}{% set y = d %}{{ a | replace(e, f) }}{{ a[g:] }}"
        ),
        [
            ("a", Place::Output, true),
            ("b", Place::Condition, true),
            ("c", Place::Loop, true),
            ("d", Place::Assignment, true),
            ("a", Place::Output, true),
            ("e", Place::Argument, true),
            ("f", Place::Argument, true),
            ("a", Place::Output, true),
            ("g", Place::Argument, true),
        ]
    );
}

#[test]
fn only_the_first_condition_always_runs() {
    assert_eq!(
        uses("{% if a %}{{ b }}{% elif c %}{{ d }}{% else %}{{ e }}{% endif %}{{ f }}"),
        [
            ("a", Place::Condition, true),
            ("b", Place::Output, false),
            ("c", Place::Condition, false),
            ("d", Place::Output, false),
            ("e", Place::Output, false),
            ("f", Place::Output, true),
        ]
    );
}

#[test]
fn operands_that_may_be_skipped_are_not_always_needed() {
    assert_eq!(
        uses("{{ a or b }}{{ c if d else e }}{{ f < g < h }}{{ i is startingwith j }}"),
        [
            ("a", Place::Output, true),
            ("b", Place::Output, false),
            ("c", Place::Output, false),
            ("d", Place::Condition, true),
            ("e", Place::Output, false),
            ("f", Place::Output, true),
            ("g", Place::Output, true),
            ("h", Place::Output, false),
            ("i", Place::Output, true),
            ("j", Place::Argument, true),
        ]
    );
}

#[test]
fn names_that_the_template_sets_are_not_variables() {
    assert_eq!(uses("{% set greeting = \"Hi \" ~ name %}{{ greeting }}"), [("name", Place::Assignment, true)]);
    assert_eq!(uses("{% set x %}{{ a }}{% endset %}{{ x }}"), [("a", Place::Output, true)]);
    assert_eq!(uses("{{ x }}{% set x = 1 %}{{ x }}"), [("x", Place::Output, true)], "only after it is set");
    assert_eq!(uses("{% set x = x %}{{ x }}"), [("x", Place::Assignment, true)], "its own value is the variable's");
}

#[test]
fn a_name_set_on_some_ways_only_is_a_variable_on_the_others() {
    assert_eq!(
        uses("{% if a %}{% set x = 1 %}{% endif %}{{ x }}"),
        [("a", Place::Condition, true), ("x", Place::Output, true)]
    );
    assert_eq!(
        uses("{% if a %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}"),
        [("a", Place::Condition, true)]
    );
}

#[test]
fn what_a_loop_sets_ends_with_its_round() {
    assert_eq!(
        uses(
            "{% for d in days if d != skip %}{{ d }}{{ loop.index }}{% set last = d %}{% else %}{{ d }}{% endfor %}{{ last }}"
        ),
        [
            ("days", Place::Loop, true),
            ("skip", Place::Condition, false),
            ("d", Place::Output, false),
            ("last", Place::Output, true),
        ]
    );
}

#[test]
fn nested_blocks_are_followed() {
    let text = "{% for a in [x, y] %}{% if a == z %}{% for b in a %}{{ a ~ b ~ w }}{% endfor %}{% endif %}{% endfor %}";
    let names: Vec<_> = uses(text).into_iter().map(|(name, _, always)| (name, always)).collect();
    assert_eq!(names, [("x", true), ("y", true), ("z", false), ("w", false)]);
}

#[test]
fn comments_and_raw_blocks_use_nothing() {
    assert_eq!(uses("{# {{ a }} #}{% raw %}{{ b }}{% if %}{% endraw %}{{ c }}"), [("c", Place::Output, true)]);
}

#[test]
fn names_are_words_of_any_script_but_not_of_the_language() {
    for name in ["name", "客户", "имя", "_x1", "naïve"] {
        assert!(is_name(name), "{name}");
    }
    for name in
        ["", "first name", "first-name", "1st", "a.b", "if", "not", "in", "is", "loop", "true", "none", "👩", " a"]
    {
        assert!(!is_name(name), "{name}");
    }
}
