//! The one test binary: everything that needs more than one module of the program.

mod cancel;
mod completion;
mod config;
mod conformance;
mod doctor;
mod ecs;
mod errors;
mod faults;
mod first_contact;
mod formats;
mod harness;
mod hints;
mod hostile;
mod layering;
mod list;
mod manual;
mod readme;
mod references;
mod round_trip;
mod schema;
mod secrets;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
mod tls;
mod tree;
mod vapi;
mod vcda;
mod velostrata;
mod watching;
