//! Reads and follows long-running tasks of management systems.
//!
//! The rule for imports: they point down only.
//!
//! ```text
//! main → app → commands → connect → cli · render · follow · patience · watch · backend · lockout · config
//!      · credentials → http → parts → task error outcome clock duration moment term text style env
//! ```
//!
//! `task` imports nothing of ours. `render` never sees `http`, `backend` or `config`; `backend` never sees `config`,
//! `render` or `cli`; `http` knows nothing of tasks. A test reads `crate::` out of each file to keep it so.

pub mod app;
pub mod backend;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod connect;
pub mod credentials;
pub mod duration;
pub mod env;
pub mod error;
pub mod event;
pub mod follow;
pub mod http;
pub mod lockout;
pub mod logger;
pub mod moment;
pub mod outcome;
pub mod parts;
pub mod patience;
pub mod pool;
pub mod reference;
pub mod render;
pub mod signals;
pub mod streams;
pub mod style;
pub mod task;
pub mod term;
pub mod text;
pub mod watch;
