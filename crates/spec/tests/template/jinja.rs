//! Where this language and Jinja both have an answer, it is the same one: random templates, rendered here and by
//! minijinja's own machine. (One answer differs on purpose, and is left out: minijinja writes booleans as Python does.)

use std::collections::BTreeMap;

use callform_spec::template::Template;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use proptest::prelude::*;

use crate::row;

/// The same row for minijinja; dates are left out, it has none.
fn values() -> Value {
    Value::from(BTreeMap::from([
        ("name", Value::from("Cindy")),
        ("客户", Value::from("张伟")),
        ("empty", Value::from("")),
        ("count", Value::from(3)),
        ("vip", Value::from(true)),
        ("new", Value::from(false)),
    ]))
}

fn by_minijinja(text: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build().expect("a syntax");
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.render_str(text, values())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("name".to_owned()),
        Just("客户".to_owned()),
        Just("empty".to_owned()),
        Just("x".to_owned()),
        "[a-c ]{0,3}".prop_map(|text| format!("\"{text}\"")),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![Just("count".to_owned()), (0..20u8).prop_map(|n| n.to_string())]
}

/// A text or a condition, of which neither is ever compared with the other: that is where the languages part.
fn expressions() -> (impl Strategy<Value = String> + Clone, impl Strategy<Value = String> + Clone) {
    let texts = text().prop_recursive(4, 16, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(a, b)| format!("{a} ~ {b}")),
            two.clone().prop_map(|(a, b)| format!("({a} or {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} and {b})")),
            two.clone().prop_map(|(a, b)| format!("({a}) | replace(\"a\", {b})")),
            (number(), number(), number(), inner.clone())
                .prop_map(|(a, b, c, text)| format!("({a} + {b} * {c} - 1) ~ {text}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} if {b} in {c} else {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}, {a}] | join({b})")),
            (inner.clone(), prop::sample::select(vec!["upper", "lower", "trim", "capitalize", "join(\"-\")"]))
                .prop_map(|(a, filter)| format!("({a}) | {filter}")),
            (inner.clone(), -3..3, -3..3).prop_map(|(a, start, stop)| format!("({a})[{start}:{stop}]")),
            (text(), 0..2).prop_map(|(a, at)| format!("(\"ab\" ~ {a})[{at}]")),
        ]
    });
    let conditions = {
        let (a, b, c) = (texts.clone(), texts.clone(), texts.clone());
        prop_oneof![
            a.clone(),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({a}) == ({b})")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({a}) in [{b}, {a}]")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({a}) not in [({b})]")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({a}) is startingwith ({b})")),
            (a, b, c).prop_map(|(a, b, c)| format!("({a}) < ({b}) <= ({c})")),
            (number(), number(), number()).prop_map(|(a, b, c)| format!("{a} < {b} <= {c}")),
            Just("vip".to_owned()),
            Just("new".to_owned()),
        ]
    };
    let conditions = conditions.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not {a}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
        ]
    });
    (texts, conditions)
}

fn template() -> impl Strategy<Value = String> {
    let (expression, condition) = expressions();
    let (expression, condition) = (move || expression.clone(), move || condition.clone());
    let dash = || prop_oneof![4 => Just(""), 1 => Just("-")];
    let leaf = prop_oneof![
        "[a-c \n]{0,4}",
        (dash(), expression(), dash()).prop_map(|(l, e, r)| format!("{{{{{l} {e} {r}}}}}")),
        expression().prop_map(|e| format!("{{% set x = {e} %}}")),
        Just("{# comment #}".to_owned()),
        Just("{% raw %}{{ x }}{% endraw %}".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let body = prop::collection::vec(inner, 0..4).prop_map(|parts| parts.concat());
        prop_oneof![
            body.clone(),
            (condition(), body.clone(), dash()).prop_map(|(e, b, d)| format!("{{% if {e} {d}%}}{b}{{% endif %}}")),
            (condition(), body.clone(), condition(), body.clone(), body.clone())
                .prop_map(|(a, x, b, y, z)| format!("{{% if {a} %}}{x}{{% elif {b} %}}{y}{{%- else %}}{z}{{% endif %}}")),
            (text(), text(), body.clone(), body.clone()).prop_map(|(a, b, x, y)| format!(
                "{{% for i in [{a}, {b}] if i != \"a\" %}}{x}{{{{ i }}}}{{{{ loop.index }}}}{{{{ \"!\" if loop.last else i }}}}{{% else %}}{y}{{% endfor %}}"
            )),
            body.clone().prop_map(|b| format!("{{% set y %}}{b}{{% endset %}}{{{{ y }}}}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_give_the_same_words(template in template()) {
        // `x` is always set, so that what a loop's round leaves behind is the only difference in scope.
        let text = format!("{{% set x = \"start\" %}}{template}");
        let ours = match Template::parse(&text) {
            Ok(ours) => ours.render(&row()),
            Err(errors) => return Err(TestCaseError::fail(format!("{text}: {errors:?}"))),
        };
        match (ours, by_minijinja(&text)) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs, "{}", text),
            (ours, theirs) => prop_assert!(ours.is_err(), "{}: {:?}", text, theirs),
        }
    }
}

#[test]
fn most_random_templates_have_words_in_both() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let rendered = (0..200).filter(|_| {
        let tree = template().new_tree(&mut runner).expect("a template");
        let text = format!("{{% set x = \"start\" %}}{}", tree.current());
        Template::parse(&text).is_ok_and(|ours| ours.render(&row()).is_ok()) && by_minijinja(&text).is_ok()
    });
    let rendered = rendered.count();
    assert!(rendered > 150, "a comparison of errors alone would prove nothing: {rendered} of 200");
}
