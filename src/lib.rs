//! Reads and follows long-running tasks of management systems.
//!
//! The rooms, from the top down; imports point down only, which a test keeps:
//!
//! ```text
//! app        arguments and environment in, exit code out; errors are printed here
//! commands   one file a verb
//! resolve    what was typed → profile → secret → a system that can be asked
//! cli        what can be typed: targets, flags, completion, suggestions
//! config     the file: keys, reading, choosing a profile
//! render     table, detail, JSON, YAML, raw, fields, progress
//! engine     waiting: conditions, verdicts, when to poll, subtasks, events
//! api        the management systems, one file each
//! http       client, session, transport, TLS, proxy, backoff
//! util       text, redaction, time, streams, terminal
//! task error outcome   the model
//! ```

pub mod api;
pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod engine;
pub mod error;
pub mod http;
pub mod outcome;
pub mod render;
pub mod resolve;
pub mod task;
pub mod util;
