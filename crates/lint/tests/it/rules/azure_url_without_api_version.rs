use crate::support::lint;

#[test]
fn only_a_version_in_the_query_counts() {
    for (url, good) in [
        ("https://c.openai.azure.com?api-version=2024-10-21", true),
        ("https://c.openai.azure.com/?x=1&api-version=2024-10-21", true),
        ("https://c.openai.azure.com", false),
        ("https://c.openai.azure.com/api-version=2024-10-21", false),
        ("https://c.openai.azure.com?api-version=", false),
        ("https://c.openai.azure.com/openai/v1/", false),
    ] {
        let agent = format!("llm:\n  azure:\n    model: m\n    url: {url}\n    apiKey: ${{env:K}}\n");
        let (loaded, found) = lint(&[("agents/checkup.yaml", &agent)]);
        assert_eq!(found.is_empty(), good, "{url}");
        for finding in found {
            assert_eq!(finding.code.0, "CF011");
            assert_eq!(loaded.sources.slice(finding.primary.unwrap().span), url);
            assert_eq!(finding.help[0].contains("llm.openai"), url.contains("/openai/v1"));
        }
    }
}
