//! The one test binary: everything that needs more than one module of the program.

#[cfg(unix)]
mod cli;
mod conformance;
mod documents;
mod ecs;
mod generated;
mod harness;
mod layering;
#[cfg(unix)]
mod process;
mod readme;
mod round_trip;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
#[cfg(unix)]
mod terminal;
mod vapi;
mod vcda;
mod velostrata;
