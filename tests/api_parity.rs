//! `callform_ccc::parameters` against the provider's own definitions of `CreateAICall`, one per site: a parameter that
//! we forget, invent or give another type fails here, however deep it is.
#![expect(clippy::unwrap_used)]

mod installed;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use callform_ccc::Dialect;
use callform_ccc::parameters::{CREATE_AI_CALL, Kind, Parameter, Required, create_ai_call, validate};
use serde_json::{Map, Value, json};

const REQUEST: &str = "CreateAICallRequest";

/// Parameters that the definitions mark `disabled`, and that callform sends all the same when a spec asks for them.
const DISABLED: &[(&str, &str)] = &[(
    "PromptVariables",
    "the page of 2025-01-10 documents it and both SDKs still have it; a lint calls it deprecated",
)];

/// Parameters that only the page of 2025-01-10 calls required; the definitions call them optional, and so do we.
const REQUIRED_BY_THE_OLD_PAGE_ONLY: &[&str] = &["Model", "SystemPrompt"];

/// The definitions of one site.
struct Definitions {
    objects: Value,
}

impl Definitions {
    fn of(dialect: Dialect) -> Self {
        let path = installed::installed("definitions").join(format!("{dialect}.json"));
        let mut file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(file["metadata"]["apiVersion"], "2020-02-10");
        Self { objects: file["objects"].take() }
    }

    fn members(&self, object: &str) -> &[Value] {
        self.objects[object]["members"].as_array().unwrap_or_else(|| panic!("no members of {object}"))
    }

    fn member(&self, name: &str) -> &Value {
        self.members(REQUEST).iter().find(|member| member["name"] == name).unwrap()
    }

    fn document(&self, name: &str) -> &str {
        text(&self.member(name)["document"])
    }

    /// Every member at every depth, as `TransferItems.TransferSkillGroupId` -> `uint64, required`.
    fn shape(&self) -> BTreeMap<String, String> {
        let mut shape = BTreeMap::new();
        self.describe(REQUEST, "", &mut shape);
        shape
    }

    fn describe(&self, object: &str, prefix: &str, shape: &mut BTreeMap<String, String>) {
        for member in self.members(object) {
            let path = format!("{prefix}{}", text(&member["name"]));
            let inner = text(&member["member"]);
            let is_object = self.objects.get(inner).is_some();
            let inner_kind = if is_object { "object" } else { inner };
            let kind = match text(&member["type"]) {
                "list" => format!("list of {inner_kind}"),
                _ => inner_kind.to_owned(),
            };
            if is_object {
                self.describe(inner, &format!("{path}."), shape);
            }
            shape.insert(path, described(kind, member["required"] == true));
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}"))
}

fn described(kind: String, required: bool) -> String {
    kind + if required { ", required" } else { ", optional" }
}

/// The same of our table.
fn our_shape(dialect: Dialect) -> BTreeMap<String, String> {
    let mut shape = BTreeMap::new();
    describe_ours(create_ai_call(dialect), "", &mut shape);
    shape
}

fn describe_ours<'a>(
    parameters: impl Iterator<Item = &'a Parameter>,
    prefix: &str,
    shape: &mut BTreeMap<String, String>,
) {
    for parameter in parameters {
        let path = format!("{prefix}{}", parameter.name);
        if let Kind::Object(members) | Kind::Array(&Kind::Object(members)) = parameter.kind {
            describe_ours(members.iter(), &format!("{path}."), shape);
        }
        shape.insert(path, described(kind_name(parameter.kind), parameter.required == Required::Yes));
    }
}

fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::String | Kind::Json => "string".to_owned(),
        Kind::Integer => "int64".to_owned(),
        Kind::Unsigned => "uint64".to_owned(),
        Kind::Float => "float".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Object(_) => "object".to_owned(),
        Kind::Array(item) => format!("list of {}", kind_name(*item)),
    }
}

#[test]
fn both_sites_define_the_members_that_we_have_with_the_same_types_and_needs_at_every_depth() {
    for dialect in Dialect::ALL {
        let theirs = Definitions::of(dialect).shape();
        let ours = our_shape(dialect);
        let names: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        let differences: Vec<String> = names
            .into_iter()
            .filter(|name| theirs.get(*name) != ours.get(*name))
            .map(|name| {
                let says =
                    |shape: &BTreeMap<String, String>| shape.get(name).map_or("nothing", String::as_str).to_owned();
                format!("{name}: {dialect} defines {}; callform has {}", says(&theirs), says(&ours))
            })
            .collect();
        assert_eq!(differences, Vec::<String>::new());
    }
}

#[test]
fn the_definitions_reach_every_nested_type() {
    // Guards the test above: were the definitions' own form to change, it might compare nothing with nothing.
    let china = Definitions::of(Dialect::China).shape();
    assert_eq!(china["TransferItems.TransferSkillGroupId"], "uint64, required");
    assert_eq!(china["TransferToAgentItems.TransferToAgentId"], "uint64, required");
    assert_eq!(china["Variables.Value"], "string, required");
    assert_eq!(china["ToneWord.ZHToneWords.Neutral"], "list of string, optional");
    assert_eq!(china["ExtractConfig.Choices"], "list of string, optional");
    assert!(!Definitions::of(Dialect::Intl).shape().contains_key("AcquireTimeoutSecond"));
}

#[test]
fn what_the_definitions_disable_is_known_and_explained() {
    for dialect in Dialect::ALL {
        let definitions = Definitions::of(dialect);
        let disabled: Vec<&str> = definitions
            .members(REQUEST)
            .iter()
            .filter(|member| member["disabled"] == true)
            .map(|member| text(&member["name"]))
            .collect();
        let explained: Vec<&str> = DISABLED.iter().map(|(name, _)| *name).collect();
        assert_eq!(disabled, explained, "{dialect}");
    }
}

#[test]
fn only_two_parameters_are_required_by_the_old_page_alone() {
    let ours: BTreeSet<&str> = CREATE_AI_CALL
        .iter()
        .filter(|parameter| parameter.required == Required::PageOnly)
        .map(|parameter| parameter.name)
        .collect();
    assert_eq!(ours.into_iter().collect::<Vec<_>>(), REQUIRED_BY_THE_OLD_PAGE_ONLY);
}

#[test]
fn every_value_and_bound_that_we_insist_on_is_in_the_documentation_of_both_sites() {
    for dialect in Dialect::ALL {
        let definitions = Definitions::of(dialect);
        for parameter in create_ai_call(dialect) {
            let document = definitions.document(parameter.name).to_lowercase();
            for value in parameter.choices.iter().chain(parameter.known) {
                assert!(
                    document.contains(&value.to_lowercase()),
                    "{dialect}: `{value}` is not documented for {}: {document}",
                    parameter.name
                );
            }
            if let Some(range) = parameter.range.filter(|range| range.max.is_finite()) {
                let dense: String = document.split_whitespace().collect();
                let forms = ["-", "to", ","].map(|between| format!("{}{between}{}", range.min, range.max));
                assert!(
                    forms.iter().any(|form| dense.contains(form)),
                    "{dialect}: {} to {} is not documented for {}: {document}",
                    range.min,
                    range.max,
                    parameter.name
                );
            }
        }
    }
}

/// The values that a documentation text lists, one a line, before a colon or a description in Chinese.
fn listed(document: &str) -> BTreeSet<String> {
    document
        .split(['<', '>', '\n'])
        .map(|line| line.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '_').collect::<String>())
        .filter(|word| !matches!(word.as_str(), "" | "p" | "br" | "ol" | "ul" | "li"))
        .collect()
}

/// The values that a documentation text quotes.
fn quoted(document: &str) -> BTreeSet<String> {
    document.split("&quot;").skip(1).step_by(2).map(str::to_owned).collect()
}

fn ours(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// The China site's texts only: the translation capitalises values and drops one.
#[test]
fn every_protocol_language_voice_scene_and_type_that_is_documented_is_known_to_us() {
    let china = Definitions::of(Dialect::China);
    let table = |name: &str| CREATE_AI_CALL.iter().find(|parameter| parameter.name == name).unwrap();
    assert_eq!(quoted(china.document("LLMType")), ours(table("LLMType").choices));
    assert_eq!(quoted(china.document("Languages")), ours(table("Languages").choices));
    assert_eq!(listed(china.document("VoiceType")), ours(table("VoiceType").known));
    assert_eq!(listed(china.document("AmbientSoundType")), ours(table("AmbientSoundType").choices));

    let Kind::Array(Kind::Object(element)) = table("ExtractConfig").kind else { panic!("not a list of objects") };
    let ours_of_type = element.iter().find(|parameter| parameter.name == "InfoType").unwrap();
    let theirs = &china.members("AICallExtractConfigElement")[0];
    assert_eq!(theirs["name"], "InfoType");
    assert_eq!(listed(text(&theirs["document"])), ours(ours_of_type.choices));
}

/// An example as the value that it stands for; none where the definitions have a remark in its place.
fn example(member: &Value) -> Option<Value> {
    let written = text(&member["example"]);
    match (text(&member["type"]), written) {
        (_, "无") => None,
        // The one text whose example is written as a JSON string.
        ("string", written) if written.starts_with('"') => serde_json::from_str(written).ok(),
        ("string", written) => Some(json!(written)),
        (_, written) => Some(serde_json::from_str(written).unwrap()),
    }
}

#[test]
fn the_definitions_own_example_values_are_accepted() {
    for dialect in Dialect::ALL {
        let definitions = Definitions::of(dialect);
        let body: Map<String, Value> = definitions
            .members(REQUEST)
            .iter()
            .filter_map(|member| Some((text(&member["name"]).to_owned(), example(member)?)))
            .collect();
        assert!(body.len() > 30, "{dialect}: {} examples", body.len());
        assert_eq!(validate(dialect, &Value::Object(body)), Ok(()), "{dialect}");
    }
}
