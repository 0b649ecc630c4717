//! The tour: simulated systems and `taskctl` in one process, in under 20 seconds.
//!
//! ```sh
//! cargo run --example demo
//! ```

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use taskctl::resolve::context::Context;
use taskctl::util::env::Env;

#[path = "../tests/sim/mod.rs"]
mod sim;

use sim::server::Server;
use sim::world::World;
use sim::{PASSWORD, SIMULATIONS, scenes};

/// How long each moment of a task takes.
const MOMENT: Duration = Duration::from_millis(800);

fn main() -> ExitCode {
    let mut configuration = String::from("[defaults]\ninterval = \"300ms\"\nmax_interval = \"300ms\"\n\n");
    let mut servers = Vec::new();
    for simulation in SIMULATIONS {
        #[expect(clippy::disallowed_methods, reason = "a demonstration lives in real time")]
        let server = Server::start_with(*simulation, World::with_clock(jiff::Timestamp::now), 0, None);
        scenes::populate(server.world(), *simulation, MOMENT);
        configuration.push_str(&server.profile(simulation.backend()));
        servers.push(server);
    }
    let directory = tempfile::tempdir().expect("a directory for the configuration");
    let path = directory.path().join("config.toml");
    std::fs::write(&path, configuration).expect("the configuration is written");
    let path = path.to_string_lossy().into_owned();

    println!("# {} simulated systems are up on loopback. A task of each:", servers.len());
    let mut expected = Vec::new();
    for (position, simulation) in SIMULATIONS.iter().enumerate() {
        let task = if position % 2 == 0 { scenes::GOES_WELL } else { scenes::HAS_FAILED };
        expected.push(taskctl(&path, &["get", simulation.backend(), &simulation.id(task)]) == 0);
    }
    println!("\n# The same for scripts:");
    let first = SIMULATIONS[0];
    expected.push(taskctl(&path, &["get", first.backend(), &first.id(scenes::HAS_ENDED), "-o", "json"]) == 0);

    println!(
        "\n# Five running tasks of five systems, until each has ended; one fails, so the exit code is 3:"
    );
    let mut arguments = vec!["watch".to_owned()];
    for simulation in SIMULATIONS {
        let task = if simulation.backend() == "vcda" { scenes::FAILS } else { scenes::GOES_WELL };
        arguments.push(format!("{}/{}", simulation.backend(), simulation.id(task)));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let code = taskctl(&path, &arguments);
    println!("\n# exit code {code}");
    expected.push(code == 3);

    let opened: usize = servers.iter().map(|server| server.sessions().opened()).sum();
    let closed: usize = servers.iter().map(|server| server.sessions().closed()).sum();
    println!("# sessions opened {opened}, closed {closed}");
    expected.push(opened == closed);
    if expected.iter().all(|as_expected| *as_expected) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a command line as the program would, with this configuration. Returns its exit code.
fn taskctl(configuration: &str, arguments: &[&str]) -> u8 {
    println!("\n$ taskctl {}", arguments.join(" "));
    let mut context = Context::of_process();
    let mut pairs = vec![("TASKCTL_CONFIG", configuration), ("SIM_PASSWORD", PASSWORD)];
    let inherited = Env::of_process();
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "TERM", "CI", "HOME", "TZ"] {
        pairs.extend(inherited.get(name).map(|value| (name, value)));
    }
    context.env = Env::of(pairs);
    context.own_process = false;
    context.stop = Arc::default();
    let arguments = std::iter::once("taskctl").chain(arguments.iter().copied()).map(Into::into);
    taskctl::app::run(&mut context, arguments)
}
