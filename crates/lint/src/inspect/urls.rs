//! Addresses that the provider sends requests to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use callform_spec::model::Agent;

/// An address in an agent's document.
#[derive(Debug)]
pub(crate) struct Address<'a> {
    /// Its field.
    pub(crate) path: [&'static str; 3],
    /// Its text.
    pub(crate) url: &'a str,
}

/// Every address of language models and voices.
pub(crate) fn addresses(agent: &Agent) -> Vec<Address<'_>> {
    let llm = agent.llm.as_ref();
    let tts = agent.tts.as_ref();
    [
        (["llm", "openai", "url"], llm.and_then(|l| l.openai.as_ref()?.url.as_deref())),
        (["llm", "azure", "url"], llm.and_then(|l| l.azure.as_ref()?.url.as_deref())),
        (["llm", "minimax", "url"], llm.and_then(|l| l.minimax.as_ref()?.url.as_deref())),
        (["llm", "dify", "url"], llm.and_then(|l| l.dify.as_ref()?.url.as_deref())),
        (["tts", "minimax", "url"], tts.and_then(|t| t.minimax.as_ref()?.url.as_deref())),
        (["tts", "custom", "url"], tts.and_then(|t| t.custom.as_ref()?.url.as_deref())),
    ]
    .into_iter()
    .filter_map(|(path, url)| Some(Address { path, url: url? }))
    .collect()
}

/// The host of a URL, in lower case, without port and brackets.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.trim_end_matches('.').to_lowercase())
}

/// The path of a URL without slashes at its end; empty if there is none.
pub(crate) fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.find('/').map_or("", |at| rest[at..].trim_end_matches('/'))
}

/// Whether nobody outside this machine or network can reach a host, and why.
pub(crate) fn is_unreachable(host: &str) -> Option<&'static str> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(v4) => v4_unreachable(v4),
            IpAddr::V6(v6) => v6_unreachable(v6),
        };
    }
    if let Some(address) = short_v4(host) {
        return v4_unreachable(address);
    }
    let ends_with = |suffixes: &[&str]| suffixes.iter().any(|s| host.ends_with(s));
    if host == "localhost" || ends_with(&[".localhost"]) {
        Some("this machine")
    } else if ends_with(&[".local", ".internal", ".lan", ".corp", ".home.arpa", ".svc"]) {
        Some("a private name")
    } else if !host.contains('.') {
        Some("a name without a domain")
    } else {
        None
    }
}

/// An address of fewer than four numbers, or of others than decimal ones, as resolvers read it: `127.1`, `0x7f.1`.
fn short_v4(host: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| match part.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let parts: Vec<u32> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last().filter(|(_, first)| first.len() < 4)?;
    // The last number fills all bytes that are left.
    let left = 32 - 8 * u32::try_from(first.len()).ok()?;
    let fits = first.iter().all(|byte| *byte < 256) && u64::from(*last) < 1_u64 << left;
    let begun = first.iter().fold(0_u64, |begun, byte| (begun << 8) | u64::from(*byte)) << left;
    u32::try_from(begun | u64::from(*last)).ok().filter(|_| fits).map(Ipv4Addr::from)
}

fn v4_unreachable(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, ..] = address.octets();
    if address.is_loopback() {
        Some("this machine")
    } else if a == 0 {
        Some("no address of a server")
    } else if address.is_private() || (a == 100 && (64..128).contains(&b)) {
        Some("a private network")
    } else if address.is_link_local() {
        Some("a link-local address")
    } else {
        None
    }
}

fn v6_unreachable(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(v4) = address.to_ipv4_mapped() {
        return v4_unreachable(v4);
    }
    if address.is_loopback() {
        Some("this machine")
    } else if address.is_unspecified() {
        Some("no address of a server")
    } else if address.is_unique_local() {
        Some("a private network")
    } else if address.is_unicast_link_local() {
        Some("a link-local address")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_in_any_url() {
        for (url, host) in [
            ("https://API.example.com:8443/v1?x=1", "api.example.com"),
            ("http://localhost", "localhost"),
            ("http://[::1]:80/", "::1"),
            ("https://u:p@h.example./", "h.example"),
            ("https://h.example?api-version=1", "h.example"),
        ] {
            assert_eq!(host_of(url).as_deref(), Some(host), "{url}");
        }
        assert_eq!(host_of("https:///v1"), None);
        assert_eq!(host_of("nothing"), None);
    }

    #[test]
    fn a_path_ends_before_query_and_slashes() {
        for (url, path) in [
            ("https://h.example", ""),
            ("https://h.example/", ""),
            ("https://h.example/v1//?x=/y", "/v1"),
            ("https://h.example?to=/v1", ""),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }

    #[test]
    fn hosts_that_only_we_can_reach_are_told_from_public_ones() {
        for host in [
            "localhost",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0300.0250.1",
            "llm.corp",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "llm",
            "llm.internal",
            "nas.local",
        ] {
            assert!(is_unreachable(host).is_some(), "{host}");
        }
        for host in
            ["api.openai.com", "8.8.8.8", "8.526344", "172.32.0.1", "100.128.0.1", "2606:4700::1", "local.example"]
        {
            assert_eq!(is_unreachable(host), None, "{host}");
        }
    }
}
