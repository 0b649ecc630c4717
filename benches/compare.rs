//! What taskctl costs beside what it replaces: `cargo bench`, or `cargo bench -- get many` for some parts.
//!
//! Everything that is compared runs by turns in one run, against simulated servers on loopback in this process, over
//! TLS 1.3. Medians, never means; the figures that carry over to another machine are the ratios. Each line says its
//! target and whether it was met.
//!
//! What was slow, and what mended it:
//!
//! - Reading the command line made every verb with every backend: a start with a mistake took 1.4 ms more than
//!   /bin/true. Only the verb and the backends that are named are made now: 0.5 ms.
//! - Ten thousand tasks took 78 MB: trees of JSON for what only one API has, names held twice, the whole document built
//!   before it was printed, a second list of all items at the end. Texts, shared names and one item at a time take 52 MB.
//! - The profile was chosen again for each id, and the zone database was read where no zone is shown.
//!
//! What stands between taskctl and the bare client: about 0.6 ms from `main` to the first byte (command line, file,
//! secret, authority, the threads for signals and for requests), most of it pages of the program that are touched for
//! the first time: reading the command line takes 0.2 ms once and 0.09 ms when it is done again. Driving the
//! connections on the caller's own thread instead of reqwest's was tried: 1.72 in place of 1.75.
//!
//! `--program FILE` measures another build of taskctl. This binary also runs itself: `--measure` runs a program and
//! writes down what it used, `--bare` is the client that taskctl is compared with.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};

#[path = "../tests/sim/mod.rs"]
mod sim;

use sim::server::Server;
use sim::world::{Pace, Story, Truth, World};
use sim::{PASSWORD, RequestKind, SIMULATIONS, Simulation, USER, simulation};

/// Runs of each program where medians of wall time are compared.
const STARTS: usize = 101;
const GETS: usize = 41;

type Part = fn(&Stand);

const PARTS: [(&str, Part); 7] = [
    ("start", start),
    ("get", get),
    ("many", many),
    ("lag", lag),
    ("screen", screen),
    ("size", size),
    ("build", build),
];

/// Takes minutes, and a whole core or two: only where it is asked for by name.
const ON_REQUEST: &str = "build";

fn main() -> ExitCode {
    // `cargo bench` says `--bench` to every benchmark.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--measure", report, program, rest @ ..] => return measure(report, program, rest),
        ["--bare", address, authority, id] => {
            bare(address, authority, id);
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let mut program = PathBuf::from(env!("CARGO_BIN_EXE_taskctl"));
    let mut wanted = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--program" => program = arguments.next().expect("--program needs a file").into(),
            name if PARTS.iter().any(|(known, _)| *known == name) => wanted.push(argument),
            other => {
                let known: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
                eprintln!("{other:?} is no part; there are {}", known.join(" "));
                return ExitCode::from(2);
            }
        }
    }
    let stand = Stand::new(program);
    for (name, part) in PARTS {
        if wanted.is_empty() && name != ON_REQUEST || wanted.iter().any(|wanted| wanted == name) {
            println!("\n{name}");
            part(&stand);
        }
    }
    ExitCode::SUCCESS
}

/// One line of the table.
fn line(what: &str, measured: &str, target: &str, met: bool) {
    println!("  {what:<58} {measured:>10}   target {target:<10} {}", if met { "met" } else { "MISSED" });
}

/// A line that has no target.
fn note(what: &str, measured: &str) {
    println!("  {what:<58} {measured:>10}");
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "sizes are printed with one decimal")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).expect("a time is a number"));
    values[values.len() / 2]
}

#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn wall_clock() -> Timestamp {
    Timestamp::now()
}

/// The program under test, a directory, and an authority that signed the servers' certificate.
struct Stand {
    program: PathBuf,
    directory: tempfile::TempDir,
    tls: Arc<rustls::ServerConfig>,
}

impl Stand {
    fn new(program: PathBuf) -> Stand {
        let directory = tempfile::tempdir().expect("a directory");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // A certificate whose issuer has its own name would be taken for its own issuer.
        params.distinguished_name.push(DnType::CommonName, "the authority of this bench");
        let authority =
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("an address");
        let leaf = params.signed_by(&key, &authority).expect("a certificate");
        fs::write(directory.path().join("ca.pem"), authority.pem()).expect("a file");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            )
            .expect("a certificate and its key");
        Stand { program, directory, tls: Arc::new(tls) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn server(&self, simulation: &'static dyn Simulation, world: World) -> Server {
        Server::start_with(simulation, world, 0, Some(Arc::clone(&self.tls)))
    }

    /// Writes a configuration with a profile for each server, named after its backend.
    fn configure(&self, servers: &[Server]) {
        let authority = self.path("ca.pem");
        let profiles: String = servers
            .iter()
            .map(|server| {
                format!("{}ca_file = {authority:?}\n", server.profile(server.simulation().backend()))
            })
            .collect();
        fs::write(self.path("config.toml"), profiles).expect("a file");
    }

    /// The whole environment of everything that is measured.
    fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("HOME", self.directory.path().to_string_lossy().into_owned()),
            ("PATH", "/usr/local/bin:/usr/bin:/bin".to_owned()),
            ("TASKCTL_CONFIG", self.path("config.toml").to_string_lossy().into_owned()),
            ("SIM_PASSWORD", PASSWORD.to_owned()),
            ("TERM", "xterm-256color".to_owned()),
        ]
    }

    fn command(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command.args(arguments).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
    }

    /// What runs a program and writes down what it used.
    fn measured(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let (report, program) = (self.path("report"), program.as_ref().to_string_lossy().into_owned());
        let mut all = vec!["--measure", report.to_str().expect("a path"), &program];
        all.extend(arguments);
        self.command(this_program(), &all)
    }

    /// What the last measured program used.
    fn used(&self) -> Used {
        let report = fs::read_to_string(self.path("report")).expect("a report");
        let numbers: Vec<u64> =
            report.split_whitespace().map(|number| number.parse().expect("a number")).collect();
        let [wall, cpu, memory, code] = numbers.as_slice() else { panic!("{report:?}") };
        Used {
            wall: Duration::from_micros(*wall),
            cpu: Duration::from_micros(*cpu),
            memory: *memory,
            code: *code,
        }
    }
}

fn this_program() -> PathBuf {
    std::env::current_exe().expect("this program's own path")
}

/// What a program used.
struct Used {
    wall: Duration,
    cpu: Duration,
    /// Bytes, at the peak.
    memory: u64,
    code: u64,
}

/// `--measure REPORT PROGRAM ARGUMENT…`: in a process of its own, since the peak of a process's children is the
/// largest of all of them.
fn measure(report: &str, program: &str, arguments: &[&str]) -> ExitCode {
    let begin = now();
    let status = Command::new(program).args(arguments).status().expect("the program runs");
    let wall = begin.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    let micros = |time: TimeVal| time.num_microseconds();
    let cpu = micros(usage.user_time()) + micros(usage.system_time());
    let memory = usage.max_rss() * if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let code = status.code().unwrap_or(255);
    fs::write(report, format!("{} {cpu} {memory} {code}", wall.as_micros())).expect("the report is written");
    ExitCode::SUCCESS
}

/// Runs a program to its end. Returns its wall time and what it printed.
fn timed(mut command: Command) -> (Duration, String) {
    let begin = now();
    let output = command.output().expect("the program runs");
    let wall = begin.elapsed();
    (wall, String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs by turns, each round beginning with another. Returns the median wall time of each.
fn by_turns(rounds: usize, runs: &[&dyn Fn() -> Duration]) -> Vec<Duration> {
    let mut times = vec![Vec::with_capacity(rounds); runs.len()];
    for round in 0..rounds {
        for turn in 0..runs.len() {
            let which = (round + turn) % runs.len();
            times[which].push(runs[which]());
        }
    }
    times.into_iter().map(median).collect()
}

// --- start -------------------------------------------------------------------------------------------------------

fn start(stand: &Stand) {
    let run = |program: &Path, arguments: &[&str]| {
        let (wall, _) = timed(stand.command(program, arguments));
        wall
    };
    let nothing = Path::new("/bin/true");
    let times = by_turns(
        STARTS,
        &[&|| run(nothing, &[]), &|| run(&stand.program, &["--version"]), &|| {
            run(&stand.program, &["get", "velostrata"])
        }],
    );
    let [nothing, version, usage] = times.as_slice() else { unreachable!("three programs ran") };
    note("/bin/true", &milliseconds(*nothing));
    for (what, time) in [("taskctl --version", version), ("taskctl get velostrata (no id: exit 2)", usage)] {
        let more = time.saturating_sub(*nothing);
        line(
            &format!("{what}, more than /bin/true"),
            &milliseconds(more),
            "1 ms",
            more <= Duration::from_millis(1),
        );
    }
}

// --- get ---------------------------------------------------------------------------------------------------------

/// What taskctl replaces: log in, read, log out.
const SCRIPT: &str = r#"#!/bin/sh
set -e
session=$(curl -sS --fail --tlsv1.3 --cacert "$CA" -u "$NAME:$SIM_PASSWORD" -X POST "$URL/api/session")
session=${session#\"}
session=${session%\"}
curl -sS --fail --tlsv1.3 --cacert "$CA" -H "vmware-api-session-id: $session" "$URL/api/cis/tasks/$ID" | jq -r .status
curl -sS --fail --tlsv1.3 --cacert "$CA" -H "vmware-api-session-id: $session" -X DELETE "$URL/api/session"
"#;

fn get(stand: &Stand) {
    let vcenter = simulation("vcenter");
    let server = stand.server(vcenter, World::fixed());
    let id = vcenter.id(1);
    server.world().add(Story::new(&id, vec![Truth::running(40)]));
    let servers = [server];
    stand.configure(&servers);
    let [server] = &servers;
    let (url, authority) = (server.url(), stand.path("ca.pem"));
    let authority = authority.to_str().expect("a path");
    let address = url.trim_start_matches("https://");
    let script = stand.path("script.sh");
    fs::write(&script, SCRIPT).expect("a file");

    let arguments = ["get", "vcenter", &id, "--field", "nativeState"];
    let taskctl = || {
        let (wall, out) = timed(stand.command(&stand.program, &arguments));
        assert_eq!(out, "RUNNING\n", "taskctl");
        wall
    };
    let bare = || {
        let (wall, out) = timed(stand.command(this_program(), &["--bare", address, authority, &id]));
        assert_eq!(out, "RUNNING\n", "the bare client");
        wall
    };
    let script = || {
        let mut command = stand.command("/bin/sh", &[script.to_str().expect("a path")]);
        command.envs([("URL", url.as_str()), ("CA", authority), ("NAME", USER), ("ID", &id)]);
        let (wall, out) = timed(command);
        assert_eq!(out, "RUNNING\n", "the script needs curl and jq");
        wall
    };
    let (connections, requests) = (server.connections(), server.requests().len());
    taskctl();
    let (connections, requests) = (server.connections() - connections, server.requests().len() - requests);
    line(&format!("connections for {requests} requests"), &connections.to_string(), "1", connections == 1);

    let times = by_turns(GETS, &[&taskctl, &bare, &script]);
    let [taskctl, bare, script] = times.as_slice() else { unreachable!("three programs ran") };
    note("taskctl get", &milliseconds(*taskctl));
    note("a bare rustls client, three requests on one connection", &milliseconds(*bare));
    note("a script with curl and jq", &milliseconds(*script));
    let ratio = |other: &Duration| taskctl.as_secs_f64() / other.as_secs_f64();
    line("taskctl to the script", &format!("{:.3}", ratio(script)), "0.12", ratio(script) <= 0.12);
    line("taskctl to the bare client", &format!("{:.2}", ratio(bare)), "1.3", ratio(bare) <= 1.3);

    let peak = |program: &Path, arguments: &[&str]| {
        let peaks = (0..5).map(|_| {
            timed(stand.measured(program, arguments));
            stand.used().memory
        });
        median(peaks.collect())
    };
    // What is measured is never less than what the measuring process itself had when it started the program.
    note("peak memory of /bin/true as measured here", &megabytes(peak(Path::new("/bin/true"), &[])));
    let memory = peak(&stand.program, &arguments);
    line("peak memory of taskctl get", &megabytes(memory), "8 MB", memory <= 8_000_000);
    assert_eq!(server.sessions().live(), 0, "every session was closed");
}

/// `--bare ADDRESS AUTHORITY ID`: the same three requests with nothing around them.
fn bare(address: &str, authority: &str, id: &str) {
    let authority = CertificateDer::from_pem_file(authority).expect("a certificate");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    let connection = rustls::ClientConnection::new(Arc::new(config), name).expect("a client");
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    let mut stream = BufReader::new(rustls::StreamOwned::new(connection, stream));
    let mut exchange = |head: String| {
        let head = format!("{head}\r\nHost: {address}\r\nAccept: application/json\r\n\r\n");
        stream.get_mut().write_all(head.as_bytes()).expect("the request is sent");
        let mut length = 0;
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).expect("an answer");
            if let Some(value) = header.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a length");
            }
            if header == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).expect("the whole answer");
        body
    };
    let basic = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let session =
        exchange(format!("POST /api/session HTTP/1.1\r\nContent-Length: 0\r\nAuthorization: Basic {basic}"));
    let session: String = serde_json::from_slice(&session).expect("a session");
    let header = format!("vmware-api-session-id: {session}");
    let task = exchange(format!("GET /api/cis/tasks/{id} HTTP/1.1\r\n{header}"));
    let task: serde_json::Value = serde_json::from_slice(&task).expect("a task");
    exchange(format!("DELETE /api/session HTTP/1.1\r\n{header}"));
    println!("{}", task["status"].as_str().expect("a status"));
}

// --- many --------------------------------------------------------------------------------------------------------

/// How often each task is read until it has ended.
const READS: usize = 5;

/// A server for each of these, and `count` tasks spread over them. Returns the servers and the references.
fn crowd(
    stand: &Stand,
    simulations: &[&'static dyn Simulation],
    count: usize,
    world: impl Fn() -> World,
    story: impl Fn(&str, usize) -> Story,
) -> (Vec<Server>, Vec<String>) {
    let mut servers: Vec<Server> =
        simulations.iter().map(|simulation| stand.server(*simulation, world())).collect();
    let references = (0..count)
        .map(|number| {
            let server = &servers[number % servers.len()];
            let id = server.simulation().id(number);
            server.world().add(story(&id, number));
            format!("{}/{id}", server.simulation().backend())
        })
        .collect();
    servers.iter_mut().for_each(Server::may_stay_uncalled);
    stand.configure(&servers);
    (servers, references)
}

/// How many reads have come to all servers.
fn reads(servers: &[Server]) -> usize {
    servers.iter().map(|server| server.count(RequestKind::Read)).sum()
}

/// Writes the references where a program can read them as its standard input.
fn as_input(stand: &Stand, references: &[String]) -> File {
    fs::write(stand.path("references"), references.join("\n")).expect("a file");
    File::open(stand.path("references")).expect("a file")
}

#[expect(clippy::cast_precision_loss, reason = "counts of some thousands")]
fn many(stand: &Stand) {
    println!(
        "  {:>7} {:>12} {:>16} {:>14} {:>15} {:>12} {:>9}",
        "tasks", "wall", "processor time", "per task read", "requests/cycle", "peak memory", "sessions"
    );
    let mut results = Vec::new();
    for count in [100, 1_000, 10_000] {
        let moments: Vec<Truth> =
            [5, 30, 55, 80].map(Truth::running).into_iter().chain([Truth::succeeded()]).collect();
        assert_eq!(moments.len(), READS, "each read shows another moment");
        let (servers, references) =
            crowd(stand, SIMULATIONS, count, World::fixed, |id, _| Story::new(id, moments.clone()));
        let flags = ["watch", "-", "-i", "2s", "--max-interval", "2s", "--progress", "none", "-o", "json"];
        let mut command = stand.measured(&stand.program, &flags);
        command.stdin(as_input(stand, &references));
        let (_, out) = timed(command);
        let used = stand.used();
        assert_eq!(used.code, 0, "every task succeeded");
        assert_eq!(out.matches("\"state\": \"succeeded\"").count(), count, "every task is told");
        let per_read = used.cpu.as_secs_f64() * 1e6 / (count * READS) as f64;
        let per_cycle = reads(&servers) as f64 / READS as f64;
        let sessions: usize = servers.iter().map(|server| server.sessions().opened()).sum();
        println!(
            "  {count:>7} {:>12} {:>16} {:>11.1} µs {per_cycle:>15.1} {:>12} {sessions:>9}",
            format!("{:.2} s", used.wall.as_secs_f64()),
            milliseconds(used.cpu),
            per_read,
            megabytes(used.memory),
        );
        results.push((per_read, per_cycle, used.memory));
    }
    let [(_, _, small), (at_thousand, cycle, middle), (at_ten_thousand, cycles, peak)] = results.as_slice()
    else {
        unreachable!("three sizes ran")
    };
    line("peak memory at 10,000 tasks", &megabytes(*peak), "60 MB", *peak <= 60_000_000);
    let grows = at_ten_thousand / at_thousand;
    line("time per read at 10,000 to that at 1,000", &format!("{grows:.2}"), "1", grows <= 1.0);
    let grows = cycles / cycle / 10.0;
    line("requests per task at 10,000 to those at 1,000", &format!("{grows:.2}"), "1", grows <= 1.0);
    let (first, second) =
        (middle.saturating_sub(*small) as f64 / 900.0, peak.saturating_sub(*middle) as f64 / 9000.0);
    note("memory per task, from 100 to 1,000", &format!("{:.2} kB", first / 1e3));
    note("memory per task, from 1,000 to 10,000", &format!("{:.2} kB", second / 1e3));
}

// --- lag ---------------------------------------------------------------------------------------------------------

/// The poll interval of this part, and the longest that its jitter makes of it.
const INTERVAL: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_millis(1100);
/// The tasks end this long after the servers came up.
const END: Duration = Duration::from_millis(2500);

fn lag(stand: &Stand) {
    println!(
        "  Beside the interval: from the look at a server that showed the last end to taskctl's exit, and by how"
    );
    println!("  much the longest gap between two looks at a task exceeded the interval with its jitter.");
    for count in [1, 100, 1_000] {
        let mut beside = Vec::new();
        let mut whole = Vec::new();
        for _ in 0..5 {
            let begin = wall_clock();
            let world = || {
                let mut world = World::with_clock(wall_clock);
                world.begin_at(begin);
                world
            };
            let story = |id: &str, _| {
                Story::new(id, vec![Truth::running(50), Truth::succeeded()]).pace(Pace::Time(END))
            };
            let (servers, references) = crowd(stand, SIMULATIONS, count, world, story);
            let flags = ["watch", "-", "-i", "1s", "--max-interval", "1s", "--progress", "none", "-q"];
            let mut command = stand.command(&stand.program, &flags);
            command.stdin(as_input(stand, &references));
            let status = command.status().expect("the program runs");
            let exit = wall_clock();
            assert!(status.success(), "every task succeeded");

            let end = begin + SignedDuration::try_from(END).expect("a short time");
            let mut seen = end;
            let mut late = Duration::ZERO;
            for server in &servers {
                for id in server.world().ids() {
                    let looks = server.world().looks(&id);
                    for pair in looks.windows(2) {
                        late = late.max(since(pair[1], pair[0]).saturating_sub(LONGEST));
                    }
                    seen = seen.max(*looks.last().expect("every task was looked at"));
                }
            }
            whole.push(since(exit, end));
            beside.push(since(exit, seen) + late);
        }
        assert!(INTERVAL < LONGEST, "the jitter makes some gaps longer");
        let (whole, beside) = (median(whole), median(beside));
        note(&format!("{count} tasks, from the end to the exit, interval 1 s ± 10 %"), &milliseconds(whole));
        line(
            &format!("{count} tasks, beside the interval"),
            &milliseconds(beside),
            "50 ms",
            beside <= Duration::from_millis(50),
        );
    }
}

fn since(later: Timestamp, earlier: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}

// --- screen ------------------------------------------------------------------------------------------------------

fn screen(stand: &Stand) {
    let runs: Vec<[Used; 2]> =
        (0..3).map(|_| ["tty", "none"].map(|progress| watched(stand, progress))).collect();
    let cpu = |which: usize| median(runs.iter().map(|run| run[which].cpu).collect());
    note("processor time of ten seconds with bars", &milliseconds(cpu(0)));
    note("and without", &milliseconds(cpu(1)));
    let share = |[with, without]: &[Used; 2]| {
        (with.cpu.as_secs_f64() - without.cpu.as_secs_f64()) / with.wall.as_secs_f64() * 100.0
    };
    let share = median(runs.iter().map(share).collect());
    line("1,000 bars on 50 rows, of one core", &format!("{share:.1} %"), "3 %", share <= 3.0);
}

/// Watches 1,000 tasks that move each second, for ten seconds on a terminal.
fn watched(stand: &Stand, progress: &str) -> Used {
    let world = || World::with_clock(wall_clock);
    let story = |id: &str, number: usize| {
        let moments = (0..90).map(|moment| {
            let percent = u8::try_from((number + moment) % 99).expect("below 99");
            Truth::running(percent).message(&format!("step {moment}"))
        });
        Story::new(id, moments.collect()).pace(Pace::Time(Duration::from_secs(1)))
    };
    // In one request a cycle, so that drawing is not lost in what reading costs.
    let (_servers, references) = crowd(stand, &[simulation("vcenter")], 1_000, world, story);
    drop(as_input(stand, &references));
    let size = PtySize { rows: 50, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).expect("a terminal");
    let mut command = CommandBuilder::new("/bin/sh");
    command.env_clear();
    for (name, value) in stand.environment() {
        command.env(name, value);
    }
    let words = [
        format!("exec {:?} --measure {:?} {:?}", this_program(), stand.path("report"), stand.program),
        format!("watch - -i 2s --max-interval 2s --timeout 10s --progress {progress} -o raw"),
        format!("< {:?} > /dev/null", stand.path("references")),
    ];
    command.args(["-c", &words.join(" ")]);
    let mut child = pty.slave.spawn_command(command).expect("the program runs");
    drop(pty.slave);
    let mut screen = pty.master.try_clone_reader().expect("the terminal's other side");
    let reader = std::thread::spawn(move || {
        let mut bytes = 0;
        let mut buffer = [0; 64 * 1024];
        while let Ok(read @ 1..) = screen.read(&mut buffer) {
            bytes += read;
        }
        bytes
    });
    child.wait().expect("the program ends");
    drop(pty.master);
    let bytes = reader.join().expect("the reader ends");
    assert_eq!(progress == "tty", bytes > 10_000, "bars were drawn if they were asked for: {bytes} bytes");
    let used = stand.used();
    assert_eq!(used.code, 124, "the time was up");
    used
}

// --- size --------------------------------------------------------------------------------------------------------

fn size(stand: &Stand) {
    let bytes = fs::metadata(&stand.program).expect("the program").len();
    line("the release binary, stripped", &megabytes(bytes), "6 MB", bytes <= 6_000_000);
    let tree = |flags: &[&str]| -> Option<usize> {
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--no-dedupe"])
            .args(flags)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut names: Vec<&str> = text.lines().map(|line| line.trim_end_matches(" (proc-macro)")).collect();
        names.sort_unstable();
        names.dedup();
        // Without the package itself.
        output.status.success().then(|| names.len() - 1)
    };
    let count = |found: Option<usize>| found.map_or_else(|| "?".to_owned(), |count| count.to_string());
    note("all dependencies on this platform (cargo tree -e normal)", &count(tree(&[])));
    note("direct dependencies on this platform", &count(tree(&["--depth", "1"])));
    println!("  Direct dependencies, and what each is for:");
    for (name, reason) in reasons() {
        println!("    {name:<26} {reason}");
    }
}

/// Every direct dependency of the program, and the comment above it.
fn reasons() -> Vec<(String, String)> {
    let manifest = include_str!("../Cargo.toml");
    let (mut inside, mut reason, mut found) = (false, "", Vec::new());
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.starts_with("[dev");
        } else if let Some(comment) = line.strip_prefix("# ") {
            reason = comment;
        } else if let Some((name, _)) = line.split_once(" = ")
            && inside
        {
            found.push((name.to_owned(), reason.to_owned()));
        }
    }
    found
}

// --- build -------------------------------------------------------------------------------------------------------

fn build(stand: &Stand) {
    let begin = now();
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--offline", "--quiet", "--bin", "taskctl", "--target-dir"])
        .arg(stand.path("target"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the program builds");
    let wall = begin.elapsed();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let what = format!("a cold release build, on {cores} cores");
    line(&what, &format!("{:.0} s", wall.as_secs_f64()), "120 s", wall <= Duration::from_secs(120));
}
