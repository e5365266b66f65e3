//! The filters, by their own documentation and at their edges.

use callform_spec::template::FILTERS;
use callform_spec::value::Kind;

use crate::{parse, refusal, render, row, value};

#[test]
fn every_example_in_the_table_gives_what_it_says() {
    for filter in &FILTERS {
        let (template, words) = filter.example;
        assert_eq!(render(template), words);
        assert!(template.contains(filter.name));
    }
}

#[test]
fn case_follows_unicode() {
    assert_eq!(render("{{ \"straße\" | upper }} {{ \"ÀÉ\" | lower }} {{ \"éric\" | capitalize }}"), "STRASSE àé Éric");
    assert_eq!(render("{{ \"o'brien-SMITH van dyk\" | title }}"), "O'brien-Smith Van Dyk");
    assert_eq!(render("{{ 客户 | title | upper | lower }}{{ empty | capitalize | title }}"), "张伟");
}

#[test]
fn digits_and_letters_are_read_one_by_one() {
    assert_eq!(render("{{ \"4021\" | spoken_digits }}"), "4 0 2 1");
    assert_eq!(render("{{ 4021 | spoken_digits }}"), "4 0 2 1");
    assert_eq!(render("{{ \"+44 (7700) 900\" | spoken_digits }}"), "4 4, 7 7 0 0, 9 0 0");
    assert_eq!(render("{{ \"京A12345\" | spoken_digits }}"), "京 A 1 2 3 4 5");
    assert_eq!(render("<{{ empty | spoken_digits }}{{ \" - \" | spoken_digits }}>"), "<>");
    assert_eq!(refusal("{{ price | spoken_digits }}").message, "`spoken_digits` takes a whole number without a sign");
}

#[test]
fn rounding_writes_the_digits_it_is_asked_for() {
    assert_eq!(
        render("{{ price | round }} {{ price | round(1) }} {{ 2 | round(digits=2) }} {{ -0.5 | round }}"),
        "13 12.5 2.00 -1"
    );
}

#[test]
fn join_and_length_take_lists_and_texts() {
    assert_eq!(render("{{ [name, count, vip, birthday] | join(\"/\") }}"), "Cindy/3/true/1990-02-28");
    assert_eq!(
        render("{{ name | join(\"-\") }} {{ name | length }} {{ [1, 2] | length }} {{ [1, 2] | join }}"),
        "C-i-n-d-y 5 2 12"
    );
}

#[test]
fn replace_needs_something_to_replace() {
    assert_eq!(render("{{ \"aXbX\" | replace(old=\"X\", new=\"\") }}"), "ab");
    assert_eq!(refusal("{{ name | replace(empty, \"x\") }}").message, "`replace` can't replace an empty text");
}

#[test]
fn patterns_fit_what_they_are_given() {
    assert_eq!(render("{{ birthday | date(format=\"%d.%m.%Y\") }}"), "28.02.1990");
    assert_eq!(render("{{ visit | date(format=\"%H:%M\") }}"), "09:05");
    assert_eq!(render("{{ appointment | date(format=\"%H:%M\", zone=\"Asia/Shanghai\") }}"), "22:30");
    assert_eq!(render("{{ appointment | date(format=\"%A, %B %-d\") }}"), "Tuesday, April 14");
    assert_eq!(
        refusal("{{ birthday | date(format=\"%H:%M\") }}").message,
        "the pattern asks for what a date does not have"
    );
    assert_eq!(
        refusal("{{ visit | date(format=\"%z\") }}").message,
        "the pattern asks for what a local time does not have"
    );
}

#[test]
fn arguments_can_come_from_the_row() {
    let mut row = row();
    row.values.insert("tz".into(), value(Kind::Text, "Europe/London"));
    row.values.insert("language".into(), value(Kind::Text, "de-AT"));
    let text = "{{ appointment | spoken(zone=tz, locale=language) }}";
    assert_eq!(parse(text).render(&row).expect("renders"), "Dienstag, 14. April um 15:30 Uhr");
    let wrong = "{{ appointment | spoken(zone=language) }}";
    assert_eq!(parse(wrong).render(&row).expect_err("no zone").message, "`zone` names no time zone that is known");
    let kind = "{{ appointment | spoken(year=tz) }}";
    assert_eq!(parse(kind).render(&row).expect_err("no boolean").message, "`year` takes `true` or `false`, not a text");
}
