//! The README's pictures of the terminal: what a person sees, at a moment that was decided.
//!
//! The program runs on a pseudo-terminal, over simulated servers, as its `main` runs it, with a single difference:
//! time. A test cannot set the clock of another process, so this one starts itself again on the terminal, and there
//! the program is handed a clock that goes in great steps and stands still at the moment of the picture.
//!
//! `UPDATE=1 cargo test --test it screenshots` makes the pictures anew.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskctl::resolve::context::Context;
use taskctl::util::clock::{Clock, Interrupted, Stop};
use taskctl::util::env::Env;

use crate::harness::Bench;
use crate::picture;
use crate::sim::server::Server;
use crate::sim::world::{Condition, Pace, Story, Truth, World};
use crate::sim::{PASSWORD, simulation};
use crate::terminal::OnTerminal;

/// Longer than the longest gap between two polls: every system is read at each step, whatever its jitter.
const STEP: Duration = Duration::from_secs(20);

/// What the terminal is sent, and shows nothing of, when the moment has come.
const STILL: &str = "\x1b]0;still\x07";

/// Tells this process that it is the one on the terminal, and which picture is taken.
const VARIABLE: &str = "TASKCTL_PICTURE";

struct Scene {
    name: &'static str,
    title: &'static str,
    columns: u16,
    /// What was typed, in lines that end with `\` but for the last.
    typed: &'static str,
    /// After so many steps of the clock.
    steps: u32,
}

const WATCH: Scene = Scene {
    name: "watch",
    title: "taskctl watch: tasks of four systems under way, each with a bar, and one that has failed",
    columns: 110,
    typed: "taskctl watch dr/f61d60d2-698a-46dc-a266-88df27644956 velo/t-42 ecs-lab/10.1.83.70/CREATE \\\n    \
            vc-prod/52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software \\\n    \
            snap/52b2c1f3-7a0d-4e7e-9d0c-1f6a3b5c7d9e",
    steps: 9,
};

const GET: Scene = Scene {
    name: "get",
    title: "taskctl get: a task that has failed, with the reason and its causes",
    columns: 80,
    typed: "taskctl get velo/t-41",
    steps: 0,
};

/// A clock that goes in steps, and stands still after the last of them.
struct SteppingClock {
    passed: Mutex<Duration>,
    end: Duration,
}

impl SteppingClock {
    fn advance_to(&self, until: Duration) {
        let steps = until.as_secs_f64() / STEP.as_secs_f64();
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = (*passed).max(STEP.mul_f64(steps.ceil()));
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let begin: Timestamp = "2026-11-20T10:15:00Z".parse().expect("a time");
        begin + SignedDuration::try_from(self.monotonic()).expect("a short time")
    }

    fn monotonic(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever would wait beyond the end waits for ever.
    fn wait_until(&self, until: Duration, busy: bool) -> Option<Duration> {
        if busy {
            return None;
        }
        if self.monotonic() >= self.end {
            stand_still();
            return None;
        }
        self.advance_to(until);
        Some(Duration::ZERO)
    }

    fn sleep(&self, duration: Duration, _stop: &Stop) -> Result<(), Interrupted> {
        self.advance_to(self.monotonic() + duration);
        Ok(())
    }
}

fn stand_still() {
    let mut terminal = std::io::stdout();
    terminal.write_all(STILL.as_bytes()).and_then(|()| terminal.flush()).expect("a terminal");
}

/// A task that is at `from` percent when the watch begins, and `by` percent further with each step.
fn goes_on(from: u8, by: u8, message: &str) -> Vec<Truth> {
    (0..=WATCH.steps)
        .map(|step| Truth::running(from + by * u8::try_from(step).expect("a few steps")).message(message))
        .collect()
}

/// The systems of the README with the tasks that the pictures show, and a profile of each.
fn systems(clock: &Arc<SteppingClock>) -> (Vec<Server>, String) {
    let full = |percent: u8, text: &str, causes: &[&str]| Truth {
        percent: Some(percent),
        ..Truth::failed("DatastoreFull", text, causes)
    };
    let mut replication = goes_on(38, 3, "");
    replication.truncate(5);
    replication.push(full(50, "No space left on datastore-12", &[]));
    let causes = ["Disk 2 cannot be written", "No space left on datastore-12"];
    let tasks = [
        (
            "dr",
            "vcda",
            vec![
                Story::new("f61d60d2-698a-46dc-a266-88df27644956", replication)
                    .operation("sync")
                    .target("vappReplication", "C4VAPP-ccbe771e-b685-46c7-8c7a-4ed36915d963", "web shop")
                    .age(754),
            ],
        ),
        (
            "velo",
            "velostrata",
            vec![
                Story::new("t-41", vec![full(63, "The migration of vm-20 has failed", &causes)])
                    .operation("MigrateToCloud")
                    .target("VmId", "vm-20", "")
                    .user("apiuser")
                    .age(1_924),
                Story::new("t-42", goes_on(41, 5, "Copying disk 2"))
                    .operation("MigrateToCloud")
                    .target("VmId", "vm-21", "")
                    .user("apiuser")
                    .age(432),
            ],
        ),
        (
            "ecs-lab",
            "ecs",
            vec![
                Story::new("10.1.83.70/CREATE", goes_on(8, 1, "Formatting"))
                    .operation("CREATE")
                    .target("", "10.1.83.70", "10.1.83.70")
                    .age(1_270),
            ],
        ),
        (
            "vc-prod",
            "vcenter",
            vec![
                Story::new(
                    "52f9f1b0-160a-25fe-fd1e-e7526df80e0d:com.vmware.esx.settings.clusters.software",
                    goes_on(4, 9, "Scanning"),
                )
                .operation("check_compliance")
                .target("ClusterComputeResource", "domain-c9", "")
                .age(35),
            ],
        ),
        (
            "snap",
            "snapservice",
            vec![
                Story::new("52b2c1f3-7a0d-4e7e-9d0c-1f6a3b5c7d9e", vec![Truth::new(Condition::Pending)])
                    .operation("create")
                    .target("com.vmware.snapservice.protection_group", "pg-7", ""),
            ],
        ),
    ];
    let mut profiles = String::new();
    let mut servers = Vec::new();
    for (profile, backend, stories) in tasks {
        let of_world = Arc::clone(clock);
        let world = World::with_clock(move || of_world.now());
        for story in stories {
            world.add(story.pace(Pace::Time(STEP)));
        }
        let mut server = Server::start_with(simulation(backend), world, 0, None);
        server.may_stay_uncalled();
        profiles.push_str(&server.profile(profile));
        servers.push(server);
    }
    (servers, profiles)
}

/// What happens on the terminal: the command is seen as it was typed, then the program has it.
fn perform(scene: &Scene) {
    let end = STEP * scene.steps;
    let clock = Arc::new(SteppingClock { passed: Mutex::default(), end });
    let (_servers, profiles) = systems(&clock);
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("config.toml");
    std::fs::write(&path, profiles).expect("the configuration is written");

    // The test runner has written to this terminal too.
    print!("\x1b[2J\x1b[H\x1b[1m$\x1b[0m {}\r\n", scene.typed.replace('\n', "\r\n"));
    std::io::stdout().flush().expect("a terminal");
    let path = path.to_string_lossy();
    let mut context = Context {
        env: Env::of([
            ("TASKCTL_CONFIG", &*path),
            ("SIM_PASSWORD", PASSWORD),
            ("TERM", "xterm-256color"),
            ("TZ", "UTC"),
        ]),
        clock,
        own_process: false,
        ..Context::of_process()
    };
    taskctl::app::run(
        &mut context,
        scene.typed.split_whitespace().filter(|word| *word != "\\").map(Into::into),
    );
    stand_still();
    loop {
        std::thread::park();
    }
}

/// Takes a picture and compares it with the one that is checked in.
fn take(scene: &Scene, test: &str) {
    #[expect(clippy::disallowed_methods, reason = "how this process knows that it is on the terminal")]
    if std::env::var_os(VARIABLE).is_some_and(|name| name == scene.name) {
        perform(scene);
    }
    let bench = Bench::with_config("").env(VARIABLE, scene.name);
    let program = std::env::current_exe().expect("this program");
    let words = [&*program.to_string_lossy(), test, "--exact", "--nocapture"];
    let terminal = OnTerminal::run(&bench, 30, scene.columns, &words);
    terminal.screen.wait("the moment of the picture", |shown| {
        shown.bytes.windows(STILL.len()).any(|bytes| bytes == STILL.as_bytes())
    });
    let picture = picture::svg(terminal.screen.lock().parser.screen(), scene.title);
    let path = Path::new("examples/screens").join(format!("{}.svg", scene.name));
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
    #[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
    let update = std::env::var_os("UPDATE").is_some();
    if update {
        std::fs::create_dir_all(full.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(&full, picture).expect("the picture is written");
        return;
    }
    let known = std::fs::read_to_string(&full).unwrap_or_default();
    assert!(
        known == picture,
        "{} is stale: run UPDATE=1 cargo test --test it screenshots; the terminal shows\n{}",
        path.display(),
        terminal.screen.lock().text()
    );
}

#[test]
fn a_watch_of_five_systems() {
    take(&WATCH, "screenshots::a_watch_of_five_systems");
}

#[test]
fn a_task_that_has_failed() {
    take(&GET, "screenshots::a_task_that_has_failed");
}
