//! Who serves a model, by the host of its address.

/// A vendor whose public hosts are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    OpenAi,
    DeepSeek,
    Hunyuan,
    Azure,
    Minimax,
    Dify,
}

impl Vendor {
    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI",
            Self::DeepSeek => "DeepSeek",
            Self::Hunyuan => "Hunyuan",
            Self::Azure => "Azure OpenAI",
            Self::Minimax => "Minimax",
            Self::Dify => "Dify",
        }
    }

    /// Of a host as [`host_of`](super::host_of) gives it; `None` for everybody else's, a gateway of one's own included.
    pub(crate) fn of_host(host: &str) -> Option<Self> {
        Some(match host {
            "api.openai.com" => Self::OpenAi,
            "api.deepseek.com" => Self::DeepSeek,
            "api.hunyuan.cloud.tencent.com" => Self::Hunyuan,
            "api.minimax.chat" | "api.minimaxi.com" | "api.minimax.io" => Self::Minimax,
            "api.dify.ai" => Self::Dify,
            _ if host.ends_with(".openai.azure.com") => Self::Azure,
            _ => return None,
        })
    }

    /// Of a URL.
    pub(crate) fn of_url(url: &str) -> Option<Self> {
        Self::of_host(&super::host_of(url)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_are_known_by_their_own_hosts_only() {
        for (url, vendor) in [
            ("https://API.openai.com/v1/", Some(Vendor::OpenAi)),
            ("https://front-desk.openai.azure.com?api-version=2024-10-21", Some(Vendor::Azure)),
            ("https://api.minimax.io/v1", Some(Vendor::Minimax)),
            ("https://api.openai.com.example.com/v1", None),
            ("https://gateway.example.com/api.openai.com", None),
        ] {
            assert_eq!(Vendor::of_url(url), vendor, "{url}");
        }
    }
}
