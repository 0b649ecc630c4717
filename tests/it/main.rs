//! The one test binary: everything that needs more than one module of the program.

#[path = "../sim/mod.rs"]
mod sim;
mod vapi;
