//! One file a verb. A command takes the run and what was typed, and gives an exit code or an error.

pub mod completions;
pub mod config;
pub mod doctor;
pub mod read;
