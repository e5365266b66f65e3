use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;

use super::{Kind, PhoneError, PhoneNumber, mask_cell, mask_text};

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> PhoneError {
    PhoneNumber::parse(text).expect_err(text)
}

#[test]
fn a_chinese_landline_gains_its_area_code_s_zero_on_the_wire_and_is_known_in_that_form() {
    assert_eq!(number("+861012341234").wire(), "008601012341234");
    assert_eq!(number("+861012341234").record_forms(), ["008601012341234", "00861012341234"]);
    assert_eq!(number("008601012341234").e164(), "+861012341234");
    assert_eq!(number("008601012341234"), number("+861012341234"));
    assert_eq!(number("0086075533614747").e164(), "+8675533614747");
    assert_eq!(number("+86 755 3361 4747").wire(), "0086075533614747");
    assert_eq!(number("+8621 0000 0000").wire(), "008602100000000", "of no assigned range, but of an area");
}

#[test]
fn other_chinese_numbers_gain_no_zero() {
    for (wire, kind) in [
        ("008613012345678", Kind::Mobile),
        ("008612300000000", Kind::Unknown),
        ("00864009282737", Kind::SharedCost),
        ("008610086", Kind::Service),
        ("008695588", Kind::Service),
        ("00861008611", Kind::Service),
    ] {
        let number = number(wire);
        assert_eq!((number.wire().as_str(), number.kind()), (wire, kind));
        assert_eq!(number.e164(), format!("+{}", &wire[2..]));
    }
}

#[test]
fn numbers_of_other_countries_go_out_as_00_and_e164() {
    assert_eq!(number("+44 7700 900123").wire(), "00447700900123");
    assert_eq!(number("+44 7700 900123").record_forms(), ["00447700900123"]);
    assert_eq!(number("+39 06 1234 5678").wire(), "00390612345678", "an Italian zero belongs to the number");
}

#[test]
fn separators_trunk_zeros_and_invisible_marks_make_no_other_number() {
    for text in [
        "00447700900123",
        "+44 7700 900123",
        " +44-7700-900123 ",
        "+44 (0)7700 900.123",
        "+44\u{a0}7700\u{202f}900123",
        "\u{202a}+447700900123\u{202c}",
        "＋４４７７００９００１２３",
        "+44 7700 900–123",
    ] {
        assert_eq!(number(text).e164(), "+447700900123", "{text}");
    }
}

#[test]
fn what_a_spreadsheet_did_is_named() {
    assert_eq!(error("447700900123"), PhoneError::PrefixEaten);
    assert_eq!(error("447700900123.0"), PhoneError::PrefixEaten);
    assert_eq!(error("8.61E+12"), PhoneError::Scientific);
    assert_eq!(error("8,613e12"), PhoneError::Scientific);
    assert!(matches!(error("+493023125.0"), PhoneError::Character { character: '.', at: 10 }), "no digit more");
}

#[test]
fn what_is_no_international_number_is_refused() {
    assert_eq!(error(""), PhoneError::Empty);
    assert_eq!(error(" \u{200e} "), PhoneError::Empty);
    assert_eq!(error("+"), PhoneError::NoPrefix);
    assert_eq!(error("0755 33614747"), PhoneError::NoPrefix);
    assert_eq!(error("(020) 7946 0123"), PhoneError::NoPrefix);
    assert_eq!(error("01144 7700 900123"), PhoneError::NoPrefix);
    assert_eq!(error("+999 1234 5678"), PhoneError::UnknownCountry);
    assert_eq!(error("+0 7700 900123"), PhoneError::UnknownCountry);
    assert_eq!(error("00 00 44 7700 900123"), PhoneError::UnknownCountry);
    assert_eq!(error("+44 77O0 900123"), PhoneError::Character { character: 'O', at: 6 });
    assert_eq!(error("  +44 77O0"), PhoneError::Character { character: 'O', at: 8 });
    assert_eq!(error("+44 7700 900123 x12"), PhoneError::Extension { at: 16 });
    assert_eq!(error("+44 7700 900123;ext=12"), PhoneError::Extension { at: 15 });
    assert_eq!(error("+44 7700 900123 ext. 12"), PhoneError::Extension { at: 16 });
    assert_eq!(error("+44 7700 900123 +44 7700 900124"), PhoneError::Two { at: 16 });
    assert!(matches!(error("+44 7700 900123\n+44 7700 900124"), PhoneError::Character { character: '\n', .. }));
    assert!(matches!(error("+44 7700 900123/124"), PhoneError::Character { character: '/', .. }));
    assert!(matches!(error("tel:+447700900123"), PhoneError::Character { character: 't', at: 0 }));
}

#[test]
fn impossible_lengths_are_errors() {
    assert_eq!(error("+1 202 555 012"), PhoneError::TooShort { country_code: 1, digits: 9 });
    assert_eq!(error("+1 202 555 01234"), PhoneError::TooLong { digits: 12 });
    assert_eq!(error("+86 1"), PhoneError::TooShort { country_code: 86, digits: 1 });
    assert_eq!(error("+86 110"), PhoneError::TooShort { country_code: 86, digits: 3 });
    assert_eq!(error("+44 7700 9"), PhoneError::TooShort { country_code: 44, digits: 5 });
    assert_eq!(error("+65 9123 45678"), PhoneError::WrongLength { country_code: 65, digits: 9 });
    assert!(matches!(error(&format!("+49 30 {}", "1".repeat(14))), PhoneError::TooLong { .. }));
    assert!(matches!(error(&"0".repeat(5000)), PhoneError::TooLong { .. }));
}

#[test]
fn an_unassigned_number_of_a_possible_length_is_unusual_and_not_an_error() {
    assert!(number("008612300000000").is_unusual());
    assert!(number("+447700900123").is_unusual());
    assert!(!number("+8613000000007").is_unusual());
    assert!(!number("+12025550123").is_unusual());
    assert!(!number("008610086").is_unusual());
}

#[test]
fn a_number_is_small() {
    assert!(size_of::<PhoneNumber>() <= 24);
    assert!(size_of::<Option<super::Zones>>() <= 8);
}

#[test]
fn country_and_kind_are_told() {
    let told = |text: &str| {
        let number = number(text);
        (number.calling_code(), number.country(), number.kind())
    };
    assert_eq!(told("+8613000000007"), (86, Some("CN".into()), Kind::Mobile));
    assert_eq!(told("+12025550123"), (1, Some("US".into()), Kind::FixedLineOrMobile));
    assert_eq!(told("+18005550199"), (1, Some("US".into()), Kind::TollFree));
    assert_eq!(told("+19005550123"), (1, Some("US".into()), Kind::PremiumRate));
    assert_eq!(told("+61491570006"), (61, Some("AU".into()), Kind::Mobile));
    assert_eq!(told("+493023125123"), (49, Some("DE".into()), Kind::FixedLine));
    assert_eq!(told("+447700900123"), (44, None, Kind::Unknown));
}

#[test]
fn masked_numbers_hide_four_digits_at_least() {
    for (text, masked) in [
        ("+8613000000007", "+86 130****0007"),
        ("+447700900123", "+44 77****0123"),
        ("+12025550123", "+1 20****0123"),
        ("008610086", "+86 ****6"),
        ("+861012341234", "+86 10****1234"),
    ] {
        assert_eq!(number(text).masked(), masked);
        assert_eq!(format!("{:?}", number(text)), format!("PhoneNumber({masked})"));
        assert_eq!(number(text).to_string(), masked);
    }
}

#[test]
fn errors_hold_no_number() {
    for text in ["447700900123", "+44 7700 900123 x12", "+1 202 555 012", "+44 77O0 900123", "07700 900123"] {
        let error = error(text);
        let said = format!("{error} {error:?} {}", error.help()).replace("+44 7700 900123", "");
        assert!(!said.contains("900123") && !said.contains("555"), "{said}");
    }
}

#[test]
fn a_landline_has_its_area_s_zones_and_a_mobile_its_country_s() {
    assert_eq!(number("+12125550123").zones().names(), ["America/New_York"]);
    assert_eq!(number("+13105550123").zones().names(), ["America/Los_Angeles"]);
    assert_eq!(number("+8613000000007").zones().names(), ["Asia/Shanghai"]);
    assert_eq!(number("008612300000000").zones().names(), ["Asia/Shanghai"]);
    assert_eq!(number("+493023125123").zones().names(), ["Europe/Berlin"]);
    assert_eq!(number("+61255501234").zones().names(), ["Australia/Sydney"]);
    let mobile = number("+61491570006").zones();
    assert!(mobile.names().contains(&"Australia/Perth") && mobile.names().contains(&"Australia/Darwin"));
    assert!(number("+447700900123").zones().names().contains(&"Europe/London"));
}

#[test]
fn a_number_of_no_country_has_no_zone() {
    let zones = number("+80012345678").zones();
    assert!(zones.is_empty() && zones.names().is_empty() && zones.time_zones().is_empty());
}

#[test]
fn every_zone_of_the_table_is_in_the_bundled_database() {
    let bundled = TimeZoneDatabase::bundled();
    let names: std::collections::BTreeSet<&str> = super::zones::all().flatten().copied().collect();
    assert!(names.len() > 250, "{}", names.len());
    for name in names {
        bundled.get(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn zones_resolve_to_as_many_time_zones_as_they_have_names() {
    let zones = number("+61491570006").zones();
    assert_eq!(zones.time_zones().len(), zones.names().len());
}

#[test]
fn text_is_masked_character_by_character() {
    for (text, masked) in [
        ("P-0093,+447700900123,Tom,", "P-0093,+4477****0123,Tom,"),
        ("call 0044 7700 900123 now", "call 0044 77** **0123 now"),
        ("a (+86) 130-0000-0007 b", "a (+86) 130-****-0007 b"),
        ("13000000007", "130****0007"),
        ("130_0000/0007", "130_****/0007"),
        ("id 1234567", "id ****567"),
        ("1234567890123456789012", "123***************9012"),
        ("due 2026-04-03 09:00, 14 h", "due 2026-04-03 09:00, 14 h"),
        ("2026-04-03T09:00:00 x", "2026-04-03T09:00:00 x"),
        ("2026-04-03-0123", "202*-**-**-0123"),
        ("12 34", "12 34"),
        ("＋８６１３００００００００７", "＋８６１３０****０００７"),
        ("", ""),
    ] {
        assert_eq!(mask_text(text), masked);
    }
}

#[test]
fn a_number_in_chinese_numerals_is_masked_as_any_other() {
    for (text, masked) in [
        ("一三八零零一三八零零零", "一三八****八零零零"),
        ("打 四四 七七零零 九零零 一二三 来", "打 四四 七*** *零零 一二三 来"),
        ("٤٤٧٧٠٠٩٠٠١٢٣", "٤٤٧*****٠١٢٣"),
        ("+44#7700#900#123", "+44#770*#***#123"),
        ("第一 第二 第三", "第一 第二 第三"),
        ("二〇三一年四月十五日", "二〇三一年四月十五日"),
    ] {
        assert_eq!(mask_text(text).chars().count(), masked.chars().count());
        let digits = |text: &str| text.chars().filter(|c| *c == '*').count();
        assert!(digits(&mask_text(text)) >= digits(masked).min(4), "{}", mask_text(text));
        assert_eq!(mask_text(text) == text, masked == text, "{}", mask_text(text));
    }
}

#[test]
fn a_cell_meant_as_a_number_is_masked_whatever_stands_in_it() {
    assert_eq!(mask_cell("+44 77O0 900123"), "+44 7*O* **0123");
    assert_eq!(mask_cell("+44 7700 900123 x12"), "+44 770* ****23 x12");
    assert_eq!(mask_cell("n/a"), "n/a");
}

proptest! {
    #[test]
    fn parsing_is_stable(digits in "[1-9][0-9]{5,16}") {
        if let Ok(number) = PhoneNumber::parse(&format!("+{digits}")) {
            prop_assert_eq!(PhoneNumber::parse(number.e164()), Ok(number));
            prop_assert_eq!(PhoneNumber::parse(&number.wire()), Ok(number), "the wire form names the same line");
            prop_assert_eq!(format!("+{}", number.id()), number.e164());
        }
    }

    #[test]
    fn north_american_and_austrian_numbers_are_stable_too(digits in "(1[1-9]|430)[0-9]{8,12}") {
        if let Ok(number) = PhoneNumber::parse(&format!("+{digits}")) {
            prop_assert_eq!(PhoneNumber::parse(number.e164()), Ok(number));
        }
    }

    #[test]
    fn chinese_numbers_are_the_same_in_either_form(national in "[1-9][0-9]{4,11}") {
        if let Ok(number) = PhoneNumber::parse(&format!("+86{national}")) {
            prop_assert_eq!(PhoneNumber::parse(&number.wire()), Ok(number));
        }
    }

    #[test]
    fn masking_keeps_the_width_and_hides_four_digits_of_every_number(
        before in "[a-z ,]{0,5}", number in "(\\+|00)[1-9][0-9]{8,13}", after in "[a-z,;]{0,5}",
    ) {
        let text = format!("{before}{number}{after}");
        let masked = mask_text(&text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        prop_assert!(masked.matches('*').count() >= 4, "{}", masked);
    }

    #[test]
    fn anything_at_all_can_be_parsed_and_masked(text in "\\PC{0,60}") {
        let _ = PhoneNumber::parse(&text);
        prop_assert_eq!(mask_text(&text).chars().count(), text.chars().count());
    }
}
