//! Where requests may go.

use callform_ccc::{Dialect, Endpoint, EndpointError, Scheme};

fn parse(url: &str) -> Result<Endpoint, EndpointError> {
    Endpoint::parse(url, Dialect::Intl)
}

#[test]
fn a_dialect_knows_its_host() {
    assert_eq!(Endpoint::new(Dialect::Intl).url(), "https://ccc.intl.tencentcloudapi.com/");
    assert_eq!(Endpoint::new(Dialect::China).url(), "https://ccc.tencentcloudapi.com/");
    assert!(!Endpoint::new(Dialect::China).is_loopback());
    assert_eq!("china".parse(), Ok(Dialect::China));
    assert!("China".parse::<Dialect>().is_err());
}

#[test]
fn plain_http_is_for_loopback_only() {
    for url in ["http://localhost:8099", "http://127.0.0.1:1/", "http://127.8.9.10", "http://[::1]:8099"] {
        let endpoint = parse(url).unwrap();
        assert_eq!(endpoint.scheme(), Scheme::Http, "{url}");
        assert!(endpoint.is_loopback(), "{url}");
    }
    for url in [
        "http://ccc.tencentcloudapi.com",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://128.0.0.1",
        "http://[::2]",
    ] {
        assert!(matches!(parse(url), Err(EndpointError::PlainHttp(_))), "{url}");
    }
}

#[test]
fn an_endpoint_is_a_host_and_nothing_more() {
    assert_eq!(parse("https://ccc.example:8443").unwrap().host(), "ccc.example:8443");
    assert_eq!(parse("https://ccc.example:443").unwrap().host(), "ccc.example");
    assert_eq!(parse("https://u:p@ccc.example"), Err(EndpointError::NotOnlyHost("a user name")));
    assert_eq!(parse("https://ccc.example/v1"), Err(EndpointError::NotOnlyHost("a path")));
    assert_eq!(parse("https://ccc.example/?a=b"), Err(EndpointError::NotOnlyHost("a query")));
    assert_eq!(parse("ftp://ccc.example"), Err(EndpointError::Scheme("ftp".to_owned())));
    assert!(matches!(parse("ccc.example"), Err(EndpointError::NotAUrl(_))));
}

#[test]
fn a_region_fits_into_a_header() {
    let endpoint = || Endpoint::new(Dialect::Intl);
    assert_eq!(endpoint().with_region("ap-singapore").unwrap().region(), Some("ap-singapore"));
    for region in ["", "ap\r\nX-TC-Action: HangUpCall", "ap singapore"] {
        assert_eq!(endpoint().with_region(region), Err(EndpointError::Region));
    }
}
