//! What is refused, where, and what is said about it.

use std::fmt::Write;

use crate::errors;

/// Each error as its message, the underlined text and the help.
fn told(text: &str) -> String {
    let mut told = String::new();
    for error in errors(text) {
        let underlined = text.get(error.range.clone()).expect("on character boundaries");
        writeln!(told, "{} ‹{underlined}›", error.message).expect("writes");
        if let Some(help) = error.help {
            writeln!(told, "    {help}").expect("writes");
        }
    }
    told
}

/// Mistakes and what is told about them, as a page to be read.
fn page(name: &str, texts: &[&str]) {
    let told: String =
        texts.iter().map(|text| format!("{text}\n  {}\n", told(text).trim_end().replace('\n', "\n  "))).collect();
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, told) });
}

#[test]
fn delimiters() {
    page(
        "delimiters",
        &[
            "Hi {{ name }, how are you?",
            "Hi {{ name }, and {{ other }} too",
            "Hi {{ name %} there",
            "{% if vip }}x{% endif %}",
            "{% if vip }x{% endif %}",
            "您好 {{ 客户 ，再见",
            "Hi {{ name\nIt's {{ other }}.",
            "Hi {{",
            "{{ }}",
            "{%%}",
            "{{ (name }} x",
            "{{ name) }} x",
            "{{ \"name }} x",
            "{# never closed",
            "a {% raw %} never closed {{ x }}",
        ],
    );
}

#[test]
fn expressions() {
    page(
        "expressions",
        &[
            "{{ first name }}",
            "{{ name count + 1 }}",
            "{{ 1st }}",
            "{{ first-name }}",
            "{{ $name }}",
            "{{ name ｜ upper }}",
            "{{ name == “x” }}",
            "{{ name && other }}",
            "{{ !name }}",
            "{{ name = 1 }}",
            "{% if x = 1 %}{% endif %}",
            "{% if x == %}{% endif %}",
            "{{ name | }}",
            "{{ name + }}",
            "{{ name \"text\" }}",
            "{{ \"a\" if b }}",
            "{{ none }}",
            "{{ name is defined }}",
            "{{ name is startswith \"x\" }}",
            "{{ name is startingwith }}",
            "{{ (1, 2) }}",
            "{{ {\"a\": 1} }}",
            "{{ [[1], 2] }}",
            "{{ 1e3 }}",
            "{{ 7 / 2 }}",
            "{{ name[::2] }}",
            "{{ user.name }}",
            "{{ name.upper() }}",
            "{{ name.startswith(\"x\") }}",
            "{{ name.__class__ }}",
            "{{ upper(name) }}",
            "{{ now() }}",
            "{{ range(10) }}",
            "{{ loop }}",
            "{{ loop.index }}",
            "{% for x in y %}{{ loop.indx }}{% endfor %}",
            "{{ self.block() }}",
        ],
    );
}

#[test]
fn filters() {
    page(
        "filters",
        &[
            "{{ name | uper }}",
            "{{ name | default(\"there\") }}",
            "{{ name | frobnicate }}",
            "{{ name | upper(1) }}",
            "{{ name | replace(\"a\") }}",
            "{{ name | replace(\"a\", \"b\", \"c\") }}",
            "{{ name | replace(\"a\", old=\"b\") }}",
            "{{ price | round(11) }}",
            "{{ price | round(\"2\") }}",
            "{{ appointment | date(\"%Y-%m-%d\") }}",
            "{{ appointment | date }}",
            "{{ appointment | date(format=\"%!\") }}",
            "{{ appointment | date(fmt=\"%Y\") }}",
            "{{ appointment | spoken(\"America/New_York\") }}",
            "{{ appointment | spoken(\"zh\") }}",
            "{{ appointment | spoken(zone=\"America/New York\") }}",
            "{{ appointment | spoken(locale=\"sw\") }}",
            "{{ appointment | spoken(year=\"yes\") }}",
            "{{ appointment | spoken(yaer=true) }}",
            "{{ appointment | strftime(\"%Y\") }}",
            "{{ name | replace(*x) }}",
            "{{ name | replace(old=\"a\", \"b\") }}",
        ],
    );
}

#[test]
fn statements() {
    page(
        "statements",
        &[
            "{% include \"secrets.txt\" %}",
            "{% import \"x\" as y %}",
            "{% extends \"base\" %}",
            "{% block a %}{% endblock %}",
            "{% macro m() %}{% endmacro %}",
            "{% call m() %}{% endcall %}",
            "{% with a = 1 %}{% endwith %}",
            "{% filter upper %}{% endfilter %}",
            "{% do x() %}",
            "{% autoescape true %}{% endautoescape %}",
            "{% iff x %}",
            "{% elseif x %}",
            "{% end %}",
            "{% \"x\" %}",
            "{% if x %}never closed",
            "{% if x %}{% for y in z %}{% endif %}",
            "{% endif %}",
            "{% for x in y %}{% endif %}{% endfor %}",
            "{% else %}",
            "{% if a %}{% else %}{% elif b %}{% endif %}",
            "{% if a %}{% else b %}{% endif %}",
            "{% for x of y %}{% endfor %}",
            "{% for k, v in y %}{% endfor %}",
            "{% for x in y recursive %}{% endfor %}",
            "{% for x in %}{% endfor %}",
            "{% for %}{% endfor %}",
            "{% for loop in y %}{% endfor %}",
            "{% set %}",
            "{% set x %}never closed",
            "{% set x 1 %}",
            "{% set a, b = 1, 2 %}",
            "{% set x.y = 1 %}",
        ],
    );
}

#[test]
fn all_mistakes_of_a_template_are_found_at_once() {
    let text = "您好👋 {{ first name }}\n{% if x = 1 %}{{ a | uper }}{% endif %}\n{{ b } and {{ c.d }}\n{{ e | date(\"%Y\") }}";
    let underlined: Vec<_> = errors(text).into_iter().map(|error| &text[error.range]).collect();
    assert_eq!(underlined, ["first name", "=", "uper", "}", "c.d", "\"%Y\""]);
}

#[test]
fn single_braces_and_percent_signs_are_text() {
    for text in ["{name}", "${name}", "100 % {", "} }", "{ { name } }", "%}", "}}"] {
        assert_eq!(crate::render(text), text);
    }
}

#[test]
fn whoever_writes_another_template_language_is_told_what_this_one_has_instead() {
    for (text, instead) in [
        ("{{#if vip}}x{{/if}}", "{% if name %}"),
        ("{{^vip}}x{{/vip}}", "{% if name %}"),
        ("{% assign x = 1 %}", "{% set name = ... %}"),
        ("{% capture x %}{% endcapture %}", "{% set name %}"),
        ("{% unless vip %}x{% endunless %}", "{% if not name %}"),
        ("{% case x %}{% when 1 %}{% endcase %}", "{% elif name"),
        ("{% comment %}x{% endcomment %}", "{# ... #}"),
        ("{% render \"x\" %}", "a prompt is one file"),
        ("{{ name | default: \"you\" }}", "name or"),
        ("{{ day | date: \"%Y\" }}", "in parentheses"),
    ] {
        let all = errors(text);
        assert!(all.iter().any(|e| e.help.as_ref().is_some_and(|h| h.contains(instead))), "{text}: {all:#?}");
    }
}
