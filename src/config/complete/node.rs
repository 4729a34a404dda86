//! Finding one's way in the schemas: what may stand at a place of lint.toml or of a rule file.

use serde_json::{Map, Value};

/// A part of a schema: what one value looks like.
#[derive(Clone, Copy, Debug)]
pub struct Node<'s>(&'s Value);

/// What the strings of a value name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// A rule, a family, or all.
    Selectors,
    /// A family.
    Families,
}

impl<'s> Node<'s> {
    /// The top of a schema.
    pub fn top(schema: &'s Value) -> Node<'s> {
        Node(schema)
    }

    /// What stands at the end of a path of keys. Lists are passed through.
    pub fn walk<K: AsRef<str>>(self, path: &[K]) -> Option<Node<'s>> {
        path.iter().try_fold(self, |node, key| node.child(key.as_ref()))
    }

    fn child(self, key: &str) -> Option<Node<'s>> {
        let table = self.element();
        let known = table.properties().and_then(|properties| properties.get(key));
        known.or_else(|| table.0.get("additionalProperties").filter(|value| value.is_object())).map(Node)
    }

    /// What the elements of a list look like; for what is no list, the value itself.
    pub fn element(self) -> Node<'s> {
        self.0.get("items").map_or(self, Node)
    }

    fn properties(self) -> Option<&'s Map<String, Value>> {
        self.0.get("properties")?.as_object()
    }

    /// The keys of a table, where they are fixed words.
    pub fn keys(self) -> impl Iterator<Item = (&'s str, Node<'s>)> {
        self.element().properties().into_iter().flatten().map(|(key, value)| (key.as_str(), Node(value)))
    }

    /// What the keys of a table name, and what their values look like.
    pub fn named_keys(self) -> Option<(Names, Node<'s>)> {
        let table = self.element();
        Some((names(table.0.get("propertyNames")?)?, Node(table.0.get("additionalProperties")?)))
    }

    /// What the strings at this place name.
    pub fn names(self) -> Option<Names> {
        names(self.element().0)
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        self.kind() == Some("array")
    }

    /// Whether it is a table, or a list of tables.
    pub fn is_table(self) -> bool {
        self.element().kind() == Some("object")
    }

    fn kind(self) -> Option<&'s str> {
        self.0.get("type")?.as_str()
    }

    /// The words that the value can be.
    pub fn choices(self) -> Vec<&'s str> {
        let words = self.0.get("enum").and_then(Value::as_array);
        let mut choices: Vec<&str> = words.into_iter().flatten().filter_map(Value::as_str).collect();
        if choices.is_empty() && self.kind() == Some("boolean") {
            choices.extend(["true", "false"]);
        }
        choices
    }

    /// Whether the value is written without quotation marks.
    pub fn is_bare(self) -> bool {
        matches!(self.kind(), Some("boolean" | "integer" | "array" | "object"))
    }

    /// The value that holds unless one is set, as TOML.
    pub fn default(self) -> Option<String> {
        let value: toml::Value = serde_json::from_value(self.0.get("default")?.clone()).ok()?;
        Some(value.to_string())
    }

    /// A sentence on it.
    pub fn description(self) -> &'s str {
        self.0.get("description").and_then(Value::as_str).unwrap_or_default()
    }

    /// What kind of value it takes, in words.
    pub fn takes(self) -> String {
        let choices: Vec<String> = self.choices().iter().map(|choice| format!("`{choice}`")).collect();
        let choices = choices.join(", ");
        let kind = match (self.kind(), self.names()) {
            (Some("array"), None) if self.is_table() => "tables",
            (Some("array"), Some(Names::Selectors)) => "list of rules and families",
            (Some("array"), Some(Names::Families)) => "list of families",
            (Some("array"), None) => "list of strings",
            (_, Some(Names::Selectors)) => "rule or family",
            (_, Some(Names::Families)) => "family",
            (Some("object"), _) => "table",
            (Some("integer"), _) => "integer",
            (Some("boolean"), _) => "true or false",
            _ if !choices.is_empty() => &choices,
            _ => "string",
        };
        let least = self.0.get("minimum").map(|least| format!(" from {least}")).unwrap_or_default();
        let default = self.default().map(|value| format!(", default {value}")).unwrap_or_default();
        format!("{kind}{least}{default}")
    }
}

fn names(value: &Value) -> Option<Names> {
    match value.get("$ref")?.as_str()? {
        "#/definitions/selector" => Some(Names::Selectors),
        "#/definitions/family" => Some(Names::Families),
        _ => None,
    }
}
