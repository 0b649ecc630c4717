//! Arguments and environment in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(taskctl::app::run_process())
}
