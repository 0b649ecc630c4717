//! One file a verb. A command takes the run and what was typed, and gives an exit code or an error.

pub mod apis;
pub mod cancel;
pub mod complete;
pub mod completions;
pub mod config;
mod config_edit;
pub mod doctor;
mod ending;
pub mod list;
pub mod manual;
mod output;
pub mod read;
mod refresh;
mod requests;
pub mod schema;
mod tree;
