//! The rules that need code, one file each, named after the rule.
//!
//! The build script lists the files of the family folders here and holds them against `rules/`:
//! there is nothing to register by hand.

mod around;
mod broken_paragraph;
mod context;
mod damage;
mod forms;
mod line_content;
mod line_fix;
mod lower_behind_stop;
mod neighbours;
mod open_paragraph;
mod saying;
mod wrong_forms;

pub use around::{char_at, char_before, chunk_around, is_address, is_lower_word, word_at, word_before};
pub use broken_paragraph::BrokenParagraph;
pub(crate) use context::Shared;
pub use context::{Context, Evidence};
pub use forms::Forms;
pub use line_content::{fills_line, is_blank_line};
pub use line_fix::{delete_line, delete_lines};
pub use lower_behind_stop::{Lower, is_shortened};
pub use neighbours::name_before;
pub use open_paragraph::OpenParagraph;
pub use saying::is_saying;
pub use wrong_forms::report_wrong_forms;

/// The code of a rule: looks at a document and reports what it finds.
pub type Check = fn(&mut Context<'_>);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));
