//! Small things that every room uses: text, time, streams, the terminal, what must not be printed.

pub mod clock;
pub mod duration;
pub mod env;
pub mod files;
pub mod logger;
pub mod redact;
pub mod signals;
pub mod streams;
pub mod terminal;
pub mod text;
