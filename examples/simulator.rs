//! The simulated systems as a program, on loopback: on the same ports each time, or on free ones where those are taken.
//!
//! ```sh
//! cargo run --example simulator                                   # serves until Ctrl-C, prints a configuration
//! cargo run --example simulator -- taskctl get velostrata t-1     # serves while the command runs
//! ```
//!
//! A command sees `TASKCTL_CONFIG` and `SIM_PASSWORD`; its exit code is passed on.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

#[path = "../tests/sim/mod.rs"]
mod sim;

use sim::server::Server;
use sim::world::World;
use sim::{PASSWORD, SIMULATIONS, scenes};

/// The first simulation's port; the others follow.
const FIRST_PORT: u16 = 18441;

/// How long each moment of a task takes.
const MOMENT: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let mut command: Vec<String> = std::env::args().skip(1).collect();
    if command.first().is_some_and(|first| first == "--") {
        command.remove(0);
    }
    let mut configuration = String::new();
    let mut servers = Vec::new();
    for (port, simulation) in (FIRST_PORT..).zip(SIMULATIONS) {
        #[expect(clippy::disallowed_methods, reason = "a simulator lives in real time")]
        let world = World::with_clock(jiff::Timestamp::now);
        scenes::populate(&world, *simulation, MOMENT);
        let is_free = TcpListener::bind(("127.0.0.1", port)).is_ok();
        let port = if is_free { port } else { 0 };
        let mut server = Server::start_with(*simulation, world, port, None);
        server.may_stay_uncalled();
        configuration.push_str(&server.profile(&format!("sim-{}", simulation.backend())));
        configuration.push('\n');
        servers.push(server);
    }
    let directory = tempfile::tempdir().expect("a directory for the configuration");
    let path = directory.path().join("config.toml");
    std::fs::write(&path, &configuration).expect("the configuration is written");
    match command.split_first() {
        Some((program, arguments)) => {
            let status = Command::new(find(program))
                .args(arguments)
                .env("TASKCTL_CONFIG", &path)
                .env("SIM_PASSWORD", PASSWORD)
                .status();
            match status {
                Ok(status) => {
                    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
                }
                Err(error) => {
                    eprintln!("simulator: cannot run {program}: {error}");
                    ExitCode::from(127)
                }
            }
        }
        None => {
            println!("# {} simulated systems are up. In another terminal:", servers.len());
            println!("#   export TASKCTL_CONFIG={} SIM_PASSWORD={PASSWORD}", path.display());
            for simulation in SIMULATIONS {
                let (backend, id) = (simulation.backend(), simulation.id(scenes::GOES_WELL));
                println!("#   taskctl watch {backend} {id}");
            }
            println!("\n{configuration}");
            // Ends with Ctrl-C; the temporary configuration is the system's to clean.
            loop {
                std::thread::park();
            }
        }
    }
}

/// `taskctl` is the one that was built beside this example, if it was.
fn find(program: &str) -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|path| {
            Some(path.parent()?.parent()?.join(format!("taskctl{}", std::env::consts::EXE_SUFFIX)))
        })
        .filter(|path| program == "taskctl" && path.exists());
    beside.unwrap_or_else(|| PathBuf::from(program))
}
