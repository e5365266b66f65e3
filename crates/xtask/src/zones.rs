//! `cargo xtask zones --phonenumbers DIR`: the table from number prefixes to time zones.
//!
//! DIR is the unpacked wheel of the PyPI package `phonenumbers`, fetched with
//! `pip download --no-deps phonenumbers==VERSION` and unpacked with `python3 -m zipfile -e`. Its tzdata are
//! libphonenumber's, in which some countries have the zone of a neighbour that once kept the same time, and some zones
//! have names that not every system's database still has; both are mended here, where a reviewer can see it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

/// Where the table goes, from the repository's root.
const TABLE: &str = "crates/spec/data/zones.txt";

/// Lines of prefixes are wrapped here.
const WIDTH: usize = 118;

/// Entries that are set rather than taken, because the country keeps another time than the zone in the data.
const CORRECTED: &[(&str, &[&str], &str)] = &[
    ("7", RUSSIA_AND_KAZAKHSTAN, "Kaliningrad keeps no summer time, unlike Bucharest"),
    ("52", MEXICO, "the whole country; New York keeps a summer time that no part of Mexico's east does"),
    ("52201", &["America/Mexico_City"], "central Mexico, like the prefixes around it"),
    ("56", CHILE, "Magallanes, Aysen and Easter Island have times of their own"),
    ("5632", &["America/Santiago", "Pacific/Easter"], "Valparaiso's area code serves Easter Island too"),
    ("5661", &["America/Punta_Arenas"], "Magallanes"),
    ("5667", &["America/Coyhaique"], "Aysen"),
    ("569", CHILE, "mobile numbers have no area"),
    ("61", AUSTRALIA, "the Northern Territory keeps no summer time, unlike Adelaide"),
    ("61879", &["Australia/Darwin"], "Northern Territory"),
    ("61889", &["Australia/Darwin"], "Northern Territory"),
    ("211", &["Africa/Juba"], "South Sudan left Nairobi's time in 2021"),
    ("212", &["Africa/Casablanca", "Africa/El_Aaiun"], "Morocco keeps UTC+1, with UTC in Ramadan"),
    ("213", &["Africa/Algiers"], "Algeria keeps no summer time, unlike Paris"),
    ("218", &["Africa/Tripoli"], "Libya keeps no summer time, unlike Bucharest"),
    ("505", &["America/Managua"], "Nicaragua keeps no summer time, unlike Chicago"),
    ("675", &["Pacific/Bougainville", "Pacific/Port_Moresby"], "Bougainville is an hour ahead"),
    ("970", &["Asia/Gaza", "Asia/Hebron"], "Palestine's summer time is not Bucharest's"),
];

const RUSSIA_AND_KAZAKHSTAN: &[&str] = &[
    "Asia/Almaty",
    "Asia/Anadyr",
    "Asia/Aqtobe",
    "Asia/Irkutsk",
    "Asia/Kamchatka",
    "Asia/Krasnoyarsk",
    "Asia/Magadan",
    "Asia/Novosibirsk",
    "Asia/Omsk",
    "Asia/Sakhalin",
    "Asia/Vladivostok",
    "Asia/Yakutsk",
    "Asia/Yekaterinburg",
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
];
const MEXICO: &[&str] = &[
    "America/Cancun",
    "America/Ciudad_Juarez",
    "America/Hermosillo",
    "America/Matamoros",
    "America/Mazatlan",
    "America/Mexico_City",
    "America/Ojinaga",
    "America/Tijuana",
];
const CHILE: &[&str] = &["America/Coyhaique", "America/Punta_Arenas", "America/Santiago", "Pacific/Easter"];
const AUSTRALIA: &[&str] = &[
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Darwin",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Australia/Perth",
    "Australia/Sydney",
    "Indian/Christmas",
    "Indian/Cocos",
];

/// Zones replaced wherever they stand below a prefix.
const REPLACED: &[(&str, &str, &str)] = &[("7", "Europe/Bucharest", "Europe/Kaliningrad")];

/// Names that the IANA database keeps only for compatibility, and that some systems ship in a package apart.
const RENAMED: &[(&str, &str)] = &[
    ("Africa/Asmera", "Africa/Asmara"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Godthab", "America/Nuuk"),
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Choibalsan", "Asia/Ulaanbaatar"),
    ("Asia/Katmandu", "Asia/Kathmandu"),
    ("Asia/Rangoon", "Asia/Yangon"),
    ("Atlantic/Faeroe", "Atlantic/Faroe"),
    ("Pacific/Enderbury", "Pacific/Kanton"),
    ("Pacific/Ponape", "Pacific/Pohnpei"),
    ("Pacific/Truk", "Pacific/Chuuk"),
];

type Prefixes = BTreeMap<String, BTreeSet<String>>;

/// Writes the table; with `--check` it only says whether the one on disk is current.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (mut package, mut check) = (None, false);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--phonenumbers" => package = arguments.next().map(PathBuf::from),
            "--check" => check = true,
            other => bail!("unknown argument `{other}`; usage: cargo xtask zones --phonenumbers DIR [--check]"),
        }
    }
    let package = package.context("usage: cargo xtask zones --phonenumbers DIR [--check]")?.join("phonenumbers");
    let table = table(&read(&package.join("tzdata/data0.py"))?, &read(&package.join("__init__.py"))?)?;
    let path = root().join(TABLE);
    if check {
        ensure!(read(&path)? == table, "{TABLE} is not what the generator writes from this package");
        return Ok(());
    }
    std::fs::write(&path, table).with_context(|| format!("can't write {TABLE}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
}

fn table(data: &str, init: &str) -> Result<String> {
    let version = init
        .lines()
        .find_map(|line| line.strip_prefix("__version__ = \""))
        .and_then(|rest| rest.split('"').next())
        .context("the package does not say its version")?;
    let prefixes = compress(correct(parse(data)?));
    let mut sets: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for (prefix, zones) in &prefixes {
        sets.entry(zones.iter().map(String::as_str).collect()).or_default().push(prefix);
    }
    let mut out = header(version)?;
    for (zones, prefixes) in sets {
        writeln!(out, "= {}", zones.join(" "))?;
        let mut line = String::new();
        for prefix in prefixes {
            if line.len() + 1 + prefix.len() > WIDTH {
                writeln!(out, "{line}")?;
                line.clear();
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(prefix);
        }
        writeln!(out, "{line}")?;
    }
    Ok(out)
}

fn header(version: &str) -> Result<String> {
    let mut out = String::new();
    writeln!(out, "# Time zones of phone numbers: each `=` line is a set of IANA zones, the lines after it are the")?;
    writeln!(out, "# prefixes (country code and what follows it) whose numbers are in them; the longest prefix wins.")?;
    writeln!(out, "#")?;
    writeln!(out, "# Generated by `cargo xtask zones` from the tzdata of the PyPI package phonenumbers {version}.")?;
    writeln!(out, "# Copyright (C) 2011-2026 The Libphonenumber Authors")?;
    writeln!(out, "# Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0")?;
    writeln!(out, "# Changed from the original: another format, current names of zones, and these entries:")?;
    for (prefix, _, why) in CORRECTED {
        writeln!(out, "#   {prefix}: {why}")?;
    }
    for (prefix, from, to) in REPLACED {
        writeln!(out, "#   {prefix}...: {to} in the place of {from}")?;
    }
    Ok(out)
}

/// Reads ` '1201':('America/New_York',),` lines of the Python dictionary.
fn parse(data: &str) -> Result<Prefixes> {
    let mut prefixes = Prefixes::new();
    for line in data.lines() {
        let Some((prefix, zones)) = line.trim().strip_prefix('\'').and_then(|line| line.split_once("':(")) else {
            continue;
        };
        let zones: BTreeSet<String> = zones
            .split('\'')
            .skip(1)
            .step_by(2)
            .map(|zone| RENAMED.iter().find(|(old, _)| *old == zone).map_or(zone, |(_, new)| new).to_owned())
            .collect();
        ensure!(!zones.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit()), "can't read the line of {prefix}");
        prefixes.insert(prefix.to_owned(), zones);
    }
    ensure!(prefixes.len() > 1000, "only {} prefixes: has the package's format changed?", prefixes.len());
    Ok(prefixes)
}

fn correct(mut prefixes: Prefixes) -> Prefixes {
    for (below, from, to) in REPLACED {
        for (_, zones) in prefixes.iter_mut().filter(|(prefix, _)| prefix.starts_with(below)) {
            if zones.remove(*from) {
                zones.insert((*to).to_owned());
            }
        }
    }
    for (prefix, zones, _) in CORRECTED {
        prefixes.insert((*prefix).to_owned(), zones.iter().map(|zone| (*zone).to_owned()).collect());
    }
    prefixes
}

/// Leaves out a prefix whose next shorter one says the same.
fn compress(prefixes: Prefixes) -> Prefixes {
    let shorter = |prefix: &str| (1..prefix.len()).rev().find_map(|len| prefixes.get(&prefix[..len]));
    prefixes
        .iter()
        .filter(|(prefix, zones)| shorter(prefix) != Some(*zones))
        .map(|(prefix, zones)| (prefix.clone(), zones.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(lines: &str) -> String {
        let filler: String = (0..1001).map(|n| format!(" '9{n:04}':('Asia/Dubai',),\n")).collect();
        format!("data = {{\n{lines}{filler}}}\n")
    }

    #[test]
    fn the_table_names_its_source_and_wraps_nothing_but_prefixes() {
        let data = package(" '44':('Europe/Guernsey', 'Europe/London'),\n '4420':('Europe/London',),\n");
        let table = table(&data, "__version__ = \"9.9.9\"\n").unwrap();
        assert!(table.contains("phonenumbers 9.9.9") && table.contains("Apache License"), "{table}");
        assert!(table.contains("= Europe/Guernsey Europe/London\n44\n"), "{table}");
        assert!(table.contains("= Europe/London\n4420\n"), "{table}");
        assert!(table.lines().all(|line| line.starts_with('=') || line.len() <= 120));
    }

    #[test]
    fn outdated_names_and_wrong_neighbours_are_mended() {
        let data = package(" '91':('Asia/Calcutta',),\n '212':('Atlantic/Canary',),\n '7401':('Europe/Bucharest',),\n");
        let table = table(&data, "__version__ = \"1\"\n").unwrap();
        assert!(table.contains("= Asia/Kolkata\n91\n"), "{table}");
        assert!(table.contains("= Africa/Casablanca Africa/El_Aaiun\n212\n"), "{table}");
        assert!(table.contains("= Europe/Kaliningrad\n7401\n"), "{table}");
    }

    #[test]
    fn a_prefix_that_says_what_the_shorter_one_says_is_left_out() {
        let data = package(
            " '1':('America/New_York',),\n '12':('America/New_York',),\n '1201':('America/Chicago',),\n '12012':('America/New_York',),\n",
        );
        let prefixes = compress(parse(&data).unwrap());
        assert!(!prefixes.contains_key("12"));
        assert!(prefixes.contains_key("1201") && prefixes.contains_key("12012"));
    }

    #[test]
    fn a_package_in_another_format_is_refused() {
        let error = table("data = {}", "__version__ = \"1\"\n").unwrap_err();
        assert!(error.to_string().contains("format"), "{error}");
    }
}
