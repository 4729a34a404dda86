//! newslint: a data-quality linter for scraped news text.
//!
//! The flow, in the order of the folders:
//!
//! 1. [`input`] walks paths, decodes files to UTF-8 and makes [`document::Document`]s.
//! 2. [`config`] reads lint.toml and says which rules hold for a file, and how severe they are.
//! 3. [`ruleset`] holds the rules: TOML files with phrases, matched together, and the code in
//!    [`checks`].
//! 4. [`lint`](mod@lint) runs all rules over one document and gives [`finding::Finding`]s.
//! 5. [`cache`] remembers these findings for the next run.
//! 6. [`engine`] does that in parallel, in order, for all documents.
//! 7. [`report`] prints the findings; [`output`] writes records back.
//! 8. [`lsp`] shows them in an editor instead.
//!
//! ```
//! use newslint::{document::Document, lint::{Profile, lint}, ruleset::RuleSet};
//!
//! let rules = RuleSet::built_in();
//! let document = Document::new("story.txt", "The minister resigned.\n\nLeave a Reply\n");
//! let linted = lint(&rules, &Profile::defaults(&rules), &document);
//! assert_eq!(linted.findings[0].rule.as_str(), "boilerplate/comment-form");
//! ```

pub mod baseline;
mod blocks;
pub mod cache;
pub mod checks;
mod code;
pub mod config;
pub mod document;
pub mod engine;
pub mod files;
pub mod finding;
pub mod fix;
mod hashed_map;
pub mod input;
pub mod lexicon;
mod likeness;
pub mod line_model;
pub mod lint;
pub mod lsp;
pub mod mojibake;
pub mod output;
mod repetition;
pub mod report;
pub mod ruleset;
pub mod severity;
pub mod suggest;
pub mod suppress;
mod swar;
pub mod toml_source;
pub mod unread;
