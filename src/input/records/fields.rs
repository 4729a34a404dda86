//! Which fields of a record hold its text, id and address: as the configuration has it, or guessed.

use crate::suggest::nearest;

/// The fields that a record is looked through for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The article.
    Text,
    /// What names the record.
    Id,
    /// The address of the page.
    Url,
    /// The headline, where it is kept apart.
    Title,
    /// The day of publication.
    Date,
}

/// All of them, with the keys of lint.toml.
pub const FIELDS: [(Field, &str); 5] =
    [(Field::Text, "text"), (Field::Id, "id"), (Field::Url, "url"), (Field::Title, "title"), (Field::Date, "date")];

impl Field {
    /// Its key in lint.toml.
    #[must_use]
    pub fn key(self) -> &'static str {
        FIELDS[self as usize].1
    }

    /// What it holds, for the schema of lint.toml.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Field::Text => "The field that holds the text; dots reach into objects.",
            Field::Id => "The field that names the record in reports.",
            Field::Url => "The field with the address of the page.",
            Field::Title => "The field with the headline, for reports.",
            Field::Date => "The field with the day of publication, for reports.",
        }
    }
}

/// Names under which scrapers and corpora keep the text, the most certain first.
const TEXT_NAMES: [&str; 20] = [
    "text",
    "content",
    "body",
    "article",
    "raw_content",
    "article_text",
    "article_body",
    "articleBody",
    "maintext",
    "main_text",
    "full_text",
    "fulltext",
    "fullText",
    "plain_text",
    "plaintext",
    "clean_text",
    "cleaned_text",
    "story",
    "document",
    "markdown",
];

const ID_NAMES: [&str; 11] =
    ["id", "_id", "doc_id", "docid", "document_id", "article_id", "record_id", "warc_record_id", "uuid", "uid", "guid"];

const URL_NAMES: [&str; 12] = [
    "url",
    "link",
    "uri",
    "source_url",
    "page_url",
    "article_url",
    "canonical_url",
    "warc_target_uri",
    "href",
    "metadata.url",
    "meta.url",
    "metadata.source_url",
];

/// The names of a record's fields; a dotted path reaches into objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldNames {
    names: [Option<String>; FIELDS.len()],
}

impl FieldNames {
    /// The name of a field.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.names[field as usize].as_deref()
    }

    /// Names a field.
    pub fn set(&mut self, field: Field, name: impl Into<String>) {
        self.names[field as usize] = Some(name.into());
    }

    /// Takes over the names that `other` gives.
    pub fn extend(&mut self, other: &FieldNames) {
        for (name, more) in self.names.iter_mut().zip(&other.names) {
            if more.is_some() {
                name.clone_from(more);
            }
        }
    }

    /// The fields that have names.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        FIELDS.iter().filter_map(|(field, _)| Some((*field, self.get(*field)?)))
    }

    /// Guesses the names of text, id and address that are not set, among the fields that there are.
    /// Only fields with strings can hold the text, so `strings` are those. Gives whether the text's
    /// was guessed.
    ///
    /// # Errors
    /// When no field can be the text.
    pub fn guess(&mut self, all: &[String], strings: &[String]) -> Result<bool, NoTextField> {
        let find = |names: &[&str], among: &[String]| {
            let exact = names.iter().find(|name| among.iter().any(|field| field == *name));
            let in_any_case = || {
                let is_one = |field: &&String| names.iter().any(|name| field.eq_ignore_ascii_case(name));
                among.iter().find(is_one).cloned()
            };
            exact.map(|name| (*name).to_owned()).or_else(in_any_case)
        };
        for (field, names) in [(Field::Id, ID_NAMES.as_slice()), (Field::Url, URL_NAMES.as_slice())] {
            if self.get(field).is_none()
                && let Some(name) = find(names, all)
            {
                self.set(field, name);
            }
        }
        if self.get(Field::Text).is_some() {
            return Ok(false);
        }
        let name = find(&TEXT_NAMES, strings).ok_or_else(|| NoTextField { fields: all.to_vec() })?;
        self.set(Field::Text, name);
        Ok(true)
    }
}

/// A file without a field that could be the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTextField {
    /// The fields that there are.
    pub fields: Vec<String>,
}

/// Most fields that an error lists.
const MOST_LISTED: usize = 30;

impl NoTextField {
    /// What to say when no field looks like the text. `table` is the one of lint.toml that names the
    /// fields.
    #[must_use]
    pub fn message(&self, table: &str) -> String {
        let list = self.list();
        format!(
            "no field looks like the text; {list}. Name it in lint.toml: [input.{table}] text = \"…\", or by --field text=…"
        )
    }

    /// What to say when the field that the user names is not there.
    #[must_use]
    pub fn message_for(&self, name: &str) -> String {
        let help = nearest(name, self.fields.iter().map(String::as_str));
        let help = help.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        format!("no field `{name}`{help} ({})", self.list())
    }

    fn list(&self) -> String {
        let names = self.fields.iter().take(MOST_LISTED).map(|name| format!("`{name}`"));
        let list = names.collect::<Vec<_>>().join(", ");
        match self.fields.len() {
            0 => "there are no fields".to_owned(),
            count if count > MOST_LISTED => format!("the fields are {list}, …"),
            _ => format!("the fields are {list}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn guesses_go_by_certainty_and_leave_what_is_set() {
        let mut names = FieldNames::default();
        names.set(Field::Id, "key");
        let all = owned(&["id", "body", "content", "metadata.url"]);
        assert_eq!(names.guess(&all, &all), Ok(true));
        assert_eq!(names.get(Field::Text), Some("content"));
        assert_eq!((names.get(Field::Id), names.get(Field::Url)), (Some("key"), Some("metadata.url")));
    }

    #[test]
    fn a_number_is_no_text_and_case_does_not_matter() {
        let mut names = FieldNames::default();
        assert_eq!(names.guess(&owned(&["text", "Body"]), &owned(&["Body"])), Ok(true));
        assert_eq!(names.get(Field::Text), Some("Body"));
        let missing = FieldNames::default().guess(&owned(&["a", "b"]), &owned(&["a"])).unwrap_err();
        assert!(missing.message("jsonl").contains("`a`, `b`"));
    }
}
