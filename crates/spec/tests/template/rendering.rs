//! What is rendered.

use callform_spec::template::Template;
use callform_spec::value::Kind;

use crate::{parse, refusal, render, row, value};

#[test]
fn values_are_written_as_they_are() {
    assert_eq!(
        render("Hi {{ name }}, {{ 客户 }}, {{ count }}, {{ price }}, {{ vip }}"),
        "Hi Cindy, 张伟, 3, 12.50, true"
    );
    assert_eq!(
        render("{{ birthday }} {{ appointment }} {{ visit }}"),
        "1990-02-28 2026-04-14T10:30:00-04:00 2026-04-14T09:05:00"
    );
}

#[test]
fn conditions_choose() {
    let text = "{% if count > 3 %}many{% elif count == 3 and vip %}three{% else %}few{% endif %}";
    assert_eq!(render(text), "three");
    assert_eq!(render("{{ \"a\" if new else \"b\" }}{% if not empty %}!{% endif %}"), "b!");
    assert_eq!(render("{{ empty or name }}"), "Cindy");
    assert_eq!(render("{% if name in [\"Ann\", \"Cindy\"] and \"nd\" in name %}yes{% endif %}"), "yes");
    assert_eq!(render("{% if 1 < count <= 3 and birthday != birthday %}{% else %}no{% endif %}"), "no");
    assert_eq!(render("{% if name is startingwith \"C\" and name is not endingwith \"C\" %}yes{% endif %}"), "yes");
}

#[test]
fn loops_go_over_lists_and_characters() {
    let text = "{% for day in [\"Mon\", \"Tue\", \"Wed\"] if day != \"Tue\" %}{{ loop.index }}/{{ loop.length }} {{ day }}{{ \"\" if loop.last else \", \" }}{% endfor %}";
    assert_eq!(render(text), "1/2 Mon, 2/2 Wed");
    assert_eq!(render("{% for c in 客户 %}[{{ c }}]{% endfor %}"), "[张][伟]");
    assert_eq!(render("{% for c in empty %}x{% else %}nothing{% endfor %}"), "nothing");
    assert_eq!(
        render("{% for a in [1, 2] %}{% for b in \"xy\" %}{{ a }}{{ b }}{{ loop.revindex0 }} {% endfor %}{% endfor %}"),
        "1x1 1y0 2x1 2y0 "
    );
}

#[test]
fn names_are_set_and_captured() {
    assert_eq!(render("{% set full = name ~ \" \" ~ 客户 %}{{ full }}, {{ full | upper }}"), "Cindy 张伟, CINDY 张伟");
    assert_eq!(render("{% set x %}<{{ name }}>{% endset %}{{ x }}{{ x }}"), "<Cindy><Cindy>");
    assert_eq!(render("{% set x = 1 %}{% if vip %}{% set x = 2 %}{% endif %}{{ x }}"), "2");
    assert_eq!(
        render("{% set x = 1 %}{% for i in [5, 6] %}{{ x }}{% set x = i %}{{ x }} {% endfor %}{{ x }}"),
        "15 16 1"
    );
}

#[test]
fn texts_and_lists_have_parts() {
    assert_eq!(
        render("{{ name[0] }}{{ name[-1] }} {{ name[1:3] }} {{ name[-2:] }} {{ name[:99] }} {{ 客户[1:] }}"),
        "Cy in dy Cindy 伟"
    );
    assert_eq!(render("{{ [1, 2, 3][1:] | join(\"+\") }} {{ [1, 2, 3][-1] }} <{{ name[4:2] }}>"), "2+3 3 <>");
    assert_eq!(refusal("{{ name[5] }}").message, "the position is outside: there are 5 items");
    assert_eq!(refusal("{{ name[1.5] }}").message, "a position is a whole number");
}

#[test]
fn numbers_are_exact() {
    assert_eq!(render("{{ 0.1 + 0.2 }} {{ price * 2 - 1 }} {{ -count }} {{ count + 1 }}"), "0.3 24 -3 4");
    assert_eq!(render("{% if price == 12.5 %}equal{% endif %}"), "equal");
    assert_eq!(refusal("{{ 999999999999999999999999999999 * 10 }}").message, "the result has more than 30 digits");
}

#[test]
fn white_space_is_kept_and_dropped_where_a_dash_says_so() {
    assert_eq!(render("a\n{% if vip %}\nb\n{% endif %}\n"), "a\n\nb\n\n");
    assert_eq!(render("a \n {%- if vip -%} \n b {%- endif %}\n"), "ab\n");
    assert_eq!(render("{{- name -}}  !\n"), "Cindy!\n");
}

#[test]
fn nothing_undefined_gets_through_anywhere() {
    let places = [
        "{{ missing }}",
        "{{ [name, missing] | join }}",
        "{% if missing %}{% endif %}",
        "{% if not missing %}{% endif %}",
        "{{ missing or name }}",
        "{{ missing == name }}",
        "{{ name in [missing] }}",
        "{% for x in missing %}{% endfor %}",
        "{% for x in [1] if missing %}{% endfor %}",
        "{{ name | replace(missing, \"\") }}",
        "{% set x = missing %}",
        "{% set x %}{{ missing }}{% endset %}",
        "{{ name ~ missing }}",
        "{{ name[missing] }}",
        "{{ name is startingwith missing }}",
        "{{ appointment | spoken(zone=missing) }}",
        "{% if new %}{% set missing = 1 %}{% endif %}{{ missing }}",
    ];
    for text in places {
        let error = refusal(text);
        assert_eq!(error.message, "`missing` has no value", "{text}");
        assert_eq!(&text[error.range.expect("a place")], "missing");
    }
}

#[test]
fn what_is_skipped_needs_no_value() {
    assert_eq!(
        render("{% if new %}{{ missing }}{% endif %}{{ name or missing }}{{ name if vip else missing }}"),
        "CindyCindy"
    );
}

#[test]
fn kinds_that_differ_are_not_compared() {
    let mistakes = [
        ("{{ count == \"3\" }}", "a number can't be compared with a text"),
        ("{{ name > 3 }}", "a text can't be compared with a number"),
        ("{{ vip == \"true\" }}", "a boolean can't be compared with a text"),
        ("{{ birthday < \"2000-01-01\" }}", "a date can't be compared with a text"),
        ("{{ appointment < visit }}", "an instant can't be compared with a local time"),
        ("{{ count in [\"3\"] }}", "a text can't be compared with a number"),
        ("{{ vip < new }}", "a boolean has no order"),
        ("{{ 3 in count }}", "`in` looks for a value in a list, or for a text in a text, not for a number in a number"),
    ];
    for (text, message) in mistakes {
        let error = refusal(text);
        assert_eq!(error.message, message, "{text}");
        assert_eq!(&text[error.range.expect("a place")], &text[3..text.len() - 3]);
    }
}

#[test]
fn operands_of_the_wrong_kind_are_refused_where_they_stand() {
    let mistakes = [
        ("{{ [1, 2] }}", "a list has no text"),
        ("{{ name + count }}", "`+` takes two numbers, not a text and a number"),
        ("{{ -name }}", "`-` takes a number, not a text"),
        ("{% for x in count %}{% endfor %}", "a loop goes over a list or the characters of a text, not over a number"),
        ("{{ count | upper }}", "`upper` takes a text, not a number"),
        ("{{ name | spoken }}", "`spoken` takes a date or a time, not a text"),
        ("{{ name | round }}", "`round` takes a number, not a text"),
        ("{% set l = [1] %}{{ [l] | join }}", "a list can't hold a list"),
        ("{{ name is startingwith count }}", "the test takes two texts, not a text and a number"),
    ];
    for (text, message) in mistakes {
        assert_eq!(refusal(text).message, message, "{text}");
    }
}

#[test]
fn a_value_is_never_parsed_as_a_template() {
    let mut row = row();
    for attack in ["{{ secret }}", "{% for x in y %}", "{# no #}", "{{", "%}", "{% raw %}", "{{ name }}"] {
        row.values.insert("name".into(), value(Kind::Text, attack));
        let text = "{% set copy = name %}{{ name }}|{{ copy ~ \"\" }}|{{ name | join }}";
        let words = parse(text).render(&row).expect("renders");
        assert_eq!(words, format!("{attack}|{attack}|{attack}"));
    }
}

#[test]
fn errors_hold_no_value() {
    let mut row = row();
    row.values.insert("name".into(), value(Kind::Text, "Xanthippe"));
    row.values.insert("price".into(), value(Kind::Number, "987654321"));
    for text in [
        "{{ name + price }}",
        "{{ name == price }}",
        "{{ name | spoken }}",
        "{{ price | upper }}",
        "{{ appointment | spoken(zone=name) }}",
        "{{ appointment | spoken(locale=name) }}",
        "{{ appointment | date(format=price) }}",
        "{{ \"x\"[price] }}",
        "{{ price * 999999999999999999999999 }}",
        "{{ 1.5 | round(price) }}",
        "{% for x in price %}{% endfor %}",
    ] {
        let error = parse(text).render(&row).expect_err(text);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("Xanthippe"), "{shown}");
        assert!(!shown.contains("987654321"), "{shown}");
    }
    let shown = format!("{:?}", row);
    assert!(!shown.contains("Xanthippe") && !shown.contains("1990"), "{shown}");
}

#[test]
fn a_template_is_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Template>();
}
