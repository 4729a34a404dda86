//! Adding a name to `[names] accept`.

use toml_edit::{Array, Item, TableLike, value};

use super::{Change, array::push_like_the_last, edited};

const TABLE: &str = "names";
const KEY: &str = "accept";

/// The text of a lint.toml that accepts one more name. A name that it accepts already changes nothing.
///
/// # Errors
/// A text that is no TOML, in which `names` is no table or `accept` no list; a name without letters.
pub fn with_accepted(text: &str, name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    edited(text, |document| match document.get_mut(TABLE) {
        None => {
            let list: Array = [name].into_iter().collect();
            Ok(Change::Append(vec![format!("[{TABLE}]\n{KEY} = {list}\n")]))
        }
        Some(item) => {
            let table = item.as_table_like_mut().ok_or_else(|| format!("`{TABLE}` is no table"))?;
            add_to(table, name)
        }
    })
}

fn add_to(table: &mut dyn TableLike, name: &str) -> Result<Change, String> {
    match table.get_mut(KEY) {
        None => {
            table.insert(KEY, value([name].into_iter().collect::<Array>()));
        }
        Some(Item::Value(toml_edit::Value::Array(names))) => {
            if names.iter().any(|known| known.as_str() == Some(name)) {
                return Ok(Change::None);
            }
            push_like_the_last(names, name);
        }
        Some(_) => return Err(format!("`{TABLE}.{KEY}` is no list")),
    }
    Ok(Change::Inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> String {
        let new = with_accepted(text, "Xi").unwrap();
        let names = |text: &str| -> Vec<String> {
            let table: toml::Table = text.parse().unwrap();
            let list = table.get(TABLE).and_then(|names| names.get(KEY)).and_then(toml::Value::as_array).cloned();
            list.unwrap_or_default().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let mut expected = names(text);
        expected.push("Xi".to_owned());
        assert_eq!(names(&new), expected, "{new}");
        assert_eq!(with_accepted(&new, "Xi").unwrap(), new, "added twice");
        let crlf = |text: &str| text.replace('\n', "\r\n");
        if text.contains('\n') {
            assert_eq!(with_accepted(&crlf(text), "Xi").unwrap(), crlf(&new));
        }
        new
    }

    #[test]
    fn a_table_is_made() {
        assert_eq!(added(""), "[names]\naccept = [\"Xi\"]\n");
        assert_eq!(added("# mine\n[gate] # why\n# end"), "# mine\n[gate] # why\n# end\n\n[names]\naccept = [\"Xi\"]\n");
        assert_eq!(
            added("[names] # ours\npeople = 'p.toml'\n\n# gate\n[gate]\n"),
            "[names] # ours\npeople = 'p.toml'\naccept = [\"Xi\"]\n\n# gate\n[gate]\n"
        );
        assert_eq!(with_accepted("", "O\"Neil \\").unwrap(), "[names]\naccept = ['O\"Neil \\']\n");
    }

    #[test]
    fn all_forms_of_the_table() {
        assert_eq!(added("names = { accept = [] }\n"), "names = { accept = [\"Xi\"] }\n");
        assert_eq!(added("names = {accept=['A'],people='p'}\n"), "names = {accept=['A', \"Xi\"],people='p'}\n");
        assert_eq!(added("names = { people = 'p' }\n"), "names = { people = 'p' , accept = [\"Xi\"] }\n");
        assert_eq!(added("names = {}\n"), "names = { accept = [\"Xi\"] }\n");
        assert_eq!(added("names.accept = []\n[gate]\n"), "names.accept = [\"Xi\"]\n[gate]\n");
        assert_eq!(added("names.people = 'p'\n[gate]\n"), "names.people = 'p'\nnames.accept = [\"Xi\"]\n[gate]\n");
        assert!(with_accepted("names = 1", "Xi").is_err());
        assert!(with_accepted("[names]\naccept = 'A'", "Xi").is_err());
        assert!(with_accepted("[names", "Xi").is_err());
        assert!(with_accepted("", " ").is_err());
    }

    #[test]
    fn arrays_keep_their_layout() {
        for (old, new) in [
            ("['A']", "['A', \"Xi\"]"),
            ("[ 'A' ]", "[ 'A', \"Xi\" ]"),
            ("['A',]", "['A', \"Xi\",]"),
            ("[ ]", "[\"Xi\" ]"),
            ("[\n]", "[\n    \"Xi\",\n]"),
            ("[ # none\n]", "[ # none\n    \"Xi\",\n]"),
            ("[\n  'A',\n  'B',\n]", "[\n  'A',\n  'B',\n  \"Xi\",\n]"),
            ("[\n  'A',\n  'B'\n]", "[\n  'A',\n  'B',\n  \"Xi\"\n]"),
            ("[\n\t'A', # a\n\t# more\n]", "[\n\t'A', # a\n\t# more\n\t\"Xi\",\n]"),
            ("[\n  'A' # a\n]", "[\n  'A', # a\n  \"Xi\"\n]"),
            ("['A', # a\n]", "['A', # a\n    \"Xi\",\n]"),
            ("[\n  'A', 'B',\n  'C', 'D',\n]", "[\n  'A', 'B',\n  'C', 'D', \"Xi\",\n]"),
            ("['A',\n 'B']", "['A',\n 'B',\n \"Xi\"]"),
        ] {
            assert_eq!(added(&format!("[names]\naccept = {old} # z\n")), format!("[names]\naccept = {new} # z\n"));
        }
    }

    #[test]
    fn a_byte_order_mark_stays() {
        assert_eq!(with_accepted("\u{feff}[names]\n", "Xi").unwrap(), "\u{feff}[names]\naccept = [\"Xi\"]\n");
    }
}
