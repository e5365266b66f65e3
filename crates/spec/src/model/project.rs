//! `kind: Project`.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{Duration, NAME_PATTERN, SecretRef};

/// A project: which account the calls go out through, where the ledger is, and what differs between environments.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Project {
    /// Version of the language; 1.
    #[schemars(required, range(min = 1, max = 1), extend("examples" = [1]))]
    pub callform: Option<u32>,
    /// The document's kind.
    #[schemars(required, extend("const" = "Project"))]
    pub kind: Option<String>,
    /// The project's name; a part of every call's identity, so a new name means new calls.
    #[schemars(required, regex(pattern = NAME_PATTERN), length(max = 100), extend("examples" = ["clinic-outreach"]))]
    pub name: Option<String>,
    /// What it is for; for people.
    #[schemars(extend("examples" = ["Reminds patients of their check-ups."]))]
    pub description: Option<String>,
    /// The Tencent Cloud Contact Center account.
    #[schemars(required)]
    pub provider: Option<Provider>,
    /// Where the ledger is: a SQLite file inside the project, or `${env:NAME}` holding a `postgres://` URL.
    #[schemars(extend("default" = ".callform/ledger.db", "examples" = [".callform/ledger.db", "${env:CALLFORM_LEDGER}"]))]
    pub ledger: Option<String>,
    /// Which secret may travel to which hosts. A secret that is named here is refused for any other host; one that is
    /// not named is free to go where the documents say.
    #[schemars(extend("examples" = [{"OPENAI_API_KEY": ["api.openai.com"]}]))]
    pub secrets: Option<BTreeMap<String, Vec<String>>>,
    /// How plans are judged.
    pub plan: Option<PlanRules>,
    /// How bad lints are in this project.
    pub lint: Option<Lint>,
    /// Overlays, chosen with `--env`; the base is called `default`. Maps merge deeply; lists and exactly-one-of maps
    /// are replaced.
    #[schemars(with = "Option<IndexMap<String, serde_json::Value>>")]
    pub environments: Option<IndexMap<String, serde_json::Value>>,
}

/// The Tencent Cloud Contact Center account.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Provider {
    /// Which endpoint: `intl`, `china`, `emulator`, or a URL (then `dialect` is required).
    #[schemars(required, regex(pattern = r"^(intl|china|emulator|https?://[^\s]+)$"), extend("examples" = ["intl", "china", "emulator"]))]
    pub site: Option<String>,
    /// Whose parameter set the endpoint speaks. Follows from `site` for `intl` and `china`; `intl` for `emulator`
    /// unless said otherwise.
    pub dialect: Option<Dialect>,
    /// The CCC application's id. Becomes `SdkAppId`.
    #[schemars(required, range(min = 1), extend("examples" = [1400000000], "x-api-parameter" = "SdkAppId"))]
    pub sdk_app_id: Option<u64>,
    /// The common parameter `Region`; CCC does not need it.
    #[schemars(regex(pattern = r"^[a-z0-9-]+$"), extend("examples" = ["ap-singapore"], "x-api-parameter" = "Region"))]
    pub region: Option<String>,
    /// The key pair that signs requests.
    pub credentials: Option<Credentials>,
    /// How many requests are sent in a second at the most; the provider's documented ceiling is 20.
    #[schemars(range(min = 1, max = 20), extend("default" = 18))]
    pub requests_per_second: Option<u32>,
    /// How many lines were bought: what really bounds how long a campaign takes.
    #[schemars(range(min = 1), extend("default" = 10))]
    pub concurrent_calls: Option<u32>,
    /// How the provider's records are read.
    pub reconcile: Option<Reconcile>,
    /// When to stop because too many answers were lost.
    pub breaker: Option<Breaker>,
    /// How long to wait for the answer to one request.
    #[schemars(extend("default" = "60s"))]
    pub request_timeout: Option<Duration>,
}

/// Whose parameter set an endpoint speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// tencentcloud.com
    Intl,
    /// cloud.tencent.com
    China,
}

/// The key pair that signs requests.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// SecretId. Without `credentials` it is `${env:TENCENTCLOUD_SECRET_ID}`.
    #[schemars(required, extend("examples" = ["${env:TENCENTCLOUD_SECRET_ID}"]))]
    pub secret_id: Option<SecretRef>,
    /// SecretKey. Without `credentials` it is `${env:TENCENTCLOUD_SECRET_KEY}`.
    #[schemars(required, extend("examples" = ["${env:TENCENTCLOUD_SECRET_KEY}"]))]
    pub secret_key: Option<SecretRef>,
    /// Session token of temporary keys; left out of the request when the variable is unset. Becomes the header
    /// `X-TC-Token`.
    #[schemars(extend("default" = "${env:TENCENTCLOUD_TOKEN}", "x-api-parameter" = "X-TC-Token"))]
    pub token: Option<SecretRef>,
}

/// How the provider's records are read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reconcile {
    /// How late a call record may appear; at least 30m, unless the site is on this machine.
    #[schemars(extend("default" = "30m"))]
    pub record_lag: Option<Duration>,
    /// For how long after its signing a request may still be taken; at least 300s, which is what the provider does,
    /// unless the site is on this machine.
    #[schemars(extend("default" = "300s"))]
    pub request_life: Option<Duration>,
}

/// When to stop because too many answers were lost.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Breaker {
    /// Lost answers in a row.
    #[schemars(range(min = 1), extend("default" = 5))]
    pub consecutive: Option<u32>,
    /// Lost answers among the last 50, in percent.
    #[schemars(range(min = 1, max = 100), extend("default" = 20))]
    pub percent: Option<u32>,
}

/// How plans are judged.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanRules {
    /// `apply --plan` accepts signed plans only (`CALLFORM_PLAN_KEY`).
    #[schemars(extend("default" = false))]
    pub require_signature: Option<bool>,
    /// How long a plan authorises its calls.
    #[schemars(extend("default" = "7d"))]
    pub valid_for: Option<Duration>,
}

/// How bad lints are in this project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lint {
    /// Levels of rules, by code or name; `callform rule` lists them. A rule that is not named keeps its own.
    #[schemars(extend("examples" = [{"limits-unset": "error", "CF007": "off"}]))]
    pub levels: Option<IndexMap<String, LintLevel>>,
}

/// How bad the findings of a rule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LintLevel {
    /// Not looked for.
    Off,
    /// `lint` fails, `validate` does not.
    Warning,
    /// `lint` and `validate` fail. Calls are still placed: only errors of the language stop them.
    Error,
}
