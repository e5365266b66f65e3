//! The functions that a model may call.

use callform_spec::model::{Agent, EndCall, TransferToAgent, TransferToHuman};
use callform_spec::project::Placed;
use callform_spec::yaml::Segment;

use super::keys;

/// Which switch a function hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// `functions.endCall`: the platform's `call_end`.
    EndCall,
    /// An item of `functions.transferToHuman`.
    Human,
    /// An item of `functions.transferToAgent`.
    Agent,
}

impl Group {
    /// The field.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::EndCall => "endCall",
            Self::Human => "transferToHuman",
            Self::Agent => "transferToAgent",
        }
    }
}

/// A function that the agent's document knows of.
#[derive(Debug)]
pub(crate) struct Function<'a> {
    /// What the model calls it by.
    pub(crate) name: &'a str,
    /// Which switch it hangs on.
    pub(crate) group: Group,
    /// Whether the model is offered it.
    pub(crate) enabled: bool,
    /// Where it is declared; `None` for a `call_end` that the document does not speak of.
    pub(crate) path: Option<Vec<Segment>>,
}

/// Every function, `call_end` first.
pub(crate) fn functions(agent: &Agent) -> Vec<Function<'_>> {
    let functions = agent.functions.as_ref();
    let end_call = functions.and_then(|f| f.end_call.as_ref());
    let mut found = vec![Function {
        name: "call_end",
        group: Group::EndCall,
        enabled: match end_call {
            None => false,
            Some(EndCall::Short(on)) => *on,
            Some(EndCall::Long(options)) => options.enabled.unwrap_or(true),
        },
        path: end_call.map(|_| keys(&["functions", "endCall"])),
    }];
    if let Some(transfer) = functions.and_then(|f| f.transfer_to_human.as_ref()) {
        let (items, enabled, long) = match transfer {
            TransferToHuman::Short(items) => (items.as_slice(), true, false),
            TransferToHuman::Long(o) => (o.items.as_deref().unwrap_or_default(), o.enabled.unwrap_or(true), true),
        };
        let names = items.iter().map(|i| i.name.as_deref());
        found.extend(items_of(Group::Human, names, enabled, long));
    }
    if let Some(transfer) = functions.and_then(|f| f.transfer_to_agent.as_ref()) {
        let (items, enabled, long) = match transfer {
            TransferToAgent::Short(items) => (items.as_slice(), true, false),
            TransferToAgent::Long(o) => (o.items.as_deref().unwrap_or_default(), o.enabled.unwrap_or(true), true),
        };
        let names = items.iter().map(|i| i.name.as_deref());
        found.extend(items_of(Group::Agent, names, enabled, long));
    }
    found
}

/// Every function with the text that tells the model when to call it, if the agent has one.
pub(crate) fn described(agent: &callform_spec::project::Agent) -> Vec<(Function<'_>, Option<&Placed>)> {
    let templates = &agent.templates;
    let of = |function: &Function<'_>| {
        let nth = function.path.as_ref()?.iter().find_map(|s| if let Segment::Index(i) = s { Some(*i) } else { None });
        match function.group {
            Group::EndCall => templates.end_call_description.as_ref(),
            Group::Human => templates.transfer_to_human.get(nth?)?.as_ref(),
            Group::Agent => templates.transfer_to_agent.get(nth?)?.as_ref(),
        }
    };
    functions(&agent.spec)
        .into_iter()
        .map(|f| {
            let d = of(&f);
            (f, d)
        })
        .collect()
}

fn items_of<'a>(
    group: Group,
    names: impl Iterator<Item = Option<&'a str>>,
    enabled: bool,
    long: bool,
) -> impl Iterator<Item = Function<'a>> {
    names.enumerate().filter_map(move |(i, name)| {
        let mut path = keys(&["functions", group.field()]);
        if long {
            path.extend(keys(&["items"]));
        }
        path.extend([Segment::Index(i), Segment::Key("name".to_owned())]);
        Some(Function { name: name?, group, enabled, path: Some(path) })
    })
}
