//! Nothing that anybody writes makes it panic, and a value comes out as it went in.

use callform_spec::template::Template;
use callform_spec::value::{Kind, Value};
use proptest::prelude::*;

use crate::{parse, row, value};

/// Pieces that templates, and broken ones, are made of.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "{",
            "}",
            "-",
            "+",
            "if",
            "elif",
            "else",
            "endif",
            "for",
            "in",
            "endfor",
            "set",
            "endset",
            "raw",
            "endraw",
            "not",
            "and",
            "or",
            "is",
            "loop",
            ".",
            "index",
            "|",
            "(",
            ")",
            "[",
            "]",
            ",",
            "=",
            "==",
            "<",
            "~",
            "*",
            "**",
            "/",
            ":",
            "\"",
            "'",
            "\\",
            "name",
            "客户",
            "count",
            "x",
            "upper",
            "join",
            "replace",
            "spoken",
            "date",
            "format=",
            "zone=",
            "\"%Y\"",
            "1",
            "0.5",
            "1e9",
            "0x1f",
            "999999999999999999999",
            " ",
            " ",
            " ",
            "\n",
            "\r\n",
            "👩‍⚕️",
            "\u{feff}",
            "\u{0}",
            "none",
            "true",
            "self",
            "include",
            "macro",
            "\\u12",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4 * ProptestConfig::default().cases, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_rendered_or_refused_with_places_inside_it(text in soup()) {
        match Template::parse(&text) {
            Ok(template) => {
                for found in template.uses() {
                    prop_assert_eq!(text.get(found.range.clone()), Some(found.name.as_str()));
                }
                if let Err(error) = template.render(&row()) {
                    let range = error.range.unwrap_or(0..0);
                    prop_assert!(text.get(range).is_some());
                }
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(text.get(error.range.clone()).is_some(), "{:?}", error);
                    prop_assert!(!error.message.is_empty() && !error.message.contains('\n'));
                }
            }
        }
    }

    #[test]
    fn one_tag_with_any_inside_is_rendered_or_refused(inside in soup()) {
        for text in [format!("{{{{ {inside} }}}}"), format!("{{% if {inside} %}}x{{% endif %}}"), format!("{{% for i in {inside} %}}{{{{ i }}}}{{% endfor %}}")] {
            if let Ok(template) = Template::parse(&text) {
                let _ = template.render(&row());
            }
        }
    }

    #[test]
    fn text_without_tags_is_rendered_as_it_is(text in "[^{]*") {
        prop_assert_eq!(parse(&text).render(&row()), Ok(text));
    }

    #[test]
    fn a_value_comes_out_as_it_went_in(secret in soup()) {
        let mut row = row();
        row.values.insert("name".into(), Value::Text(secret.clone()));
        let words = parse("<{{ name }}|{{ name ~ \"\" }}|{% for c in name %}{{ c }}{% endfor %}>").render(&row);
        prop_assert_eq!(words, Ok(format!("<{secret}|{secret}|{secret}>")));
    }

    #[test]
    fn spoken_dates_never_panic(day in 0i32..3_000_000, seconds in 0u32..86_400, nth in 0usize..10) {
        let start = jiff::civil::date(0, 1, 1);
        let Ok(day) = start.checked_add(jiff::Span::new().days(day)) else { return Ok(()) };
        let when = format!("{day}T{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        let mut row = row();
        row.locale = callform_spec::template::LOCALES[nth].into();
        row.values.insert("when".into(), value(Kind::DateTime, &when));
        prop_assert!(parse("{{ when | spoken(year=true) }}").render(&row).is_ok());
    }
}
