//! Work and memory are bounded, whatever a template says.

use callform_spec::template::{MAX_OUTPUT, MAX_TEMPLATE, Template};
use callform_spec::value::Kind;

use crate::{errors, parse, refusal, render, row, value};

/// Forty doublings.
fn doublings(step: &str) -> String {
    format!("{{% set a = \"0123456789\" %}}{}{{{{ a }}}}", step.repeat(40))
}

#[test]
fn texts_that_double_stop_early() {
    for step in [
        "{% set a = a ~ a %}",
        "{% set a = [a, a] | join %}",
        "{% set a %}{{ a }}{{ a }}{% endset %}",
        "{% set a = a | replace(\"0\", a) %}",
        "{% set a = a | join(a) %}",
    ] {
        assert!(refusal(&doublings(step)).message.contains("longer than 256 KiB"), "{step}");
    }
}

#[test]
fn loops_in_loops_run_out_of_work() {
    let list = format!("[{}]", ["1"; 300].join(","));
    let open = format!("{{% for x in {list} %}}");
    let text = format!("{}x{}", open.repeat(6), "{% endfor %}".repeat(6));
    assert!(refusal(&text).message.contains("too much work") || refusal(&text).message.contains("longer than"));
    let silent = format!("{}{}", open.repeat(6), "{% endfor %}".repeat(6));
    assert_eq!(refusal(&silent).message, "rendering takes too much work");
}

#[test]
fn scanning_a_long_text_again_and_again_costs_work() {
    let mut row = row();
    row.values.insert("long".into(), value(Kind::Text, &"x".repeat(100_000)));
    for text in [
        "{% for c in long %}{% if \"y\" in long %}{% endif %}{% endfor %}",
        "{% for c in long %}{% if long == long %}{% endif %}{% endfor %}",
        "{% for c in long[:10000] %}{{ long[99999] }}{% endfor %}",
        "{% for c in long[:10000] %}{% set s = long | trim %}{% endfor %}",
        "{% for c in long[:10000] %}{% for d in long %}{% endfor %}{% endfor %}",
    ] {
        assert_eq!(parse(text).render(&row).expect_err(text).message, "rendering takes too much work", "{text}");
    }
}

#[test]
fn repetition_by_multiplication_does_not_exist() {
    assert_eq!(refusal("{{ \"x\" * 1000000000 }}").message, "`*` takes two numbers, not a text and a number");
    assert_eq!(errors("{{ \"x\" * 10 ** 9 }}")[0].message, "`**` is not an operator of templates");
    assert_eq!(errors("{% for x in range(1000000000) %}{% endfor %}")[0].message, "unknown function `range`");
}

#[test]
fn the_rendering_is_bounded_to_the_byte() {
    let mut row = row();
    row.values.insert("long".into(), value(Kind::Text, &"x".repeat(MAX_OUTPUT)));
    assert_eq!(parse("{{ long }}").render(&row).expect("just fits").len(), MAX_OUTPUT);
    let error = parse("{{ long }}.").render(&row).expect_err("one too many");
    assert_eq!(error.message, "a text becomes longer than 256 KiB");
}

#[test]
fn a_pattern_cannot_pad_without_end() {
    let pattern = "%255Y".repeat(40);
    assert!(render(&format!("{{{{ birthday | date(format=\"{pattern}\") }}}}")).len() <= 200 * 128);
}

#[test]
fn a_long_template_is_read_and_a_longer_one_refused() {
    let text = "Hello {{ name }}. ".repeat(MAX_TEMPLATE / 18);
    assert_eq!(parse(&text).uses().len(), MAX_TEMPLATE / 18);
    assert!(Template::parse(&"x".repeat(MAX_TEMPLATE)).is_ok());
    assert!(errors(&"x".repeat(MAX_TEMPLATE + 1))[0].message.contains("at most"));
}

#[test]
fn depth_is_refused_before_it_hurts() {
    let deep = [
        format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(149), "]".repeat(149)),
        format!("{{{{ {}vip }}}}", "not ".repeat(900)),
        format!("{{{{ {}count }}}}", "- ".repeat(900)),
        format!("{{{{ name{} }}}}", " ~ name".repeat(450)),
        format!("{{{{ name{} }}}}", " | upper".repeat(450)),
        format!("{{{{ name{} }}}}", "[0]".repeat(300)),
        format!("{{{{ {}1 }}}}", "1 if vip else ".repeat(240)),
        format!("{{{{ {} }}}}", "name ~ ".repeat(30_000)),
        format!("{}{}", "{% if vip %}".repeat(10_000), "{% endif %}".repeat(10_000)),
        "{% for x in name %}".repeat(10_000),
        "{% set x %}".repeat(10_000),
    ];
    for text in deep {
        assert!(!errors(&text).is_empty(), "{}", &text[..40]);
    }
    let chain = format!("{{% if new %}}{}{{% endif %}}", "{% elif new %}x".repeat(5000));
    assert_eq!(render(&chain), "");
}

#[test]
fn ordinary_depth_is_allowed() {
    assert_eq!(render(&format!("{{{{ {}count{} }}}}", "(".repeat(30), ")".repeat(30))), "3");
    assert_eq!(render(&format!("{}x{}", "{% if vip %}".repeat(32), "{% endif %}".repeat(32))), "x");
    assert_eq!(render(&format!("{{{{ name{} }}}}", " ~ name".repeat(60))).len(), 61 * 5);
    let cities: Vec<_> = (0..400).map(|n| format!("\"{n}\"")).collect();
    assert_eq!(render(&format!("{{{{ \"399\" in [{}] }}}}", cities.join(", "))), "true");
}
