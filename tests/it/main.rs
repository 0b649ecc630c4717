//! The one test binary: everything that needs more than one module of the program.

#[path = "../sim/mod.rs"]
mod sim;

mod conformance;
mod ecs;
mod harness;
mod layering;
mod round_trip;
mod support;
mod velostrata;
