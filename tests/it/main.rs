//! The one test binary: everything that needs more than one module of the program.

mod config;
mod conformance;
mod doctor;
mod ecs;
mod faults;
mod harness;
mod hints;
mod layering;
mod readme;
mod references;
mod round_trip;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
mod tls;
mod vapi;
mod vcda;
mod velostrata;
mod watching;
