//! Dates and times as one says them.

use callform_spec::template::{Context, LOCALES};
use callform_spec::value::Kind;
use jiff::tz::TimeZone;

use crate::{parse, row, value};

fn said(filter: &str, locale: &str, zone: Option<&str>, kind: Kind, when: &str) -> String {
    let mut context: Context = row();
    context.locale = locale.into();
    context.zone = zone.map(|zone| TimeZone::get(zone).expect("a zone"));
    context.values.insert("when".into(), value(kind, when));
    let template = parse(&format!("{{{{ when | {filter} }}}}"));
    template.render(&context).unwrap_or_else(|error| panic!("{locale} {when}: {error:?}"))
}

/// On a wall clock, with and without the year.
fn local(locale: &str, when: &str) -> [String; 2] {
    ["spoken", "spoken(year=true)"].map(|filter| said(filter, locale, None, Kind::DateTime, when))
}

#[test]
fn english() {
    assert_eq!(local("en", "2025-04-04T10:00"), ["Friday, April 4th at 10am", "Friday, April 4th, 2025 at 10am"]);
    assert_eq!(local("en", "2024-01-12 08:00")[1], "Friday, January 12th, 2024 at 8am");
    assert_eq!(local("en", "2025-04-04T10:30:59")[0], "Friday, April 4th at 10:30am");
    assert_eq!(local("en", "2025-05-01T00:05")[0], "Thursday, May 1st at 12:05am");
    assert_eq!(local("en", "2025-05-02T12:00")[0], "Friday, May 2nd at 12pm");
    let ordinals: Vec<_> = (1..=31)
        .map(|day| said("spoken", "en", None, Kind::Date, &format!("2025-05-{day:02}")))
        .map(|said| said.rsplit(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        ordinals.join(" "),
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 13th 14th 15th 16th 17th 18th 19th 20th 21st 22nd 23rd \
         24th 25th 26th 27th 28th 29th 30th 31st"
    );
}

#[test]
fn chinese() {
    assert_eq!(local("zh", "2025-04-04T10:00"), ["4月4日星期五上午10点", "2025年4月4日星期五上午10点"]);
    let parts = ["00:00", "04:59", "05:00", "08:00", "12:05", "13:00", "18:30", "19:00"]
        .map(|time| local("zh", &format!("2025-04-06T{time}"))[0].replace("4月6日星期日", ""));
    assert_eq!(
        parts,
        ["凌晨0点", "凌晨4点59分", "早上5点", "上午8点", "中午12点05分", "下午1点", "下午6点30分", "晚上7点"]
    );
    assert_eq!(local("zh-TW", "2025-04-04T10:30"), ["4月4日星期五上午10點30分", "2025年4月4日星期五上午10點30分"]);
    assert_eq!(local("zh-TW", "2025-04-04T06:00")[0], "4月4日星期五清晨6點");
}

#[test]
fn japanese_and_korean() {
    assert_eq!(local("ja", "2025-04-04T10:30"), ["4月4日金曜日、午前10時30分", "2025年4月4日金曜日、午前10時30分"]);
    assert_eq!(local("ja", "2025-04-04T12:00")[0], "4月4日金曜日、正午");
    assert_eq!(local("ja", "2025-04-04T12:30")[0], "4月4日金曜日、午後0時30分");
    assert_eq!(local("ja", "2025-04-04T00:00")[0], "4月4日金曜日、午前0時");
    assert_eq!(
        local("ko", "2025-04-04T10:30"),
        ["4월 4일 금요일 오전 10시 30분", "2025년 4월 4일 금요일 오전 10시 30분"]
    );
    assert_eq!(local("ko", "2025-04-04T12:00")[0], "4월 4일 금요일 낮 12시");
    assert_eq!(local("ko", "2025-04-04T00:30")[0], "4월 4일 금요일 밤 12시 30분");
    assert_eq!(local("ko", "2025-04-04T15:00")[0], "4월 4일 금요일 오후 3시");
}

#[test]
fn spanish_and_portuguese() {
    assert_eq!(
        local("es", "2025-04-04T10:30"),
        ["viernes, 4 de abril a las 10:30 de la mañana", "viernes, 4 de abril de 2025 a las 10:30 de la mañana"]
    );
    assert_eq!(local("es", "2025-04-04T13:00")[0], "viernes, 4 de abril a la 1 de la tarde");
    assert_eq!(local("es", "2025-04-04T12:00")[0], "viernes, 4 de abril a las 12 del mediodía");
    assert_eq!(local("es", "2025-04-04T00:00")[0], "viernes, 4 de abril a las 12 de la noche");
    assert_eq!(local("es", "2025-04-04T20:15")[0], "viernes, 4 de abril a las 8:15 de la noche");
    assert_eq!(
        local("pt", "2025-04-04T10:30"),
        ["sexta-feira, 4 de abril às 10h30", "sexta-feira, 4 de abril de 2025 às 10h30"]
    );
    assert_eq!(local("pt", "2025-03-01T13:00")[0], "sábado, 1º de março às 13h");
    assert_eq!(local("pt", "2025-03-01T01:00")[0], "sábado, 1º de março à 1h");
    assert_eq!(local("pt", "2025-03-01T12:00")[0], "sábado, 1º de março ao meio-dia");
}

#[test]
fn french_german_and_italian() {
    assert_eq!(local("fr", "2025-04-04T10:30"), ["vendredi 4 avril à 10 h 30", "vendredi 4 avril 2025 à 10 h 30"]);
    assert_eq!(local("fr", "2025-08-01T14:00")[0], "vendredi 1er août à 14 h");
    assert_eq!(local("fr", "2025-08-01T12:00")[0], "vendredi 1er août à midi");
    assert_eq!(
        local("de", "2025-04-04T10:30"),
        ["Freitag, 4. April um 10:30 Uhr", "Freitag, 4. April 2025 um 10:30 Uhr"]
    );
    assert_eq!(local("de", "2025-03-01T14:00")[0], "Samstag, 1. März um 14 Uhr");
    assert_eq!(local("it", "2025-04-04T10:30"), ["venerdì 4 aprile alle 10:30", "venerdì 4 aprile 2025 alle 10:30"]);
    assert_eq!(local("it", "2025-05-01T01:00")[0], "giovedì 1º maggio all'una");
    assert_eq!(local("it", "2025-05-01T13:00")[0], "giovedì 1º maggio alle 13");
}

#[test]
fn every_language_has_all_its_names() {
    for locale in LOCALES {
        let mut months = std::collections::BTreeSet::new();
        let mut days = std::collections::BTreeSet::new();
        for month in 1..=12 {
            months.insert(said("spoken", locale, None, Kind::Date, &format!("2025-{month:02}-15")));
        }
        for day in 10..=16 {
            let said = said("spoken", locale, None, Kind::Date, &format!("2025-03-{day}"));
            days.insert(said.replace(&day.to_string(), ""));
        }
        assert_eq!((months.len(), days.len()), (12, 7), "{locale}");
    }
}

#[test]
fn particular_codes_are_spoken_as_their_language() {
    for (code, as_code) in
        [("en-GB", "en"), ("zh-CN", "zh"), ("zh-dialect", "zh"), ("zh-Hant-HK", "zh-TW"), ("pt_BR", "pt")]
    {
        assert_eq!(local(code, "2025-04-04T06:30"), local(as_code, "2025-04-04T06:30"), "{code}");
    }
}

#[test]
fn an_instant_is_told_in_the_callees_zone() {
    let told = |zone| said("spoken", "en", Some(zone), Kind::DateTime, "2026-04-14T10:00:00-04:00");
    assert_eq!(told("America/New_York"), "Tuesday, April 14th at 10am");
    assert_eq!(told("America/Los_Angeles"), "Tuesday, April 14th at 7am");
    assert_eq!(told("Asia/Shanghai"), "Tuesday, April 14th at 10pm");
    assert_eq!(told("Pacific/Auckland"), "Wednesday, April 15th at 2am");
    assert_eq!(told("Asia/Kolkata"), "Tuesday, April 14th at 7:30pm");
}

#[test]
fn the_named_zone_wins_over_the_callees_and_that_over_the_values_own() {
    let when = "2026-04-14T10:00:00-04:00[America/New_York]";
    assert_eq!(
        said("spoken(zone=\"Europe/London\")", "en", Some("Asia/Tokyo"), Kind::DateTime, when),
        "Tuesday, April 14th at 3pm"
    );
    assert_eq!(said("spoken", "en", Some("Asia/Tokyo"), Kind::DateTime, when), "Tuesday, April 14th at 11pm");
    assert_eq!(said("spoken", "en", None, Kind::DateTime, when), "Tuesday, April 14th at 10am");
}

#[test]
fn summer_time_is_the_zones_business() {
    let told = |when| said("spoken", "en", Some("America/New_York"), Kind::DateTime, when);
    assert_eq!(told("2026-03-08T06:30:00Z"), "Sunday, March 8th at 1:30am");
    assert_eq!(told("2026-03-08T07:30:00Z"), "Sunday, March 8th at 3:30am");
    assert_eq!(told("2026-11-01T05:30:00Z"), "Sunday, November 1st at 1:30am");
    assert_eq!(told("2026-11-01T06:30:00Z"), "Sunday, November 1st at 1:30am");
}

#[test]
fn a_local_time_stays_as_it_is_in_every_zone() {
    for zone in [None, Some("Asia/Tokyo"), Some("America/New_York")] {
        assert_eq!(said("spoken", "en", zone, Kind::DateTime, "2026-03-08T02:30"), "Sunday, March 8th at 2:30am");
    }
}

#[test]
fn an_instant_without_any_zone_is_refused() {
    let mut context = row();
    context.zone = None;
    let text = "Your appointment: {{ appointment | spoken }}";
    let error = parse(text).render(&context).expect_err("no zone");
    assert_eq!(error.message, "the callee's time zone is not known, and an instant is told in one");
    assert_eq!(&text[error.range.expect("a place")], "appointment | spoken");
    assert!(error.help.is_some_and(|help| help.contains("zone=")));
}

#[test]
fn the_time_is_left_out_on_request_and_a_date_has_none() {
    assert_eq!(said("spoken(time=false)", "en", None, Kind::DateTime, "2026-04-14T10:00"), "Tuesday, April 14th");
    assert_eq!(said("spoken", "en", None, Kind::Date, "2026-04-14"), "Tuesday, April 14th");
    let mut context = row();
    context.locale = "sw".into();
    let error = parse("{{ birthday | spoken(time=true, locale=\"en\") }}").render(&context).expect_err("no time");
    assert_eq!(error.message, "a date has no time to speak");
    let error = parse("{{ birthday | spoken }}").render(&context).expect_err("no such language");
    assert_eq!(error.message, "dates can't be spoken in this language");
}
