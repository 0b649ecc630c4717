//! Arguments and environment in, exit code out.

use std::process::ExitCode;

use taskctl::app::App;

fn main() -> ExitCode {
    ExitCode::from(App::of_process().run(std::env::args_os()))
}
