//! The one test binary: everything that needs more than one module of the program.

#[path = "../sim/mod.rs"]
mod sim;

mod cancel;
#[cfg(unix)]
mod cli;
mod completion;
mod config;
mod conformance;
mod described;
mod doctor;
mod documents;
mod ecs;
#[cfg(unix)]
mod ending;
mod errors;
mod faults;
mod first_contact;
mod formats;
mod generated;
mod harness;
mod hints;
mod hostile;
mod layering;
mod list;
mod manual;
#[cfg(unix)]
mod picture;
#[cfg(unix)]
mod process;
mod readme;
mod references;
mod round_trip;
mod schema;
#[cfg(unix)]
mod screenshots;
mod secrets;
#[cfg(unix)]
mod shells;
mod simulators;
mod support;
mod targets;
#[cfg(unix)]
mod terminal;
mod tls;
mod tree;
mod vapi;
mod vcda;
mod velostrata;
mod verbose;
#[cfg(unix)]
mod vsphere;
mod walk;
mod watch_tree;
mod watching;
