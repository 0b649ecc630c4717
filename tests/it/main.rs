//! The one test binary: everything that needs more than one module of the program.

mod conformance;
mod ecs;
mod errors;
mod harness;
mod hostile;
mod layering;
mod round_trip;
mod secrets;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
mod vapi;
mod velostrata;
