//! What the user sets in the editor.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::severity::Severity;
use crate::suggest::nearest;

/// The name under which editors keep these settings.
pub const SECTION: &str = "newslint";

/// When a text is linted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// With every change.
    OnType,
    /// When it is opened and saved.
    OnSave,
}

/// What the user sets in the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// One lint.toml for all files.
    pub configuration: Option<PathBuf>,
    /// The lowest severity that is shown.
    pub lowest: Severity,
    /// When a text is linted.
    pub run: Run,
    /// Most diagnostics of one file.
    pub most_diagnostics: usize,
    /// Most files that are linted for the whole workspace.
    pub most_files: usize,
}

impl Default for Preferences {
    fn default() -> Preferences {
        Preferences {
            configuration: None,
            // What `newslint check` shows.
            lowest: Severity::Warning,
            run: Run::OnType,
            // Editors become slow from some thousands on, and nobody reads that many.
            most_diagnostics: 1_000,
            most_files: 10_000,
        }
    }
}

/// The settings of ours among those that an editor sends: our section, or else an object with keys of ours.
/// Editors send the settings of other servers, too.
#[must_use]
pub fn ours(settings: &Value) -> Option<&Value> {
    let has_ours = |object: &Map<String, Value>| KEYS.iter().any(|key| object.contains_key(*key));
    settings.get(SECTION).or_else(|| settings.as_object().is_some_and(has_ours).then_some(settings))
}

const KEYS: [&str; 5] = ["configuration", "minSeverity", "run", "maxDiagnostics", "workspaceFiles"];

/// Keys of the extension for VS Code, which sends its whole section.
const KEYS_OF_THE_EXTENSION: [&str; 3] = ["path", "enable", "trace"];

impl Preferences {
    /// Reads settings: an object, or one under the name of our section. What is wrong with them is told
    /// for a person, and the default holds in its place.
    #[must_use]
    pub fn read(value: &Value) -> (Preferences, Vec<String>) {
        let mut problems = Vec::new();
        let value = value.get(SECTION).unwrap_or(value);
        let empty = Map::new();
        let object = match value {
            Value::Object(object) => object,
            Value::Null => &empty,
            _ => {
                problems.push(format!("the settings of {SECTION} are no object"));
                &empty
            }
        };
        let default = Preferences::default();
        for key in object.keys() {
            let is_known = KEYS.contains(&key.as_str()) || KEYS_OF_THE_EXTENSION.contains(&key.as_str());
            if !is_known {
                let help = nearest(key, KEYS).map(|name| format!("; did you mean `{name}`?"));
                problems.push(format!("unknown setting `{SECTION}.{key}`{}", help.unwrap_or_default()));
            }
        }
        let mut wrong = |key: &str, wanted: &str| problems.push(format!("`{SECTION}.{key}` takes {wanted}"));
        let mut configuration = default.configuration;
        match object.get("configuration") {
            None | Some(Value::Null) => {}
            Some(Value::String(path)) if path.is_empty() => {}
            Some(Value::String(path)) => configuration = Some(PathBuf::from(path)),
            Some(_) => wrong("configuration", "the path of a lint.toml"),
        }
        let mut lowest = default.lowest;
        match object.get("minSeverity").map(|value| value.as_str().and_then(Severity::from_name)) {
            None => {}
            Some(Some(severity)) => lowest = severity,
            Some(None) => wrong("minSeverity", "`info`, `warning` or `error`"),
        }
        let mut run = default.run;
        match object.get("run").map(Value::as_str) {
            None => {}
            Some(Some("onType")) => run = Run::OnType,
            Some(Some("onSave")) => run = Run::OnSave,
            Some(_) => wrong("run", "`onType` or `onSave`"),
        }
        let mut count = |key: &str, usual: usize| match object.get(key) {
            None => usual,
            Some(value) => match value.as_u64() {
                Some(count) => usize::try_from(count).unwrap_or(usize::MAX),
                None => {
                    wrong(key, "a number from 0 up");
                    usual
                }
            },
        };
        let most_diagnostics = count("maxDiagnostics", default.most_diagnostics);
        let most_files = count("workspaceFiles", default.most_files);
        (Preferences { configuration, lowest, run, most_diagnostics, most_files }, problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_by_themselves_and_in_their_section() {
        let settings = json!({"minSeverity": "info", "run": "onSave", "maxDiagnostics": 5, "configuration": ""});
        let (preferences, problems) = Preferences::read(&settings);
        let expected =
            Preferences { lowest: Severity::Info, run: Run::OnSave, most_diagnostics: 5, ..Preferences::default() };
        assert_eq!((&preferences, problems.len()), (&expected, 0));
        assert_eq!(Preferences::read(&json!({"newslint": settings})).0, preferences);
        assert_eq!(Preferences::read(&Value::Null), (Preferences::default(), Vec::new()));
    }

    #[test]
    fn mistakes_are_told_and_change_nothing() {
        let settings =
            json!({"minSeverty": "info", "run": 3, "maxDiagnostics": -1, "configuration": ["a"], "path": null});
        let (preferences, problems) = Preferences::read(&settings);
        assert_eq!(preferences, Preferences::default());
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().any(|problem| problem.contains("did you mean `minSeverity`?")), "{problems:?}");
        assert_eq!(Preferences::read(&json!([1])).1.len(), 1);
    }
}
