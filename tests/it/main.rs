//! The one test binary: everything that needs more than one module of the program.

mod completion;
mod conformance;
mod ecs;
mod first_contact;
mod formats;
mod harness;
mod layering;
mod manual;
mod readme;
mod round_trip;
mod schema;
#[path = "../sim/mod.rs"]
mod sim;
mod support;
mod vapi;
mod vcda;
mod velostrata;
