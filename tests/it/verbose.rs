//! `-v` and `-vv` of runs in one process: each log goes to its own run's standard error, at its own level.

use crate::harness::Bench;
use crate::sim::SIMULATIONS;
use crate::sim::server::Server;
use crate::sim::world::{Story, Truth};

#[test]
fn a_run_sees_its_own_traces_and_no_others() {
    for simulation in SIMULATIONS.iter().copied() {
        let id = simulation.id(1);
        let get = |flag: &[&str]| {
            let server = Server::start(simulation);
            server.world().add(Story::new(&id, vec![Truth::succeeded()]));
            let arguments = [&["get", simulation.backend(), &id], flag].concat();
            (Bench::new(&[&server]).run(&arguments).expect(0).stderr, server.port())
        };
        // Side by side, and each level more than once.
        let runs: Vec<(usize, String, u16)> = std::thread::scope(|scope| {
            let start = |level: usize| {
                let get = &get;
                scope.spawn(move || {
                    let (stderr, port) = get([&[][..], &["-v"], &["-vv"]][level]);
                    (level, stderr, port)
                })
            };
            let threads: Vec<_> = [2, 0, 1, 2, 0, 1].map(start).into_iter().collect();
            threads.into_iter().map(|thread| thread.join().expect("a run")).collect()
        });
        for (level, stderr, port) in &runs {
            assert_eq!(stderr.contains(" 200 in "), *level > 0, "-v names each request: {level} {stderr}");
            let own = format!("> GET http://127.0.0.1:{port}/");
            let traced = stderr.contains(&own) || stderr.contains(&own.replace("GET", "POST"));
            assert_eq!(traced, *level > 1, "-vv traces it: {level} {stderr}");
            for (_, _, other) in runs.iter().filter(|(_, _, other)| other != port) {
                assert!(!stderr.contains(&format!(":{other}")), "another run's line: {stderr}");
            }
        }
    }
}
