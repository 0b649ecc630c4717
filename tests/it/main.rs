//! The one test binary: everything that needs more than one module of the program.

mod cancel;
mod conformance;
mod ecs;
mod harness;
mod layering;
mod list;
mod readme;
mod round_trip;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
mod tree;
mod vapi;
mod vcda;
mod velostrata;
