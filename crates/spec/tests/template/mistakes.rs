//! What is refused, where, and what is said about it.

use std::fmt::Write;

use callform_spec::template::Template;

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

/// What people bring from Mustache, Handlebars, Liquid, Jinja, Go, JavaScript, Python, shells and other prompts.
#[test]
fn other_languages() {
    page(
        "other_languages",
        &[
            "{{#if vip}}x{{/if}}",
            "{{#if vip}}x{{else}}y{{/if}}",
            "{{#unless vip}}x{{/unless}}",
            "{{#each items}}{{this}}{{/each}}",
            "{{#vip}}x{{/vip}}",
            "{{^vip}}x{{/vip}}",
            "{{{name}}}",
            "{{> greeting}}",
            "{{! a remark }}",
            "{{!-- a remark --}}",
            "{{&name}}",
            "{{@index}}",
            "{{ ../name }}",
            "{{ name | default: \"you\" }}",
            "{{ name | append: \"!\" }}",
            "{{ name | date: \"%Y\" }}",
            "{{ name | upcase }}",
            "{{ name || other }}",
            "{{ name ?? other }}",
            "{{ vip ? \"x\" : \"y\" }}",
            "{% assign x = 1 %}",
            "{% capture x %}y{% endcapture %}",
            "{% unless vip %}x{% endunless %}",
            "{% case x %}{% when 1 %}y{% endcase %}",
            "{% comment %}x{% endcomment %}",
            "{% let x = 1 %}",
            "{% switch x %}{% endswitch %}",
            "{{ user.name }}",
            "{{ user.address.city }}",
            "{{ user[\"name\"] }}",
            "{{ name.title() }}",
            "{{ name!r }}",
            "{{ price:.2f }}",
            "{{ f\"x\" }}",
            "{{ .Name }}",
            "{{ if .Name }}x{{ end }}",
            "{{- range .Items }}x{{ end }}",
            "{{ $json.name }}",
            "{{ name; }}",
            "{{ if vip }}x{{ else }}y{{ endif }}",
            "{{ for x in y }}x{{ endfor }}",
            "{{ name += 1 }}",
            "{{ name++ }}",
        ],
    );
}

#[test]
fn what_belongs_to_a_block_that_was_refused_is_no_second_mistake() {
    for text in [
        "{% unless vip %}x{% else %}y{% endunless %}",
        "{% iff vip %}x{% else %}y{% endif %}",
        "{% switch x %}{% case 1 %}a{% default %}b{% endswitch %}",
        "{{#if vip}}{{#each items}}{{this}}{{/each}}{{else if old}}y{{else}}z{{/if}}",
        "{{#vip}}x{{^}}y{{/vip}}",
    ] {
        let blocks = text.matches("{{#").count().max(1);
        assert_eq!(errors(text).len(), blocks, "{text}: {:?}", errors(text));
    }
    // What begins no block hides nothing.
    assert_eq!(errors("{% assign x = 1 %}{% if vip %}x").len(), 2);
}

#[test]
fn names_that_are_words_of_other_languages_stay_names() {
    for text in ["{{ with | upper }}", "{{ range + 1 }}", "{{ each or other }}", "{{ end }}", "{{ this }}"] {
        assert!(Template::parse(text).is_ok(), "{text}");
    }
}
