//! Digests of the documents, each by itself, so that a difference can be named.

use std::collections::BTreeMap;

use callform_spec::model::Dialect;
use callform_spec::project::Project;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::identity::SpecDigest;

/// What a plan was made from, callees apart: those are covered by the calls' fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specs {
    project: String,
    agents: BTreeMap<String, String>,
    campaigns: BTreeMap<String, String>,
}

impl Specs {
    /// Of a project, in its environment.
    pub fn of(project: &Project) -> Self {
        let digest = |value| SpecDigest::of(&value).to_string();
        // Of the project what decides who is called and through whom; pace and patience may change under way.
        let own = json!({
            "name": project.name,
            "environment": project.environment,
            "account": project.account(),
            "region": project.provider.region,
            "dialect": match project.dialect {
                Dialect::Intl => "intl",
                Dialect::China => "china",
            },
        });
        Self {
            project: digest(own),
            agents: project.agents.iter().map(|agent| (agent.name.clone(), digest(agent.effective.clone()))).collect(),
            campaigns: project
                .campaigns
                .iter()
                .map(|campaign| (campaign.name.clone(), digest(settings(campaign.node.to_json()))))
                .collect(),
        }
    }

    /// One digest over all of it.
    pub fn digest(&self) -> SpecDigest {
        SpecDigest::of(&json!([self.project, self.agents, self.campaigns]))
    }

    /// What differs in `other`, a line each: `agent checkup changed`.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.project != other.project {
            lines.push("callform.yaml: the account changed".to_owned());
        }
        for (what, before, after) in
            [("agent", &self.agents, &other.agents), ("campaign", &self.campaigns, &other.campaigns)]
        {
            for (name, digest) in before {
                match after.get(name) {
                    None => lines.push(format!("{what} {name} is gone")),
                    Some(now) if now != digest => lines.push(format!("{what} {name} changed")),
                    Some(_) => {}
                }
            }
            let new = after.keys().filter(|name| !before.contains_key(*name));
            lines.extend(new.map(|name| format!("{what} {name} is new")));
        }
        lines
    }
}

/// A campaign without what its calls' fingerprints cover: numbers and values must not be guessed back from a digest
/// that has no key.
fn settings(mut document: Value) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.shift_remove("environments");
        members.shift_remove("variables");
    }
    if let Some(callees) = document.get_mut("callees").and_then(Value::as_object_mut) {
        callees.shift_remove("inline");
    }
    document
}
