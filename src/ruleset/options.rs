//! Values of the options that rules declare.

use serde::Serialize;

use super::rule_file::{OptionKind, RuleFile};

/// The value of one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum OptionValue {
    /// A whole number.
    Integer(u32),
    /// True or false.
    Boolean(bool),
    /// A list of strings.
    Strings(Vec<String>),
}

/// The values of a rule's options, sorted by name; every declared option has one. Rules ask for them in every
/// document, and a rule has few: going through a list is quickest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OptionValues(Vec<(String, OptionValue)>);

impl OptionValues {
    /// The defaults that the rule's file states.
    #[must_use]
    pub fn defaults(rule: &RuleFile) -> OptionValues {
        let values = rule.options.iter().map(|option| {
            let value = match &option.kind {
                OptionKind::Integer { default, .. } => OptionValue::Integer(*default),
                OptionKind::Boolean { default } => OptionValue::Boolean(*default),
                OptionKind::Strings { default } => OptionValue::Strings(default.clone()),
            };
            (option.name.clone(), value)
        });
        let mut values: Vec<(String, OptionValue)> = values.collect();
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
        OptionValues(values)
    }

    /// Sets an option to a value of the declared type.
    pub fn set(&mut self, name: &str, value: OptionValue) {
        match self.0.binary_search_by(|(other, _)| other.as_str().cmp(name)) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (name.to_owned(), value)),
        }
    }

    #[inline(always)]
    fn get(&self, name: &str) -> Option<&OptionValue> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Every option with its value, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OptionValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The whole number that an option is set to.
    ///
    /// # Panics
    /// When the rule's file declares no such option: a fault of the rule's code.
    #[must_use]
    pub fn integer(&self, name: &str) -> u32 {
        match self.get(name) {
            Some(OptionValue::Integer(value)) => *value,
            other => panic!("option `{name}` is {other:?}, not an integer"),
        }
    }

    /// The list of strings that an option is set to.
    ///
    /// # Panics
    /// When the rule's file declares no such option: a fault of the rule's code.
    #[must_use]
    pub fn strings(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(OptionValue::Strings(value)) => value,
            other => panic!("option `{name}` is {other:?}, not a list of strings"),
        }
    }
}
