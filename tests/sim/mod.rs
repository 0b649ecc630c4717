//! Simulated management systems: real HTTP on loopback, strict, and able to misbehave on purpose.
//!
//! A [`World`](world::World) keeps abstract truths about tasks; one file a backend says how its server would spell
//! them; [`server`] carries them and can break any exchange. The tests, `examples/simulator.rs` and
//! `examples/demo.rs` share these files.

#![allow(dead_code, reason = "each of the programs that include this folder uses another part of it")]

pub mod ecs;
pub mod scenes;
pub mod server;
pub mod snapservice;
pub mod tls;
pub mod vapi;
pub mod vcda;
pub mod vcenter;
pub mod velostrata;
pub mod world;

use server::{Request, Response, Shared};

/// The user that every simulated server knows.
pub const USER: &str = "operator";
/// That user's password. It looks like nothing else, so that a leak is found.
pub const PASSWORD: &str = "s3cr3t-Passw0rd";

/// How one system's server behaves.
pub trait Simulation: Send + Sync {
    /// The backend that it is for.
    fn backend(&self) -> &'static str;

    /// The user name that logs in, unless the mode `user` is another; the password is [`PASSWORD`], or the mode `password`.
    fn user(&self) -> &'static str {
        USER
    }

    /// An id of this system's form for the `number`th task: what a user types after the backend's name.
    fn id(&self, number: usize) -> String;

    /// The rest of a working profile beside `backend`, `url`, `username` and the secret: lines of TOML.
    fn profile_lines(&self) -> &'static str {
        ""
    }

    /// Which kind of request it is, for faults that hit one kind only.
    fn kind(&self, request: &Request) -> RequestKind;

    /// Answers a request as the real server would: what is not exactly right is refused.
    fn answer(&self, shared: &Shared, request: &Request) -> Response;

    /// Whether the system has sessions that must be closed.
    fn has_sessions(&self) -> bool {
        true
    }

    /// Whether this server can tell such a state at all.
    fn can_tell(&self, state: &world::Condition) -> bool;

    /// The server's own word for a state.
    fn word(&self, state: &world::Condition) -> String;

    /// What is left of a truth once this server has told it: some have no place for a message, a code, a warning.
    fn as_told(&self, truth: &world::Truth) -> world::Truth {
        truth.clone()
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// Opens a session.
    Login,
    /// Closes one.
    Logout,
    /// Reads tasks.
    Read,
    /// Anything else.
    Other,
}

/// Every simulated system, in the order of the program's own list.
pub static SIMULATIONS: &[&dyn Simulation] =
    &[&velostrata::Velostrata, &vcda::Vcda, &vcenter::VCenter, &snapservice::SnapService, &ecs::Ecs];

/// The simulation of this backend.
pub fn simulation(backend: &str) -> &'static dyn Simulation {
    *SIMULATIONS.iter().find(|simulation| simulation.backend() == backend).expect("a simulated backend")
}
