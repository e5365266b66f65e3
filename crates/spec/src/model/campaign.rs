//! `kind: Campaign`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::scalar::{CLOCK_PATTERN, DAY_PATTERN, Duration, Moment, NAME_PATTERN, short_or_long};

/// A campaign: who is called, by which agent, when, and how often.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Campaign {
    /// The document's kind.
    #[schemars(required, extend("const" = "Campaign"))]
    pub kind: Option<String>,
    /// The campaign's name; a part of every call's identity.
    #[schemars(required, regex(pattern = NAME_PATTERN), length(max = 100), extend("examples" = ["april-checkups"]))]
    pub name: Option<String>,
    /// What it is for; for people.
    #[schemars(extend("examples" = ["Everybody whose check-up is in April."]))]
    pub description: Option<String>,
    /// Which round this is; a new one calls the same people again (and wants `repeat: allowed`).
    #[schemars(regex(pattern = NAME_PATTERN), length(max = 100), extend("examples" = ["2026-04"]))]
    pub occurrence: Option<String>,
    /// Says that calling people again who were called before is meant.
    pub repeat: Option<Repeat>,
    /// The campaign's name before it was renamed: its calls keep their identity.
    #[schemars(regex(pattern = NAME_PATTERN), extend("examples" = ["spring-checkups"]))]
    pub moved_from: Option<String>,
    /// Name of the agent that talks.
    #[schemars(required, extend("examples" = ["checkup"]))]
    pub agent: Option<String>,
    /// Numbers of one's own that the callee sees; the provider picks one. Left out, it picks among all. Becomes
    /// `Callers`.
    #[schemars(length(min = 1), extend("x-api-parameter" = "Callers", "examples" = [["+861012341234"]]))]
    pub callers: Option<Vec<String>>,
    /// Values for variables of the agent that are the same for every callee.
    pub variables: Option<Map<String, Value>>,
    /// Who is called. Each becomes `Callee` of one request.
    #[schemars(required, extend("x-api-parameter" = "Callee"))]
    pub callees: Option<Callees>,
    /// When callees may be phoned.
    pub window: Option<WindowSpec>,
    /// No call before this day or instant.
    pub not_before: Option<Moment>,
    /// No call after this day or instant.
    pub not_after: Option<Moment>,
    /// What happens when nobody was reached.
    pub retry: Option<Retry>,
    /// How much at the most.
    pub limits: Option<CampaignLimits>,
    /// Files with numbers that are never called by this campaign.
    #[schemars(extend("examples" = [["dnc.csv"]]))]
    pub do_not_call: Option<Vec<String>>,
    /// Overlays, chosen with `--env`.
    #[schemars(with = "Option<IndexMap<String, serde_json::Value>>")]
    pub environments: Option<IndexMap<String, Value>>,
}

/// Says that calling people again is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Repeat {
    /// It is meant.
    Allowed,
}

/// Who is called: rows of a file, or rows written here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend(
    "anyOf" = [{"required": ["file"]}, {"required": ["inline"]}],
    "dependentSchemas" = {
        "file": {"properties": {"inline": false}, "errorMessage": "Either `file` or `inline`."},
        "inline": {"properties": {"file": false}, "errorMessage": "Either `file` or `inline`."}
    }
))]
pub struct Callees {
    /// A CSV or JSON Lines file, relative to this document; `${env:NAME}` holding a path; `-` for standard input.
    #[schemars(extend("examples" = ["callees.csv", "callees.jsonl", "-"]))]
    pub file: Option<String>,
    /// The file's format; follows from its name unless said.
    pub format: Option<CalleeFormat>,
    /// What separates the columns of a CSV file.
    #[schemars(length(min = 1, max = 1), extend("default" = ","))]
    pub delimiter: Option<String>,
    /// The column that holds the number.
    #[schemars(extend("default" = "number", "examples" = ["phone"]))]
    pub number: Option<String>,
    /// The column whose value names the callee from then on, whatever row it stands in. Required for files; for rows
    /// written here the number itself will do.
    #[schemars(extend("examples" = ["patient_id"]))]
    pub key: Option<String>,
    /// Variable by column, where their names differ.
    #[schemars(extend("examples" = [{"callee_name": "first name"}]))]
    pub columns: Option<IndexMap<String, String>>,
    /// Rows written here: column by value.
    #[schemars(extend("examples" = [[{"number": "+861012341234"}]]))]
    pub inline: Option<Vec<Map<String, Value>>>,
}

/// Format of a file of callees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CalleeFormat {
    /// Comma-separated values with a header line.
    Csv,
    /// One JSON object in a line.
    Jsonl,
}

/// When callees may be phoned.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WindowSpec {
    /// Whose clock: `callee` (from the number), an IANA zone, or `{ column: NAME }`.
    #[schemars(extend("default" = "callee", "examples" = ["callee", "Asia/Shanghai", {"column": "tz"}]))]
    pub time_zone: Option<ZoneChoice>,
    /// When it is open; always, if left out.
    #[schemars(length(min = 1))]
    pub open: Option<Vec<Opening>>,
    /// Days on which it stays shut.
    #[schemars(inner(regex(pattern = DAY_PATTERN)), extend("examples" = [["2026-04-03"]]))]
    pub except: Option<Vec<String>>,
}

short_or_long!(
    /// Whose clock a window goes by.
    ZoneChoice,
    String,
    ZoneColumn
);

/// The column that names each callee's time zone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZoneColumn {
    /// Name of the column; its values are IANA zones.
    #[schemars(required, extend("examples" = ["tz"]))]
    pub column: Option<String>,
}

/// One opening.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Opening {
    /// On which days; every day, if left out.
    #[schemars(length(min = 1))]
    pub days: Option<Vec<Day>>,
    /// From this time of day on.
    #[schemars(required, regex(pattern = CLOCK_PATTERN), extend("examples" = ["09:00"]))]
    pub from: Option<String>,
    /// Up to this time of day; `24:00` is midnight.
    #[schemars(required, regex(pattern = CLOCK_PATTERN), extend("examples" = ["20:00"]))]
    pub to: Option<String>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "days are their names")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// What happens when nobody was reached.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retry {
    /// How often a callee is tried at the most; only attempts that may have rung count.
    #[schemars(required, range(min = 1, max = 10), extend("examples" = [3]))]
    pub max_attempts: Option<u32>,
    /// How long to wait between two attempts.
    #[schemars(extend("default" = "1h", "examples" = ["2h"]))]
    pub wait: Option<Duration>,
    /// After which outcomes.
    #[schemars(length(min = 1), extend("default" = ["noAnswer", "busy"]))]
    pub when: Option<Vec<RetryOutcome>>,
}

/// An outcome after which a callee may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RetryOutcome {
    /// It rang and nobody answered (202).
    NoAnswer,
    /// The line was busy (206).
    Busy,
    /// The callee declined (203).
    Rejected,
    /// The phone was off (204).
    PowerOff,
    /// Out of coverage (210).
    NotInService,
    /// A machine answered (222).
    Voicemail,
    /// The carrier's line failed or was blocked (208, 212).
    CarrierFault,
}

/// How much at the most.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CampaignLimits {
    /// Calls that one run may place.
    #[schemars(range(min = 1), extend("examples" = [500]))]
    pub per_run: Option<u64>,
    /// Calls of this campaign that may go on at the same time.
    #[schemars(range(min = 1), extend("examples" = [5]))]
    pub concurrent: Option<u32>,
    /// How often one person may be phoned, by any campaign of the account.
    pub per_callee: Option<PerCallee>,
}

/// How often one person may be phoned.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PerCallee {
    /// So many calls ...
    #[schemars(required, range(min = 1), extend("examples" = [1]))]
    pub calls: Option<u32>,
    /// ... in this time.
    #[schemars(required, extend("examples" = ["24h"]))]
    pub every: Option<Duration>,
}
