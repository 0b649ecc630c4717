//! The binary on a real terminal: what a person sees while tasks are followed, and how a secret is asked for.

use std::io::{Read as _, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use portable_pty::{Child, ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, tcgetattr};

use crate::harness::Bench;
use crate::sim::server::{Fault, Server};
use crate::sim::world::{Condition, Story, Truth};
use crate::sim::{PASSWORD, RequestKind, SIMULATIONS, Simulation, simulation};

/// Longer than anything takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

const BRISK: [&str; 4] = ["-i", "200ms", "--max-interval", "200ms"];

/// What the terminal shows, and every byte that it was sent.
pub struct Shown {
    pub parser: vt100::Parser,
    pub bytes: Vec<u8>,
    ended: bool,
}

impl Shown {
    /// The rows, one a line. A bar is filled up to the last column, so what the terminal itself would take for a long
    /// wrapped line is no better here.
    pub fn text(&self) -> String {
        let screen = self.parser.screen();
        let (_, columns) = screen.size();
        let rows: Vec<String> = screen.rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }
}

/// A [`Shown`] that changes while it is looked at.
#[derive(Clone)]
pub struct Screen(Arc<(Mutex<Shown>, Condvar)>);

impl Screen {
    pub fn lock(&self) -> MutexGuard<'_, Shown> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the screen is as wanted. Returns its text.
    #[track_caller]
    pub fn wait(&self, what: &str, mut wanted: impl FnMut(&Shown) -> bool) -> String {
        let not_yet = |shown: &mut Shown| !wanted(shown);
        let (shown, waited) =
            self.0.1.wait_timeout_while(self.lock(), LIMIT, not_yet).unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "{what} was not seen:\n{}", shown.text());
        shown.text()
    }
}

/// The binary on a terminal of its own; it is killed if the test ends before it.
pub struct OnTerminal {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    status: Receiver<u32>,
    pub screen: Screen,
    /// The terminal itself, to look at its modes.
    tty: Option<rustix::fd::OwnedFd>,
}

/// How it was when the program had ended.
pub struct Ended {
    code: u32,
    /// The screen as it stands.
    pub text: String,
    /// Everything that was written.
    bytes: String,
    echo: bool,
}

fn size(rows: u16, columns: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn whole(number: u16) -> std::num::NonZeroU16 {
    number.try_into().expect("a size")
}

impl OnTerminal {
    fn start(bench: &Bench, rows: u16, columns: u16, arguments: &[&str]) -> OnTerminal {
        OnTerminal::run(bench, rows, columns, &[&[env!("CARGO_BIN_EXE_taskctl")], arguments].concat())
    }

    /// Any program, in a bench's environment.
    pub fn run(bench: &Bench, rows: u16, columns: u16, words: &[&str]) -> OnTerminal {
        let pair = native_pty_system().openpty(size(rows, columns)).expect("a terminal");
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in bench.environment() {
            command.env(name, value);
        }
        let mut child: Box<dyn Child + Send + Sync> =
            pair.slave.spawn_command(command).expect("the binary starts");
        let name = pair.master.tty_name().expect("the terminal has a name");
        let tty = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("the terminal");
        drop(pair.slave);
        let parser = match (rows, columns) {
            (0, 0) => vt100::Parser::new(whole(24), whole(80), 1000),
            _ => vt100::Parser::new(whole(rows), whole(columns), 1000),
        };
        let shown = Shown { parser, bytes: Vec::new(), ended: false };
        let screen = Screen(Arc::new((Mutex::new(shown), Condvar::new())));
        let mut reader = pair.master.try_clone_reader().expect("the other end");
        let copy = screen.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                // The end of a terminal is told as an error.
                let read = reader.read(&mut chunk).unwrap_or(0);
                let mut shown = copy.lock();
                shown.parser.process(&chunk[..read]);
                shown.bytes.extend_from_slice(&chunk[..read]);
                shown.ended = read == 0;
                copy.0.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let killer = child.clone_killer();
        let (sender, status) = channel();
        std::thread::spawn(move || {
            let code = child.wait().map_or(u32::MAX, |status| status.exit_code());
            let _ = sender.send(code);
        });
        let keyboard = pair.master.take_writer().expect("the keyboard");
        OnTerminal { master: pair.master, keyboard, killer, status, screen, tty: Some(tty) }
    }

    pub fn type_in(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).and_then(|()| self.keyboard.flush()).expect("a terminal");
    }

    fn resize(&self, rows: u16, columns: u16) {
        self.screen.lock().parser.set_size(whole(rows), whole(columns));
        self.master.resize(size(rows, columns)).expect("a terminal");
    }

    fn echoes(&self) -> bool {
        let modes = tcgetattr(self.tty.as_ref().expect("the terminal is open")).expect("modes");
        modes.local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for a question for a secret. Nothing that is typed from its first letter on would be shown.
    #[track_caller]
    pub fn wait_for_question(&self, text: &str) {
        self.screen.wait("the question", |shown| {
            let stands = shown.text().contains(text);
            assert!(!stands || !self.echoes(), "the question stands, and what is typed is shown");
            stands
        });
    }

    #[track_caller]
    pub fn end(mut self) -> Ended {
        let Ok(code) = self.status.recv_timeout(LIMIT) else {
            panic!("the process did not end:\n{}", self.screen.lock().text());
        };
        let echo = self.echoes();
        self.tty = None;
        let text = self.screen.wait("the end", |shown| shown.ended);
        let bytes = String::from_utf8_lossy(&self.screen.lock().bytes).into_owned();
        Ended { code, text, bytes, echo }
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        let _ = self.killer.kill();
    }
}

impl Ended {
    #[track_caller]
    pub fn expect(self, code: u32) -> Ended {
        assert_eq!(self.code, code, "{}", self.text);
        self
    }
}

/// Whether a line of the text holds all of these.
fn has_line(text: &str, parts: &[&str]) -> bool {
    text.lines().any(|line| parts.iter().all(|part| line.contains(part)))
}

/// A server with one task, which stays as it is until it is told otherwise.
fn serve(simulation: &'static dyn Simulation, truth: Truth) -> Server {
    let server = Server::start(simulation);
    tell(&server, truth);
    server
}

fn tell(server: &Server, truth: Truth) {
    server.world().add(Story::new(&server.simulation().id(1), vec![truth]));
}

fn reference(server: &Server) -> String {
    format!("{}/{}", server.simulation().backend(), server.simulation().id(1))
}

#[track_caller]
fn all_closed(server: &Server) {
    let sessions = server.sessions();
    assert_eq!(sessions.opened(), sessions.closed(), "{}", server.simulation().backend());
}

#[test]
fn all_systems_have_a_line_each_then_a_permanent_line_each_then_a_summary() {
    let percents = ["11%", "22%", "33%", "44%", "55%", "66%"];
    let servers: Vec<Server> =
        SIMULATIONS.iter().zip([11, 22, 33, 44, 55, 66]).map(|(s, p)| serve(*s, Truth::running(p))).collect();
    let bench = Bench::new(&servers.iter().collect::<Vec<_>>());
    let references: Vec<String> = servers.iter().map(reference).collect();
    let mut words = vec!["watch"];
    words.extend(references.iter().map(String::as_str));
    words.extend(BRISK);
    let watch = OnTerminal::start(&bench, 40, 120, &words);
    for (server, percent) in servers.iter().zip(percents) {
        let label = format!("{}/", server.simulation().backend());
        watch.screen.wait(&label, |shown| has_line(&shown.text(), &[&label, "running", percent, "█"]));
    }
    tell(&servers[0], Truth::failed("DatastoreFull", "No space left", &[]));
    // The line is written before the bars are drawn again below it.
    watch.screen.wait("the failed one above the others, which go on", |shown| {
        let text = shown.text();
        has_line(&text, &[&references[0], "failed", "No space left"]) && has_line(&text, &["running", "55%"])
    });
    for server in &servers[1..] {
        tell(server, Truth::succeeded());
    }
    let ended = watch.end().expect(3);
    for (position, server) in servers.iter().enumerate() {
        let backend = server.simulation().backend();
        let word = if position == 0 { "failed" } else { "succeeded" };
        let label = format!("{backend}/");
        let lines: Vec<&str> =
            ended.text.lines().filter(|line| line.contains(&label) && line.contains(word)).collect();
        assert_eq!(lines.len(), 1, "a permanent line and nothing twice: {}", ended.text);
        all_closed(server);
    }
    assert!(ended.text.lines().any(|line| line.starts_with("1 failed, 5 succeeded in ")), "{}", ended.text);
    assert!(!ended.text.contains('█') && !ended.text.contains("running"), "no bar stays: {}", ended.text);
    assert!(!ended.bytes.contains("\x1b[?1049"), "no alternate screen");
}

#[test]
fn subtasks_that_appear_have_bars_under_their_task() {
    for simulation in SIMULATIONS.iter().filter(|simulation| simulation.has_children()) {
        let backend = simulation.backend();
        let server = serve(*simulation, Truth::running(31));
        let other = simulation.id(9);
        server.world().add(Story::new(&other, vec![Truth::running(79)]));
        let bench = Bench::new(&[&server]);
        let ids = [1, 2, 3].map(|number| simulation.id(number));
        let words = [&["watch", backend, &ids[0], &other, "--tree"], &BRISK[..]].concat();
        // As wide as it must be for the last characters of the long ids.
        let watch = OnTerminal::start(&bench, 24, 250, &words);
        watch.screen.wait("two bars", |shown| {
            shown.text().lines().count() == 2 && has_line(&shown.text(), &["running", "79%"])
        });
        let parent = |id: &str, percent, part: &str| {
            server.world().add(Story::new(id, vec![Truth::running(percent)]).children(&[part]));
        };
        server.world().add(Story::new(&ids[2], vec![Truth::running(57)]));
        parent(&ids[1], 44, &ids[2]);
        parent(&ids[0], 32, &ids[1]);
        let text = watch.screen.wait("the parts", |shown| has_line(&shown.text(), &["running", "57%", "█"]));
        let lines: Vec<&str> = text.lines().collect();
        let starts = [("", &ids[0]), ("└ ", &ids[1]), ("  └ ", &ids[2]), ("", &other)];
        assert_eq!(lines.len(), starts.len(), "{text}");
        for (line, (mark, id)) in lines.iter().zip(starts) {
            assert!(line.starts_with(&format!("{mark}{backend}/{id} ")), "{mark:?} {text}");
        }
        server.world().add(Story::new(&ids[2], vec![Truth::failed("E", "No space left", &[])]));
        let end = format!("└ {backend}/{} failed", ids[2]);
        watch.screen.wait("a permanent line", |shown| {
            shown.text().starts_with(&end) && has_line(&shown.text(), &["No space left"])
        });
        for id in [&ids[1], &ids[0], &other] {
            server.world().add(Story::new(id, vec![Truth::succeeded()]));
        }
        let ended = watch.end().expect(0);
        let row = format!("   └─ {backend}/{}", ids[2]);
        assert!(has_line(&ended.text, &[&row, "failed"]), "the tree: {}", ended.text);
        all_closed(&server);
    }
}

#[test]
fn a_terminal_may_change_its_size_while_bars_are_on_it() {
    let server = serve(simulation("vcda"), Truth::running(31));
    let bench = Bench::new(&[&server]);
    let reference = reference(&server);
    let words = [&["watch", &reference], &BRISK[..]].concat();
    let watch = OnTerminal::start(&bench, 24, 120, &words);
    watch.screen.wait("a wide bar", |shown| has_line(&shown.text(), &["31%", "█"]));
    watch.resize(8, 30);
    tell(&server, Truth::running(64));
    watch.screen.wait("a narrow line", |shown| has_line(&shown.text(), &["vcda/", "running", "64%"]));
    watch.resize(30, 150);
    tell(&server, Truth::running(87));
    watch.screen.wait("a wide bar again", |shown| has_line(&shown.text(), &["running", "87%", "█"]));
    tell(&server, Truth::succeeded());
    watch.end().expect(0);
    all_closed(&server);
}

#[test]
fn twenty_columns_are_enough_for_a_state_and_a_percentage() {
    let truth = Truth::running(42).message("変換しています、しばらくお待ちください 🚀");
    let servers: Vec<Server> = SIMULATIONS.iter().map(|s| serve(*s, truth.clone())).collect();
    let bench = Bench::new(&servers.iter().collect::<Vec<_>>());
    let references: Vec<String> = servers.iter().map(reference).collect();
    let mut words = vec!["watch"];
    words.extend(references.iter().map(String::as_str));
    words.extend(BRISK);
    let mut watch = OnTerminal::start(&bench, 24, 20, &words);
    watch.screen.wait("a line each", |shown| {
        let text = shown.text();
        let whole = |line: &str| line.contains("running") && line.contains("42%");
        text.lines().count() == SIMULATIONS.len() && text.lines().all(whole)
    });
    watch.type_in("\x03");
    watch.end().expect(130);
    servers.iter().for_each(all_closed);
}

#[test]
fn more_tasks_than_rows_are_the_running_ones_and_a_count() {
    let server = Server::start(simulation("velostrata"));
    let ids: Vec<String> = (1..=30).map(|number| server.simulation().id(number)).collect();
    for id in &ids {
        server.world().add(Story::new(id, vec![Truth::running(50)]));
    }
    let bench = Bench::new(&[&server]);
    let mut words = vec!["watch", "velostrata"];
    words.extend(ids.iter().map(String::as_str));
    words.extend(BRISK);
    let mut watch = OnTerminal::start(&bench, 10, 80, &words);
    let text = watch.screen.wait("the count", |shown| shown.text().contains("… and 22 more: 22 running"));
    assert_eq!(text.lines().filter(|line| line.contains("50%")).count(), 8, "{text}");
    for id in &ids[..25] {
        server.world().add(Story::new(id, vec![Truth::succeeded()]));
    }
    watch.screen.wait("the last five", |shown| {
        let text = shown.text();
        text.lines().filter(|line| line.contains("running")).count() == 5 && !text.contains("more:")
    });
    watch.type_in("\x03");
    let ended = watch.end().expect(130);
    assert!(ended.bytes.contains("the tasks go on"), "{}", ended.text);
}

#[test]
fn what_a_server_writes_never_reaches_the_terminal_raw() {
    let evil = "\x1b]0;owned\x07\x1b[2J警告\r\u{202e}evil\u{9b}1m";
    std::thread::scope(|scope| {
        for simulation in SIMULATIONS {
            scope.spawn(move || {
                let truth = Truth::running(12).message(evil).warning(evil);
                let server = serve(*simulation, truth);
                let bench = Bench::new(&[&server]);
                for more in [&[][..], &["-o", "json"], &["-o", "yaml"], &["-o", "raw"], &["-vv"]] {
                    tell(&server, Truth::running(12).message(evil).warning(evil));
                    let reference = reference(&server);
                    let words = [&["watch", &reference], &BRISK[..], more].concat();
                    let watch = OnTerminal::start(&bench, 50, 120, &words);
                    watch.screen.wait("a reading", |shown| shown.text().contains("12%"));
                    tell(&server, Truth::failed("Bad\x1b[2J", evil, &[evil]).warning(evil));
                    let ended = watch.end().expect(3);
                    let bytes = ended.bytes.replace("\r\n", "\n");
                    for raw in ["\x1b]0", "\x07", "\x1b[2J", "\r\u{202e}", "\u{202e}", "\u{9b}"] {
                        assert!(!bytes.contains(raw), "{raw:?} {more:?}: {bytes:?}");
                    }
                    assert!(bytes.contains("警告"), "{more:?}: {bytes:?}");
                    assert!(bytes.contains("u{1b}]0;owned") || bytes.contains("u001b]0;owned"), "{bytes:?}");
                }
            });
        }
    });
}

#[test]
fn the_first_bar_is_drawn_before_the_first_answer() {
    for kind in [RequestKind::Login, RequestKind::Read] {
        let server = serve(simulation("vcenter"), Truth::running(1));
        server.fault_on(kind, Fault::Hang);
        let bench = Bench::new(&[&server]);
        let mut watch = OnTerminal::start(&bench, 24, 80, &["watch", &reference(&server)]);
        watch.screen.wait("a line", |shown| has_line(&shown.text(), &["vcenter/", "waiting"]));
        server.wait_for(kind, 1);
        watch.type_in("\x03");
        let ended = watch.end().expect(130);
        assert!(
            ended.bytes.contains("stopped before the first answer. To resume: taskctl watch "),
            "{}",
            ended.text
        );
        assert!(!ended.bytes.contains("goes on"), "nobody knows that: {}", ended.text);
        all_closed(&server);
    }
}

#[test]
fn a_terminal_without_a_size_is_taken_to_have_the_usual_one() {
    let server = serve(simulation("vcda"), Truth::running(31));
    let bench = Bench::new(&[&server]);
    let watch = OnTerminal::start(&bench, 0, 0, &[&["watch", &reference(&server)], &BRISK[..]].concat());
    watch.screen.wait("a bar", |shown| has_line(&shown.text(), &["vcda/", "running", "31%", "█"]));
    tell(&server, Truth::succeeded());
    watch.end().expect(0);
    all_closed(&server);
}

#[test]
fn a_lost_server_is_one_line_until_it_is_back() {
    let mut server = serve(simulation("snapservice"), Truth::running(35));
    let bench = Bench::new(&[&server]);
    let reference = reference(&server);
    let words = [&["watch", &reference], &BRISK[..]].concat();
    let watch = OnTerminal::start(&bench, 24, 120, &words);
    watch.screen.wait("a reading", |shown| shown.text().contains("35%"));
    server.go_down();
    let text = watch.screen.wait("the trouble", |shown| shown.text().contains("snapservice: no answer for "));
    assert!(has_line(&text, &["snapservice/", "running", "35%"]), "the task is as it was: {text}");
    server.come_back();
    watch.screen.wait("the way back", |shown| !shown.text().contains("no answer for"));
    tell(&server, Truth::succeeded());
    watch.end().expect(0);
    all_closed(&server);
}

/// A bench whose profile asks for the password.
fn asking(server: &Server) -> Bench {
    let profile = server.profile(server.simulation().backend());
    Bench::with_config(&profile.replace("password_env = \"SIM_PASSWORD\"", "password_prompt = true"))
}

#[test]
fn a_password_is_asked_for_and_not_shown() {
    for (typed, code) in [(PASSWORD, 0), ("wr0ng-Geheim", 4)] {
        let server = serve(simulation("vcenter"), Truth::succeeded());
        let bench = asking(&server);
        let mut get = OnTerminal::start(&bench, 24, 80, &["get", &reference(&server)]);
        get.wait_for_question("assword");
        get.type_in(&format!("{typed}\r"));
        let ended = get.end().expect(code);
        assert!(!ended.bytes.contains(typed), "{}", ended.text);
        assert!(ended.echo, "the terminal is as it was");
        assert_eq!(server.count(RequestKind::Login), 1);
        all_closed(&server);
    }
}

/// Whoever has a password in the clipboard pastes it the moment that the question is there.
#[test]
fn a_password_that_is_pasted_at_the_first_letter_of_the_question_is_never_shown() {
    let server = serve(simulation("vcenter"), Truth::succeeded());
    let bench = asking(&server);
    for round in 0..100 {
        let mut get = OnTerminal::start(&bench, 24, 80, &["get", &reference(&server)]);
        get.screen.wait("the question", |shown| !shown.bytes.is_empty());
        get.type_in(&format!("{PASSWORD}\r"));
        let ended = get.end().expect(0);
        assert!(!ended.bytes.contains(PASSWORD), "round {round}: {}", ended.text);
        assert!(ended.bytes.starts_with("Password of "), "round {round}: {}", ended.text);
        assert!(ended.echo, "the terminal is as it was");
    }
}

#[test]
fn ctrl_c_at_the_question_leaves_the_terminal_as_it_was() {
    let mut server = serve(simulation("vcenter"), Truth::succeeded());
    server.may_stay_uncalled();
    let bench = asking(&server);
    for verb in ["get", "watch"] {
        let mut run = OnTerminal::start(&bench, 24, 80, &[verb, &reference(&server)]);
        run.wait_for_question("assword");
        run.type_in("\x03");
        let ended = run.end().expect(130);
        assert!(ended.echo, "{}", ended.text);
    }
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn ctrl_d_at_the_question_for_a_password_is_no_password() {
    let mut server = serve(simulation("vcenter"), Truth::succeeded());
    server.may_stay_uncalled();
    let bench = asking(&server);
    let mut get = OnTerminal::start(&bench, 24, 80, &["get", &reference(&server)]);
    get.wait_for_question("assword");
    get.type_in("\x04");
    let ended = get.end().expect(2);
    assert!(ended.echo, "{}", ended.text);
    assert!(ended.text.contains("\nerror: "), "on a line of its own: {}", ended.text);
    assert_eq!(server.requests().len(), 0);
}

/// The words for a shell that runs the binary with this on its standard input.
fn fed<'a>(input: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    // Ctrl-C is for the whole group: the shell lives on to tell the code.
    let script = "trap : INT; input=$1; shift; printf '%s\\n' \"$input\" | \"$@\"";
    [&["/bin/sh", "-c", script, "sh", input, env!("CARGO_BIN_EXE_taskctl")], arguments].concat()
}

#[test]
fn a_password_is_asked_for_on_the_terminal_while_the_ids_come_from_a_pipe() {
    for simulation in SIMULATIONS {
        let server = serve(*simulation, Truth::succeeded());
        let profile = server.profile(simulation.backend());
        let silent = Bench::with_config(&profile.replace("password_env = \"SIM_PASSWORD\"", ""));
        for bench in [asking(&server), silent] {
            let id = simulation.id(1);
            let words = fed(&id, &["get", simulation.backend(), "-", "--field", "state"]);
            let mut get = OnTerminal::run(&bench, 24, 80, &words);
            get.wait_for_question("assword");
            get.type_in(&format!("{PASSWORD}\r"));
            let ended = get.end().expect(0);
            assert!(ended.text.contains("succeeded"), "{}", ended.text);
            assert!(!ended.bytes.contains(PASSWORD), "{}", ended.text);
            all_closed(&server);
        }
    }
}

#[test]
fn a_cancel_is_asked_about_and_only_a_yes_is_one() {
    // What is typed, the exit code, what is said then.
    let answers = [
        ("y\r", 0, "to cancel task"),
        ("yes\r", 0, "to cancel task"),
        ("n\r", 1, "nothing was cancelled"),
        ("\r", 1, "nothing was cancelled"),
        ("\x04", 1, "nothing was cancelled"),
        ("\x03", 130, ""),
    ];
    let able = |simulation: &&&dyn Simulation| {
        taskctl::api::find(simulation.backend()).is_some_and(|backend| backend.capabilities.cancel)
    };
    for simulation in SIMULATIONS.iter().filter(able) {
        let backend = simulation.backend();
        for (typed, code, said) in answers {
            let mut server = serve(*simulation, Truth::running(10));
            server.may_stay_uncalled();
            let bench = Bench::new(&[&server]);
            let reference = reference(&server);
            let id = server.simulation().id(1);
            for words in [vec!["cancel", reference.as_str()], vec!["cancel", backend, "-"]] {
                // The ids may come from a pipe: it is the terminal that is asked.
                let words = if words.contains(&"-") {
                    fed(&id, &words)
                } else {
                    [&[env!("CARGO_BIN_EXE_taskctl")], &words[..]].concat()
                };
                tell(&server, Truth::running(10));
                let mut cancel = OnTerminal::run(&bench, 24, 160, &words);
                let text = cancel.screen.wait("the question", |shown| shown.text().contains("[y/N]"));
                let place = format!("127.0.0.1:{}", server.port());
                // A long id wraps.
                let flat = text.replace('\n', "");
                assert!(
                    flat.contains(&id) && flat.contains(&place) && flat.contains("running 10%"),
                    "{text}"
                );
                assert!(has_line(&text, &["cancel it? [y/N]"]), "{text}");
                cancel.type_in(typed);
                let ended = cancel.end().expect(code);
                let after = ended.text.split_once("[y/N]").map(|(_, after)| after).expect("the question");
                assert!(after.contains(said), "{typed:?} {}", ended.text);
                assert!(!after.lines().next().is_some_and(|line| line.contains("error")), "{}", ended.text);
                assert!(ended.echo);
                let cancelled = server.world().look(&id).expect("a task").truth.condition;
                assert_eq!(cancelled == Condition::Cancelled, code == 0, "{typed:?} {}", ended.text);
                all_closed(&server);
            }
        }
    }
}

#[test]
fn color_is_for_terminals_and_can_be_declined() {
    let server = serve(simulation("ecs"), Truth::failed("E", "No space left", &[]));
    let reference = reference(&server);
    let is_colored = |bench: &Bench, more: &[&str]| {
        let words = [&["watch", &reference], more].concat();
        let ended = OnTerminal::start(bench, 50, 100, &words).end().expect(3);
        let colored =
            ended.bytes.split("\x1b[").skip(1).any(|rest| {
                rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
            });
        assert!(ended.text.contains("failed"), "the word is there either way: {}", ended.text);
        colored
    };
    assert!(is_colored(&Bench::new(&[&server]), &[]));
    assert!(!is_colored(&Bench::new(&[&server]), &["--color", "never"]));
    assert!(!is_colored(&Bench::new(&[&server]).env("NO_COLOR", "1"), &[]));
    assert!(!is_colored(&Bench::new(&[&server]).env("TERM", "dumb"), &[]));
}

#[test]
fn in_ci_there_are_plain_lines_even_on_a_terminal() {
    let server = serve(simulation("vcda"), Truth::succeeded());
    let bench = Bench::new(&[&server]).env("CI", "1").env("NO_COLOR", "1");
    let ended = OnTerminal::start(&bench, 24, 100, &["watch", &reference(&server)]).end().expect(0);
    let bytes = ended.bytes.replace("\r\n", "\n");
    assert!(!bytes.contains('\x1b') && !bytes.contains('\r'), "{bytes:?}");
    assert!(has_line(&ended.text, &["Z vcda/f61d60d2 succeeded 100%"]), "{}", ended.text);
}

#[test]
fn bars_stay_while_the_result_goes_to_a_file() {
    let server = serve(simulation("vcda"), Truth::running(21));
    let bench = Bench::new(&[&server]);
    let (file, reference) = (bench.path("result.json"), reference(&server));
    let shell = ["/bin/sh", "-c", "out=$1; shift; exec \"$@\" > \"$out\"", "sh", &file.to_string_lossy()]
        .map(str::to_owned);
    let mut words: Vec<&str> = shell.iter().map(String::as_str).collect();
    words.extend([env!("CARGO_BIN_EXE_taskctl"), "watch", &reference, "-o", "json"]);
    words.extend(BRISK);
    let watch = OnTerminal::run(&bench, 24, 100, &words);
    watch.screen.wait("a bar", |shown| has_line(&shown.text(), &["vcda/", "running", "21%", "█"]));
    tell(&server, Truth::succeeded());
    let ended = watch.end().expect(0);
    assert!(has_line(&ended.text, &["vcda/f61d60d2", "succeeded"]), "{}", ended.text);
    let result = std::fs::read_to_string(file).expect("the result");
    let task: serde_json::Value = serde_json::from_str(&result).expect("JSON");
    assert_eq!(task["state"], "succeeded");
}
