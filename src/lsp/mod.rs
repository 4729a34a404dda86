//! The language server: findings in the editor while somebody types.
//!
//! The flow: [`transport`] turns standard input into messages; the [`server`] keeps the [`buffer`]s that are
//! open, in the editor's own words of lines and columns ([`position`]), and hands texts to a
//! [`worker`]; an [`analysis`] comes back and becomes [`diagnostics`], [`actions`] and hovers. What holds
//! for a file says its [`configuration`].
//!
//! The protocol is LSP 3.17: <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>.

mod actions;
mod address;
mod analysis;
mod buffer;
mod client;
mod commands;
mod configuration;
mod diagnostics;
mod fixes;
mod hover;
mod linting;
mod notifications;
mod position;
mod preferences;
mod requests;
mod server;
mod shift;
mod transport;
mod worker;
mod workspace;

pub use configuration::Options;
pub use server::{Ended, serve};
