//! The simulated systems as a program, on loopback: on the same ports each time, or on free ones where those are taken.
//!
//! ```sh
//! cargo run --example simulator                                   # serves until Ctrl-C, prints a configuration
//! cargo run --example simulator -- taskctl get velostrata t-1     # serves while the command runs
//! cargo run --example simulator -- --tls COMMAND                  # over TLS as the real systems are, on free ports
//! ```
//!
//! A command sees `TASKCTL_CONFIG`, `SIM_PASSWORD`, and in `SIM_SYSTEMS` the path of a JSON document that says where each
//! system is and which tasks it has. Its exit code is passed on.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

#[path = "../tests/sim/mod.rs"]
mod sim;

use sim::server::Server;
use sim::tls::{Identity, LOOPBACK, Says};
use sim::world::World;
use sim::{PASSWORD, SIMULATIONS, STRANGERS, Simulation, scenes};

/// The first simulation's port; the others follow.
const FIRST_PORT: u16 = 18441;

/// How long each moment of a task takes.
const MOMENT: Duration = Duration::from_secs(3);

/// Systems that are up a second time, in another mode of their simulation.
const VARIANTS: [(&str, &str, &str, &str); 1] = [("snapservice-saml", "snapservice", "auth", "saml")];

fn main() -> ExitCode {
    let mut command: Vec<String> = std::env::args().skip(1).collect();
    let mut tls = None;
    if command.first().is_some_and(|first| first == "--tls") {
        command.remove(0);
        tls = Some(Identity::self_signed(&Says::server(&[LOOPBACK])));
    }
    if command.first().is_some_and(|first| first == "--") {
        command.remove(0);
    }
    let directory = tempfile::tempdir().expect("a directory for the configuration");
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path
    };
    let ca_file = tls.as_ref().map(|identity| file("ca.pem", &identity.pem()));
    let config = tls.as_ref().map(Identity::server);

    let strangers =
        STRANGERS.iter().filter_map(|simulation| Some((simulation.backend(), simulation.description()?)));
    std::fs::create_dir(directory.path().join("apis")).expect("a folder for descriptions");
    for (name, description) in strangers {
        file(&format!("apis/{name}.toml"), description);
    }
    let plain =
        SIMULATIONS.iter().chain(STRANGERS).map(|simulation| (simulation.backend(), *simulation, None));
    let variants = VARIANTS
        .iter()
        .map(|(name, backend, mode, value)| (*name, sim::simulation(backend), Some((*mode, *value))));
    let (mut configuration, mut systems, mut servers) = (String::new(), Vec::new(), Vec::new());
    for (port, (name, simulation, mode)) in (FIRST_PORT..).zip(plain.chain(variants)) {
        let is_free = config.is_none() && TcpListener::bind((LOOPBACK, port)).is_ok();
        let (server, tasks) = start(simulation, if is_free { port } else { 0 }, config.clone());
        match mode {
            Some((mode, value)) => server.mode(mode, value),
            None => {
                configuration.push_str(&server.profile(&format!("sim-{name}")));
                if let Some(ca_file) = &ca_file {
                    configuration.push_str(&format!("ca_file = {}\n", json!(ca_file)));
                }
                configuration.push('\n');
            }
        }
        systems.push(json!({
            "name": name, "backend": simulation.backend(), "url": server.url(), "username": simulation.user(), "tasks": tasks,
        }));
        servers.push(server);
    }
    let path = file("config.toml", &configuration);
    let systems = json!({"ca_file": ca_file, "systems": systems});
    let systems = file("systems.json", &systems.to_string());
    match command.split_first() {
        Some((program, arguments)) => {
            let status = Command::new(find(program))
                .args(arguments)
                .env("TASKCTL_CONFIG", &path)
                .env("SIM_PASSWORD", PASSWORD)
                .env("SIM_SYSTEMS", &systems)
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
            println!(
                "# {} simulated systems are up. In another terminal:",
                SIMULATIONS.len() + STRANGERS.len()
            );
            println!("#   export TASKCTL_CONFIG={} SIM_PASSWORD={PASSWORD}", path.display());
            for simulation in SIMULATIONS.iter().chain(STRANGERS) {
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

/// Starts a server with tasks that go on and one in each state that stays. Returns it with what is true of the latter.
fn start(
    simulation: &'static dyn Simulation,
    port: u16,
    tls: Option<Arc<rustls::ServerConfig>>,
) -> (Server, Vec<Value>) {
    #[expect(clippy::disallowed_methods, reason = "a simulator lives in real time")]
    let world = World::with_clock(jiff::Timestamp::now);
    scenes::populate(&world, simulation, MOMENT);
    let added = scenes::one_of_each(&world, simulation);
    let tasks = added
        .iter()
        .filter_map(|(condition, id)| {
            let story = world.story(id)?;
            Some(json!({
                "id": id, "condition": format!("{condition:?}").to_lowercase(), "state": simulation.word(condition),
                "operation": story.operation, "user": story.user, "organizations": story.organizations,
                "target": {"kind": story.target_kind, "id": story.target_id, "name": story.target_name},
            }))
        })
        .collect();
    let mut server = Server::start_with(simulation, world, port, tls);
    server.may_stay_uncalled();
    // Its time goes on, so that there is something to wait for.
    server.mode("hold", "");
    (server, tasks)
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
