//! Adding `[[ignore-text]]` entries.

use std::path::Path;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::{Change, array::push_like_the_last, edited};
use crate::config::layer::Ignored;
use crate::finding::fingerprint_text;

/// A new entry.
#[derive(Debug)]
pub struct Entry {
    /// `path`, as [`pattern_for`] writes it.
    pub path: String,
    /// `rule`.
    pub rule: String,
    /// `text` or `fingerprint`.
    pub what: Ignored,
    /// `reason`.
    pub reason: String,
}

impl Entry {
    fn fields(&self) -> [(&'static str, &str); 4] {
        let what = match &self.what {
            Ignored::Text(text) => ("text", text.as_str()),
            Ignored::Fingerprint(digits) => ("fingerprint", fingerprint_text(digits)),
        };
        [("path", &self.path), ("rule", &self.rule), what, ("reason", &self.reason)]
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, text) in self.fields() {
            table.insert(key, value(text));
        }
        // A blank line before it.
        table.decor_mut().set_prefix("\n");
        table
    }

    fn inline_table(&self) -> InlineTable {
        self.fields().into_iter().collect()
    }

    /// The entry as it stands in a file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut document = DocumentMut::new();
        let mut table = self.table();
        table.decor_mut().set_prefix("");
        document.insert(KEY, Item::ArrayOfTables([table].into_iter().collect()));
        document.to_string()
    }
}

const KEY: &str = "ignore-text";

/// The pattern that stands for one path, both absolute: relative to `root`, bound to it, and with the
/// characters of patterns escaped. `None` for a path that is not below `root` or not UTF-8.
#[must_use]
pub fn pattern_for(path: &Path, root: &Path) -> Option<String> {
    let mut pattern = String::new();
    for part in path.strip_prefix(root).ok()?.components() {
        if !pattern.is_empty() {
            pattern.push('/');
        }
        for c in part.as_os_str().to_str()?.chars() {
            if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
    }
    // Without a slash the name would hold in every folder; `#` and `!` mean something at the start.
    if !pattern.contains('/') || pattern.starts_with(['#', '!']) {
        pattern.insert(0, '/');
    }
    // A blank at the end would not count.
    if pattern.ends_with(' ') {
        pattern.insert(pattern.len() - 1, '\\');
    }
    Some(pattern)
}

/// The text of a lint.toml with more entries behind those that are there, or else at its end.
///
/// # Errors
/// A text that is no TOML, or in which `ignore-text` is something else than tables.
pub fn with_entries(text: &str, entries: &[Entry]) -> Result<String, String> {
    edited(text, |document| match document.get_mut(KEY) {
        None => Ok(Change::Append(entries.iter().map(Entry::text).collect())),
        Some(item) => add_to(item, entries).map(|()| Change::Inside),
    })
}

fn add_to(item: &mut Item, entries: &[Entry]) -> Result<(), String> {
    match item {
        Item::ArrayOfTables(tables) => tables.extend(entries.iter().map(Entry::table)),
        // One table, `[ignore-text]`, becomes the first of several.
        Item::Table(first) => {
            let tables = std::iter::once(first.clone()).chain(entries.iter().map(Entry::table));
            *item = Item::ArrayOfTables(tables.collect::<ArrayOfTables>());
        }
        Item::Value(Value::Array(array)) => add_to_array(array, entries),
        Item::Value(Value::InlineTable(first)) => {
            let mut array = Array::new();
            array.push(first.clone());
            add_to_array(&mut array, entries);
            *item = value(array);
        }
        _ => return Err(format!("`{KEY}` is no table")),
    }
    Ok(())
}

/// Adds to `ignore-text = [{ … }]`.
fn add_to_array(array: &mut Array, entries: &[Entry]) {
    entries.iter().for_each(|entry| push_like_the_last(array, entry.inline_table()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, text: &str) -> Entry {
        let (rule, reason) = ("names/misspelled".to_owned(), "a \"quotation\"".to_owned());
        Entry { path: path.to_owned(), rule, what: Ignored::Text(text.to_owned()), reason }
    }

    const NEW: &str =
        "[[ignore-text]]\npath = \"/a.txt\"\nrule = \"names/misspelled\"\ntext = \"Xi\"\nreason = 'a \"quotation\"'\n";

    fn added(text: &str) -> String {
        with_entries(text, &[entry("/a.txt", "Xi")]).unwrap()
    }

    #[test]
    fn all_that_is_there_stays() {
        assert_eq!(added(""), NEW);
        for text in ["# A comment\n", "select = [ 'all' ] # why\n\n[gate]\n  fail-on=\"error\"\n\n# the end\n"] {
            assert_eq!(added(text), format!("{text}\n{NEW}"));
        }
        assert_eq!(added("ignore = []"), format!("ignore = []\n\n{NEW}"));
        let head = "#x\n[[ignore-text]]#y\npath='b'\n  rule = \"names\" # z\ntext = '''B'''\n";
        let tail = "\n[ gate ]\n\tfail-on = 'never'\n# end\n";
        assert_eq!(added(&format!("{head}{tail}")), format!("{head}\n{NEW}{tail}"));
        let crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(added(&crlf(head)), crlf(&format!("{head}\n{NEW}")));
        assert_eq!(added(&crlf("[gate]\n")), crlf(&format!("[gate]\n\n{NEW}")));
    }

    #[test]
    fn entries_in_other_forms() {
        let inline = "{ path = \"/a.txt\", rule = \"names/misspelled\", text = \"Xi\", reason = 'a \"quotation\"' }";
        let old = "{path='b',rule='names',text='B'}";
        let text = format!("ignore-text = [\n  {old}, # why\n]\n[gate]\n");
        let new = added(&text);
        assert!(new.starts_with(&format!("ignore-text = [\n  {old}, # why\n  {inline}")), "{new}");
        assert!(new.ends_with("\n[gate]\n"), "{new}");
        for text in [format!("ignore-text = [{old}, # why\n]\n"), format!("ignore-text = [{old} # why\n]\n")] {
            let table: toml::Table = added(&text).parse().unwrap();
            assert_eq!(table[KEY].as_array().map(Vec::len), Some(2), "{text}");
            assert!(added(&text).contains("} # why\n") || added(&text).contains("}, # why\n"), "{}", added(&text));
        }
        for text in [format!("ignore-text = {old}\n"), "[ignore-text]\npath = 'b'\n".to_owned()] {
            let table: toml::Table = added(&text).parse().unwrap();
            assert_eq!(table[KEY].as_array().map(Vec::len), Some(2), "{text}");
        }
    }

    #[test]
    fn patterns_stand_for_one_path() {
        let root = Path::new("/corpus");
        let pattern = |path: &str| pattern_for(&root.join(path), root).unwrap();
        assert_eq!(pattern("a.txt"), "/a.txt");
        assert_eq!(pattern("2024/a [1]*.txt"), "2024/a \\[1\\]\\*.txt");
        assert_eq!(pattern_for(Path::new("/other/a.txt"), root), None);
        for path in ["a.txt", "2024/a b [1]*?{x}\\!.txt", "#a/b.txt", "!a", "b ", "x/ y "] {
            let compiled = crate::config::PathPattern::new(&pattern(path), String::new(), root).unwrap();
            assert!(compiled.matches(&root.join(path), false), "{path}");
            assert!(!compiled.matches(&root.join("z").join(path), false), "{path}");
            assert_eq!(compiled.only_path(), Some(root.join(path)), "{path}");
        }
    }
}
