//! Chinese in both scripts, Japanese, Korean.

use jiff::civil::{Date, Time};

use super::{twelve, weekday};

/// `4月4日星期五上午10点30分`
pub(super) fn chinese(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    said_in_chinese(day, time, year, "早上", "点")
}

/// `4月4日星期五上午10點30分`
pub(super) fn taiwanese(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    said_in_chinese(day, time, year, "清晨", "點")
}

fn said_in_chinese(day: Date, time: Option<Time>, year: Option<i16>, early: &str, o_clock: &str) -> String {
    const DAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
    let mut said = year.map(|year| format!("{year}年")).unwrap_or_default();
    said += &format!("{}月{}日{}", day.month(), day.day(), weekday(&DAYS, day));
    if let Some(time) = time {
        let part = match time.hour() {
            0..=4 => "凌晨",
            5..=7 => early,
            8..=11 => "上午",
            12 => "中午",
            13..=18 => "下午",
            _ => "晚上",
        };
        // Midnight is hour 0 of the day that it begins, never "12 at night", which could be either.
        let hour = if time.hour() == 0 { 0 } else { twelve(time.hour()) };
        said += &format!("{part}{hour}{o_clock}");
        if time.minute() > 0 {
            said += &format!("{:02}分", time.minute());
        }
    }
    said
}

/// `4月4日金曜日、午前10時30分`
pub(super) fn japanese(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"];
    let mut said = year.map(|year| format!("{year}年")).unwrap_or_default();
    said += &format!("{}月{}日{}", day.month(), day.day(), weekday(&DAYS, day));
    if let Some(time) = time {
        let half = if time.hour() < 12 { "午前" } else { "午後" };
        // Broadcasters count both halves from 0: 12:30 is 午後0時30分.
        said += &match (time.hour(), time.minute()) {
            (12, 0) => "、正午".to_owned(),
            (hour, 0) => format!("、{half}{}時", hour % 12),
            (hour, minute) => format!("、{half}{}時{minute}分", hour % 12),
        };
    }
    said
}

/// `4월 4일 금요일 오전 10시 30분`
pub(super) fn korean(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"];
    let mut said = year.map(|year| format!("{year}년 ")).unwrap_or_default();
    said += &format!("{}월 {}일 {}", day.month(), day.day(), weekday(&DAYS, day));
    if let Some(time) = time {
        // 오전 12시 and 오후 12시 are taken for each other; day and night are not.
        let part = match time.hour() {
            0 => "밤",
            1..=11 => "오전",
            12 => "낮",
            _ => "오후",
        };
        said += &format!(" {part} {}시", twelve(time.hour()));
        if time.minute() > 0 {
            said += &format!(" {}분", time.minute());
        }
    }
    said
}
