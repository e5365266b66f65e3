//! The project document: site, ledger, account.

use std::path::Path;

use super::context::Context;
use super::{LedgerPlace, Site};
use crate::diagnostic::Diagnostic;
use crate::model::{Dialect, Project, SecretRef};
use crate::source::Span;
use crate::yaml::{Node, Segment, Yaml};

/// The ledger's place where the project names none.
const DEFAULT_LEDGER: &str = ".callform/ledger.db";

/// What follows from the project document.
pub(super) struct Account {
    pub(super) site: Site,
    pub(super) dialect: Dialect,
    pub(super) ledger: LedgerPlace,
}

pub(super) fn check(project: &Project, node: &Node, root: &Path, context: &mut Context<'_>) -> Account {
    let provider = project.provider.clone().unwrap_or_default();
    let place = |keys: &[&str]| node.place(&keys.iter().map(|k| Segment::Key((*k).into())).collect::<Vec<_>>());
    let named = provider.site.as_deref().unwrap_or("emulator");
    let site = site(named);
    let implied = match site {
        Site::Intl | Site::Emulator => Some(Dialect::Intl),
        Site::China => Some(Dialect::China),
        Site::Url(_) => None,
    };
    if let Site::Url(url) = &site {
        let at = place(&["provider", "site"]);
        if url.starts_with("http://") && !is_loopback(url) {
            context.push(plain_http("provider.site", at));
        }
        if host_of(url).is_none_or(|h| h.is_empty()) || url.contains('@') {
            context.push(
                Diagnostic::error(
                    "E0124",
                    "`provider.site` is not a URL that can be used",
                    at,
                    "no host, or a name and password in it",
                )
                .help("write `https://HOST`, with a port if need be"),
            );
        } else if url.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty()) || url.contains(['?', '#']) {
            context.push(
                Diagnostic::error("E0124", "`provider.site` is more than a host", at, "the API is served at `/`")
                    .help("leave out what follows the host and its port"),
            );
        }
        if provider.dialect.is_none() && !node.get("provider").is_some_and(|p| p.has_invalid("dialect")) {
            context.push(
                Diagnostic::error(
                    "E0124",
                    "`provider.dialect` is missing",
                    at,
                    "a URL does not say whose parameters it takes",
                )
                .help("write `dialect: intl` or `dialect: china` beside `site`"),
            );
        }
    }
    if let (Some(dialect), Site::Intl | Site::China) = (provider.dialect, &site)
        && Some(dialect) != implied
    {
        context.push(
            Diagnostic::error(
                "E0124",
                format!("`provider.dialect` contradicts `site: {site}`"),
                place(&["provider", "dialect"]),
                "another dialect",
            )
            .help("leave it out: it follows from the site"),
        );
    }
    super::waits::check(&provider, &site, place, context);
    let unreadable = |field: &str| {
        let path = [Segment::Key("provider".into()), Segment::Key(field.into())];
        node.at(&path).is_some_and(|(node, _)| node.value == Yaml::Invalid)
    };
    let dialect = if provider.site.is_none() || unreadable("dialect") {
        // Not known, which was reported. The China dialect knows every parameter, so nothing is refused for it.
        provider.dialect.unwrap_or(Dialect::China)
    } else {
        provider.dialect.or(implied).unwrap_or(Dialect::Intl)
    };
    Account { dialect, site, ledger: ledger(project, node, root, context) }
}

/// The site behind a name or URL. One account has one identity however its address is written: it is what history and
/// ceilings go by.
pub(super) fn site(named: &str) -> Site {
    match named {
        "intl" => return Site::Intl,
        "china" => return Site::China,
        "emulator" => return Site::Emulator,
        _ => {}
    }
    let url = named.trim_end_matches('/');
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let scheme = scheme.to_lowercase();
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let mut authority = authority.to_lowercase();
    let usual_port = if scheme == "http" { ":80" } else { ":443" };
    if let Some(host) = authority.strip_suffix(usual_port) {
        authority = host.to_owned();
    }
    let authority = authority.trim_end_matches('.');
    match (scheme.as_str(), authority, tail) {
        ("https", "ccc.intl.tencentcloudapi.com", "") => Site::Intl,
        ("https", "ccc.tencentcloudapi.com", "") => Site::China,
        _ => Site::Url(format!("{scheme}://{authority}{tail}")),
    }
}

/// What an environment says of account and ledger.
struct Purse {
    environment: String,
    account: String,
    ledger: String,
    at: Span,
}

/// Of all environments that can phone anybody and can be read so far.
fn purses(document: &Node, environments: &[(String, Span)]) -> Vec<Purse> {
    let names = std::iter::once(None).chain(environments.iter().map(|(name, _)| Some(name.as_str())));
    let purse = |name: Option<&str>| {
        let merged = super::overlay::apply(document.clone(), name);
        let value = |keys: &[&str]| {
            let path: Vec<_> = keys.iter().map(|k| Segment::Key((*k).into())).collect();
            merged.at(&path).map(|(node, _)| (node.to_json(), merged.place(&path)))
        };
        let ((site_name, at), (id, _)) = value(&["provider", "site"]).zip(value(&["provider", "sdkAppId"]))?;
        let site = site(site_name.as_str().unwrap_or_default());
        if site.is_emulator() {
            return None;
        }
        let (ledger, at) = match value(&["ledger"]) {
            Some((ledger, at)) => (ledger.as_str().unwrap_or_default().to_owned(), at),
            None => (DEFAULT_LEDGER.to_owned(), at),
        };
        let environment = name.unwrap_or(super::DEFAULT_ENVIRONMENT).to_owned();
        Some(Purse { environment, account: format!("{site} / {id}"), ledger, at })
    };
    names.filter_map(purse).collect()
}

/// Environments that name one account share one ledger: otherwise one of them would not know whom the other phoned.
pub(super) fn one_ledger_per_account(document: &Node, environments: &[(String, Span)], context: &mut Context<'_>) {
    let mut seen: Vec<Purse> = Vec::new();
    for purse in purses(document, environments) {
        match seen.iter().find(|s| s.account == purse.account && s.ledger != purse.ledger) {
            Some(other) => context.push(
                Diagnostic::error(
                    "E0151",
                    format!("`{}` and `{}` are one account with two ledgers", purse.environment, other.environment),
                    purse.at,
                    "another ledger",
                )
                .related(other.at, format!("the ledger of `{}`", other.environment))
                .help("give both the same `ledger`: each would phone the people whom the other has phoned"),
            ),
            None => seen.push(purse),
        }
    }
}

/// The other environments that phone through the account of this one.
pub(super) fn same_account(document: &Node, environments: &[(String, Span)], environment: &str) -> Vec<String> {
    let purses = purses(document, environments);
    let Some(own) = purses.iter().find(|purse| purse.environment == environment) else { return Vec::new() };
    let others = purses.iter().filter(|p| p.environment != environment && p.account == own.account);
    others.map(|purse| purse.environment.clone()).collect()
}

fn ledger(project: &Project, node: &Node, root: &Path, context: &mut Context<'_>) -> LedgerPlace {
    let text = project.ledger.as_deref().unwrap_or(DEFAULT_LEDGER);
    if let Some(SecretRef::Env(name)) = SecretRef::parse(text) {
        return LedgerPlace::Env(name);
    }
    let at = node.place(&[Segment::Key("ledger".into())]);
    if text.contains("://") {
        context.redact(at);
        context.push(
            Diagnostic::error("E0125", "`ledger` holds a URL in plain text", at, "it may hold a password")
                .help("put it into an environment variable and write `${env:CALLFORM_LEDGER}`"),
        );
    } else if text.contains("${") {
        context.push(
            Diagnostic::error("E0125", "`ledger` is not a reference that can be read", at, "here")
                .help("write `${env:NAME}`"),
        );
    } else if Path::new(text).is_absolute()
        || Path::new(text).components().any(|c| c == std::path::Component::ParentDir)
    {
        context.push(
            Diagnostic::error("E0121", "the path leads out of the project", at, "not inside the project's directory")
                .help("a ledger that is shared is kept in PostgreSQL: `${env:CALLFORM_LEDGER}`"),
        );
    }
    LedgerPlace::File(root.join(text))
}

/// The host of a URL, lower case, without port; `None` if it is no URL.
pub(super) fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if let Some(v6) = host.strip_prefix('[') { v6.split(']').next()? } else { host.split(':').next()? };
    Some(host.to_lowercase())
}

/// Whether a URL leads to this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    host_of(url).is_some_and(|h| {
        h == "localhost" || h == "::1" || h.parse::<std::net::Ipv4Addr>().is_ok_and(|a| a.is_loopback())
    })
}

/// Refusal of a plain `http` provider.
pub(super) fn plain_http(field: &str, at: crate::source::Span) -> Diagnostic {
    Diagnostic::error("E0126", format!("`{field}` is plain `http`"), at, "a key would travel in clear")
        .help("use `https://`; plain `http` is accepted on loopback only")
}
