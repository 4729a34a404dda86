//! Addresses of files, as editors write them, and the paths that they stand for.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;
use serde_json::Value;
use url::Url;

/// The absolute path of a `file:` address; `None` for buffers without a file, and for files elsewhere.
#[must_use]
pub fn path_of(address: &str) -> Option<PathBuf> {
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok()
}

/// The address of an absolute path; `None` for a relative one.
#[must_use]
pub fn of_path(path: &Path) -> Option<Uri> {
    let url = Url::from_file_path(path).ok()?;
    Uri::from_str(&strict(url.as_str())).ok()
}

/// An address with everything escaped that RFC 3986, section 3.3, does not allow in a path. Browsers and
/// some editors leave some of that alone.
fn strict(address: &str) -> String {
    let mut strict = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '[' | ']' | '|' | '^' | '\\' | '`' | '{' | '}' | '"' | '<' | '>' | '\0'..=' ' | '\x7F'.. => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    strict.push_str(&format!("%{byte:02X}"));
                }
            }
            _ => strict.push(c),
        }
    }
    strict
}

/// Keys of the protocol whose values are addresses.
const KEYS: [&str; 5] = ["uri", "oldUri", "newUri", "rootUri", "scopeUri"];

/// Makes the addresses in a message strict, because the types of the protocol take no others.
pub fn make_strict(message: &mut Value) {
    match message {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(address) if KEYS.contains(&key.as_str()) => *address = strict(address),
                    Value::Object(_) | Value::Array(_) => make_strict(value),
                    _ => {}
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(make_strict),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn every_path_comes_back() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let names = ["a.txt", "a b#c?d%20.txt", "[x]{y}|^`\"<>\\", "é 漢 😀", "C:", "a:b"];
        let names = names.iter().map(OsStr::new).chain([OsStr::from_bytes(b"\xFF\xE9.txt")]);
        for name in names {
            let path = Path::new("/corpus").join(name);
            let address = of_path(&path).unwrap();
            assert_eq!(path_of(address.as_str()), Some(path));
        }
        assert_eq!(of_path(Path::new("a.txt")), None);
    }

    #[test]
    fn addresses_of_lax_editors() {
        let mut message = serde_json::json!({"textDocument": {"uri": "file:///x/ü [1].txt", "text": "ü ["}});
        make_strict(&mut message);
        let uri = message["textDocument"]["uri"].as_str().unwrap();
        assert_eq!(uri, "file:///x/%C3%BC%20%5B1%5D.txt");
        assert!(Uri::from_str(uri).is_ok());
        assert_eq!(message["textDocument"]["text"], "ü [");
    }

    #[test]
    fn other_addresses_have_no_path() {
        for address in ["untitled:Untitled-1", "git:/a/b.txt?x", "vscode-notebook-cell:/a#b", "", "a.txt"] {
            assert_eq!(path_of(address), None, "{address}");
        }
    }
}
