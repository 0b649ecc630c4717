//! One HTTP client for all backends: limits, session header, send, one re-login, errors.
//!
//! A backend differs by values (paths, header names, how it logs in, how its error body reads): that is an
//! [`ApiAuth`]. This room knows nothing of tasks.

pub mod address;
pub mod backoff;
pub mod certificate;
mod client;
mod failure;
pub mod probe;
pub mod proxy;
mod raw;
mod reply;
mod request;
mod session;
pub mod tls;
mod trace;
pub mod transport;

pub use client::Client;
pub use failure::{TransportError, Trouble, transport_failure};
pub use raw::{AGENT, ApiAuth, ApiError, Notice, RawClient, Session, Settings};
pub use reply::{NOT_THE_API, Reply};
pub use request::Request;
