//! The rules that need code, one file each, named after the rule.
//!
//! The build script lists the files of the family folders here and holds them against `rules/`:
//! there is nothing to register by hand.

mod context;
mod forms;
mod line_fix;
mod neighbours;
mod wrong_forms;

pub(crate) use context::Shared;
pub use context::{Context, Evidence};
pub use forms::Forms;
pub use line_fix::delete_line;
pub use neighbours::name_before;
pub use wrong_forms::report_wrong_forms;

/// The code of a rule: looks at a document and reports what it finds.
pub type Check = fn(&mut Context<'_>);

include!(concat!(env!("OUT_DIR"), "/checks.rs"));
