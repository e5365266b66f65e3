//! `file:` URIs and paths.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

/// The path of a `file:` URI of this machine; `None` for anything else, such as a buffer that has no file.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = path.split(['?', '#']).next()?;
    if !path.starts_with('/') {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, behind @ ..]) => {
                let digit = |d: &u8| char::from(*d).to_digit(16);
                let value = digit(high)? * 16 + digit(low)?;
                bytes.push(u8::try_from(value).ok()?);
                rest = behind;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// The URI of an absolute path.
pub fn of_path(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    escape(&path.to_string_lossy(), |b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b), &mut uri);
    uri
}

/// A URI as some clients send it, with what RFC 3986 does not allow in it escaped.
pub fn tidy(uri: &str) -> String {
    let mut tidied = String::with_capacity(uri.len());
    escape(uri, |b| b.is_ascii_graphic() && !b"\"<>\\^`{|}[]".contains(&b), &mut tidied);
    tidied
}

/// As the protocol's type; `None` if it is no URI.
pub fn parse(uri: &str) -> Option<Uri> {
    uri.parse().ok()
}

fn escape(text: &str, stays: impl Fn(u8) -> bool, into: &mut String) {
    for byte in text.bytes() {
        if stays(byte) {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_whatever_its_characters() {
        for path in ["/a/b.yaml", "/Tom & co/c#1/100%/d?.md", "/项目/提示.md", "/a b/c:d"] {
            let uri = of_path(Path::new(path));
            assert!(uri.is_ascii() && parse(&uri).is_some(), "{uri}");
            assert_eq!(to_path(&uri).as_deref(), Some(Path::new(path)), "{uri}");
        }
        assert_eq!(to_path("file://localhost/a%3Ab"), Some(PathBuf::from("/a:b")));
    }

    #[test]
    fn what_is_no_file_of_this_machine_has_no_path() {
        for uri in
            ["untitled:Untitled-1", "file://server/share/x", "https://h.example/a", "file:///%zz", "file:///%", ""]
        {
            assert_eq!(to_path(uri), if uri == "file:///%" { Some(PathBuf::from("/%")) } else { None }, "{uri}");
        }
    }

    #[test]
    fn a_sloppy_uri_is_made_one() {
        assert_eq!(tidy("file:///a b/提.md"), "file:///a%20b/%E6%8F%90.md");
        assert_eq!(tidy("file:///a%20b"), "file:///a%20b");
    }
}
