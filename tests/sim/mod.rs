//! Simulated management systems: real HTTP on loopback, strict, and able to misbehave on purpose.
//!
//! A [`World`](world::World) keeps abstract truths about tasks; one file a backend says how its server would spell
//! them; [`server`] carries them and can break any exchange, and [`memory`] does so without sockets. The tests, `examples/simulator.rs` and
//! `examples/demo.rs` share these files.

#![allow(dead_code, reason = "each of the programs that include this folder uses another part of it")]

pub mod bakery;
pub mod ecs;
pub mod jsonrpc;
pub mod memory;
pub mod proxmox;
pub mod redfish;
pub mod said;
pub mod scenes;
pub mod sddc_manager;
pub mod server;
pub mod site_recovery;
pub mod snapservice;
pub mod tls;
pub mod vapi;
pub mod vcd;
pub mod vcda;
pub mod vcenter;
pub mod velostrata;
pub mod vsphere;
pub mod world;

use server::{Request, Response, Shared};

/// The user that every simulated server knows.
pub const USER: &str = "operator";
/// That user's password. It looks like nothing else, so that a leak is found.
pub const PASSWORD: &str = "s3cr3t-Passw0rd";

/// How one system's server behaves.
///
/// Every one knows the mode `no_role`, in which it refuses with 403 to show tasks to anyone who is logged in.
pub trait Simulation: Send + Sync {
    /// The backend that it is for.
    fn backend(&self) -> &'static str;

    /// The description by which it is followed, where the program brings none: it stands beside the configuration.
    fn description(&self) -> Option<&'static str> {
        None
    }

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

    /// The version that it says it has, as a person is shown it; none where it says none.
    fn version(&self) -> Option<&'static str>;

    /// How many requests a login may take: an older form of it is another one.
    fn login_requests(&self) -> usize {
        1
    }

    /// What a task of this system works at, in its own words: operation, and the target's kind, id and name.
    fn work(&self) -> [&'static str; 4] {
        ["work", "thing", "thing-1", "a thing"]
    }

    /// Whether a task names its children.
    fn has_children(&self) -> bool {
        false
    }

    /// Whether its answers are XML.
    fn is_xml(&self) -> bool {
        false
    }

    /// The answer to a read of the first task that holds this document of it.
    fn holding(&self, document: &str) -> String {
        document.to_owned()
    }

    /// The flags without which it lists nothing.
    fn list_flags(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it lists only what has not ended, unless it is asked for all.
    fn lists_active_tasks_only(&self) -> bool {
        false
    }

    /// How many requests list `wanted` of `all` tasks, 100 a page where there are pages.
    fn list_requests(&self, _wanted: usize, _all: usize) -> usize {
        1
    }

    /// The most requests in which so many tasks are read once.
    fn read_requests(&self, tasks: usize) -> usize {
        tasks.div_ceil(40)
    }

    /// The addresses that the system itself has for a task.
    fn task_urls(&self, base: &str, id: &str) -> Vec<String>;

    /// What a call answers that creates a task.
    fn created(&self, id: &str) -> serde_json::Value;

    /// What it says of a task that it does not know.
    fn not_found(&self) -> Response;

    /// Whether a document is read as a task although its status is an error's.
    fn tells_tasks_with_error_statuses(&self) -> bool {
        false
    }

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
    /// Asks what the server is, before anyone logs in.
    Discovery,
    /// Reads tasks.
    Read,
    /// Anything else.
    Other,
}

/// Every simulated system, in the order of the program's own list.
pub static SIMULATIONS: &[&dyn Simulation] = &[
    &velostrata::Velostrata,
    &vcda::Vcda,
    &vcenter::VCenter,
    &snapservice::SnapService,
    &ecs::Ecs,
    &vsphere::VSphere,
    &redfish::Redfish,
    &sddc_manager::SddcManager,
    &vcd::Vcd,
    &site_recovery::SiteRecovery,
];

/// Systems that pass the conformance cases too: those that the program knows by a description of the user alone, and one
/// whose secret is a token, which not every text can be.
pub static STRANGERS: &[&dyn Simulation] = &[&proxmox::Proxmox, &bakery::Bakery];

/// Systems of [`SIMULATIONS`] that are followed by a description instead: the proof that the format says enough.
pub static SAID: &[&dyn Simulation] = &[&said::VELOSTRATA, &said::ECS];

/// The simulation of this backend.
pub fn simulation(backend: &str) -> &'static dyn Simulation {
    *SIMULATIONS
        .iter()
        .chain(STRANGERS)
        .find(|simulation| simulation.backend() == backend)
        .expect("a simulated backend")
}
