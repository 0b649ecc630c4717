//! The one test binary: everything that needs more than one module of the program.

mod conformance;
mod ecs;
mod generated;
mod harness;
mod layering;
mod readme;
mod round_trip;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
mod vapi;
mod vcda;
mod velostrata;
