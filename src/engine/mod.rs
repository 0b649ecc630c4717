//! Waiting: what is waited for, when a server is polled, and what comes of it.

pub mod driver;
pub mod event;
pub mod pool;
pub mod retrier;
pub mod subtasks;
pub mod watcher;
