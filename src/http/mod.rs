//! One HTTP client for all backends: limits, session header, send, one re-login, errors.
//!
//! A backend differs by values (paths, header names, how it logs in, how its error body reads): that is an
//! [`ApiAuth`]. This room knows nothing of tasks.

pub mod address;
mod auth;
pub mod backoff;
pub mod certificate;
mod client;
mod failure;
pub mod probe;
pub mod proxy;
mod reply;
mod request;
mod session;
pub mod tls;
mod trace;
pub mod transport;

pub use auth::{ApiAuth, ApiError, Session};
pub use client::{AGENT, Client, Notice, RawClient, Settings};
pub use failure::{TransportError, Trouble, transport_failure};
pub use reply::{NOT_THE_API, Reply};
pub use request::Request;
