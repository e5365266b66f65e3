//! English, Spanish, French, German, Portuguese, Italian.

use jiff::civil::{Date, Time};

use super::{month, twelve, weekday};

/// `Friday, January 14th`, `Tuesday, January 12th, 2024 at 8am`
pub(super) fn english(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let ordinal = match day.day() {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    let mut said = format!("{}, {} {}{ordinal}", weekday(&DAYS, day), month(&MONTHS, day), day.day());
    if let Some(year) = year {
        said += &format!(", {year}");
    }
    if let Some(time) = time {
        let half = if time.hour() < 12 { "am" } else { "pm" };
        let hour = twelve(time.hour());
        said += &match time.minute() {
            0 => format!(" at {hour}{half}"),
            minute => format!(" at {hour}:{minute:02}{half}"),
        };
    }
    said
}

/// `viernes, 4 de abril a las 10:30 de la mañana`
pub(super) fn spanish(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
    const MONTHS: [&str; 12] = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    let mut said = format!("{}, {} de {}", weekday(&DAYS, day), day.day(), month(&MONTHS, day));
    if let Some(year) = year {
        said += &format!(" de {year}");
    }
    if let Some(time) = time {
        let part = match time.hour() {
            0 => "de la noche",
            1..=5 => "de la madrugada",
            6..=11 => "de la mañana",
            12 => "del mediodía",
            13..=19 => "de la tarde",
            _ => "de la noche",
        };
        let hour = twelve(time.hour());
        let article = if hour == 1 { "a la" } else { "a las" };
        said += &match time.minute() {
            0 => format!(" {article} {hour} {part}"),
            minute => format!(" {article} {hour}:{minute:02} {part}"),
        };
    }
    said
}

/// `vendredi 4 avril à 10 h 30`
pub(super) fn french(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let first = if day.day() == 1 { "er" } else { "" };
    let mut said = format!("{} {}{first} {}", weekday(&DAYS, day), day.day(), month(&MONTHS, day));
    if let Some(year) = year {
        said += &format!(" {year}");
    }
    if let Some(time) = time {
        said += &match (time.hour(), time.minute()) {
            (0, 0) => " à minuit".to_owned(),
            (12, 0) => " à midi".to_owned(),
            (hour, 0) => format!(" à {hour} h"),
            (hour, minute) => format!(" à {hour} h {minute:02}"),
        };
    }
    said
}

/// `Freitag, 4. April um 10:30 Uhr`
pub(super) fn german(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let mut said = format!("{}, {}. {}", weekday(&DAYS, day), day.day(), month(&MONTHS, day));
    if let Some(year) = year {
        said += &format!(" {year}");
    }
    if let Some(time) = time {
        said += &match (time.hour(), time.minute()) {
            (hour, 0) => format!(" um {hour} Uhr"),
            (hour, minute) => format!(" um {hour}:{minute:02} Uhr"),
        };
    }
    said
}

/// `sexta-feira, 4 de abril às 10h30`
pub(super) fn portuguese(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] =
        ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"];
    const MONTHS: [&str; 12] = [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ];
    let first = if day.day() == 1 { "º" } else { "" };
    let mut said = format!("{}, {}{first} de {}", weekday(&DAYS, day), day.day(), month(&MONTHS, day));
    if let Some(year) = year {
        said += &format!(" de {year}");
    }
    if let Some(time) = time {
        said += &match (time.hour(), time.minute()) {
            (0, 0) => " à meia-noite".to_owned(),
            (12, 0) => " ao meio-dia".to_owned(),
            (1, 0) => " à 1h".to_owned(),
            (hour @ (0 | 1), minute) => format!(" à {hour}h{minute:02}"),
            (hour, 0) => format!(" às {hour}h"),
            (hour, minute) => format!(" às {hour}h{minute:02}"),
        };
    }
    said
}

/// `venerdì 4 aprile alle 10:30`
pub(super) fn italian(day: Date, time: Option<Time>, year: Option<i16>) -> String {
    const DAYS: [&str; 7] = ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"];
    const MONTHS: [&str; 12] = [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ];
    let first = if day.day() == 1 { "º" } else { "" };
    let mut said = format!("{} {}{first} {}", weekday(&DAYS, day), day.day(), month(&MONTHS, day));
    if let Some(year) = year {
        said += &format!(" {year}");
    }
    if let Some(time) = time {
        said += &match (time.hour(), time.minute()) {
            (0, 0) => " a mezzanotte".to_owned(),
            (12, 0) => " a mezzogiorno".to_owned(),
            (1, 0) => " all'una".to_owned(),
            (1, minute) => format!(" all'1:{minute:02}"),
            (hour, 0) => format!(" alle {hour}"),
            (hour, minute) => format!(" alle {hour}:{minute:02}"),
        };
    }
    said
}
