//! Waiting for tasks: what is waited for ([`condition`]), what an answer means for a task ([`verdict`]), when a server is
//! polled ([`scheduler`], without I/O), and the threads and events around it ([`driver`], [`event`]). Also the retries of
//! commands that do not wait ([`retrier`]).
//!
//! Nothing here knows profiles, secrets or how an answer is displayed.

pub mod condition;
pub mod driver;
pub mod event;
pub mod retrier;
pub mod scheduler;
pub mod subtasks;
pub mod verdict;
