use std::sync::{Arc, Mutex};

use super::*;
use crate::config::{Config, Location, ProfileSelection};
use crate::outcome::Signal;
use crate::util::env::Env;
use crate::util::streams::Input;
use crate::util::terminal::Terminal;

const SECRET: &str = "S3cret";

/// Answers every question alike, and counts them.
struct Answer {
    text: Result<&'static str, io::ErrorKind>,
    asked: Mutex<Vec<String>>,
}

impl Answer {
    fn of(text: Result<&'static str, io::ErrorKind>) -> Answer {
        Answer { text, asked: Mutex::new(Vec::new()) }
    }
}

impl Prompt for Answer {
    fn ask(&self, text: &str) -> io::Result<SecretString> {
        self.asked.lock().expect("no panic").push(text.to_owned());
        self.text.map(SecretString::from).map_err(io::Error::from)
    }
}

/// A run whose prompt answers, and whose warnings are kept.
struct Bench {
    context: Context,
    prompt: Arc<Answer>,
    warnings: RefCell<Vec<String>>,
    directory: tempfile::TempDir,
}

impl Bench {
    fn new(env: &[(&str, &str)]) -> Bench {
        let prompt = Arc::new(Answer::of(Ok(SECRET)));
        let context = Context {
            env: Env::of(env.iter().copied()),
            terminal: Terminal::default(),
            stdin: Input::new(io::empty()),
            prompt: Arc::clone(&prompt) as Arc<dyn Prompt>,
            own_process: false,
            ..Context::of_process()
        };
        let directory = tempfile::tempdir().expect("a directory");
        Bench { context, prompt, warnings: RefCell::default(), directory }
    }

    /// With a terminal to ask on.
    fn on_terminal(env: &[(&str, &str)]) -> Bench {
        let mut bench = Bench::new(env);
        bench.context.terminal = Terminal { stdin: true, stderr: true, ..Terminal::default() };
        bench
    }

    fn answer(&mut self, text: Result<&'static str, io::ErrorKind>) {
        self.prompt = Arc::new(Answer::of(text));
        self.context.prompt = Arc::clone(&self.prompt) as Arc<dyn Prompt>;
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("permitted");
        }
        path.display().to_string()
    }

    /// A profile of vcda with these lines, its file in this directory.
    fn profile(&self, lines: &str) -> Profile {
        let text = format!(
            "[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://h:8046\"\nusername = \"u\"\n{lines}\n"
        );
        let location = Location { path: self.directory.path().join("c.toml"), named_by: Some("--config") };
        let config = Config::parse(&text, &location, &self.context.env, crate::api::BACKENDS).expect("TOML");
        config.select(&ProfileSelection::default(), &self.context.env).expect("a good profile")
    }

    fn with<T>(
        &self,
        change: impl FnOnce(&mut SecretContext<'_>),
        act: impl FnOnce(&SecretContext<'_>) -> T,
    ) -> T {
        let warn = |line: &str| self.warnings.borrow_mut().push(line.to_owned());
        let mut context = SecretContext::new(&self.context, &ConnectionFlags::default(), false, warn);
        change(&mut context);
        act(&context)
    }

    fn password(
        &self,
        lines: &str,
        change: impl FnOnce(&mut SecretContext<'_>),
    ) -> Result<(String, String), Error> {
        let profile = self.profile(lines);
        self.with(change, |context| {
            obtain(&profile, "password", context)
                .map(|(secret, source)| (secret.expose_secret().to_owned(), source))
        })
    }

    /// What an error says, after a look that no secret is in it.
    fn failure(&self, lines: &str, change: impl FnOnce(&mut SecretContext<'_>)) -> (String, Vec<String>) {
        let error = self.password(lines, change).expect_err(lines);
        assert_eq!(error.kind, Kind::Config, "{error:?}");
        assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
        (error.message, error.hints)
    }
}

fn as_is(_: &mut SecretContext<'_>) {}

#[test]
fn every_source_gives_its_secret_and_says_where_it_was() {
    let bench = Bench::on_terminal(&[("MINE", SECRET)]);
    bench.file("f", b"S3cret\n");
    let cases = [
        ("password = \"S3cret\"", "`password` of profile dr"),
        ("password_file = \"f\"", "password_file f of profile dr"),
        ("password_env = \"MINE\"", "password_env MINE of profile dr"),
    ];
    for (lines, source) in cases {
        let found = bench.password(lines, as_is).expect(lines);
        assert_eq!(found, (SECRET.to_owned(), source.to_owned()));
    }
    let typed = bench.password("password_prompt = true", as_is);
    assert_eq!(typed.expect("typed"), (SECRET.to_owned(), "the terminal".to_owned()));
    assert_eq!(*bench.prompt.asked.lock().expect("no panic"), ["Password of u for profile dr (h:8046): "]);
}

#[test]
fn one_newline_at_the_end_of_a_file_is_not_of_the_secret() {
    let bench = Bench::new(&[]);
    for (content, expected) in [
        (&b"a"[..], "a"),
        (b"a\n", "a"),
        (b"a\r\n", "a"),
        (b"a\n\n", "a\n"),
        (b" a \n", " a "),
        (b"a\r", "a\r"),
    ] {
        bench.file("f", content);
        assert_eq!(bench.password("password_file = \"f\"", as_is).expect("read").0, expected);
    }
    assert_eq!(*bench.warnings.borrow(), [""; 0]);
}

#[test]
fn a_file_that_is_no_secret_is_named() {
    let bench = Bench::new(&[]);
    for (content, expected) in [
        (&b""[..], "password_file f of profile dr: it is empty"),
        (b"\n", "password_file f of profile dr: it is empty"),
        (b"S3cret\xff", "password_file f of profile dr: the content is not UTF-8 text"),
    ] {
        bench.file("f", content);
        assert_eq!(bench.failure("password_file = \"f\"", as_is).0, expected);
    }
    assert_eq!(bench.failure("password_file = \"g\"", as_is).0, "cannot read password_file g of profile dr");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::new(&[]);
    let path = bench.file("f", b"S3cret");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("permitted");
    bench.password("password_file = \"f\"", as_is).expect("read all the same");
    assert_eq!(
        *bench.warnings.borrow(),
        ["password_file f of profile dr can be read by others (mode 0640): chmod 600 it"]
    );
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let bench = Bench::new(&[("TASKCTL_PASSWORD", SECRET)]);
    let (message, hints) = bench.failure("password_env = \"MINE\"", as_is);
    assert_eq!(message, "password_env MINE of profile dr: the environment variable is not set");
    assert_eq!(hints, ["set MINE, or name another source in the profile"]);
}

#[test]
fn the_flag_comes_before_the_profile_and_the_profile_before_the_environment() {
    let bench = Bench::on_terminal(&[("TASKCTL_PASSWORD", "of-environment"), ("MINE", "of-profile")]);
    let file = bench.file("flag", b"of-flag\n");
    let (secret, source) = bench
        .password("password_env = \"MINE\"", |context| context.password_file = Some(file.clone()))
        .expect("read");
    assert_eq!((secret.as_str(), source), ("of-flag", format!("--password-file {file}")));
    assert_eq!(bench.password("password_env = \"MINE\"", as_is).expect("read").0, "of-profile");
    assert_eq!(
        bench.password("", as_is).expect("read"),
        ("of-environment".to_owned(), "TASKCTL_PASSWORD".to_owned())
    );
    assert_eq!(bench.prompt.asked.lock().expect("no panic").len(), 0);
}

#[test]
fn a_variable_may_name_a_file_but_not_beside_the_secret_itself() {
    let outside = Bench::new(&[]);
    let file = outside.file("f", b"S3cret\n");
    let bench = Bench::new(&[("TASKCTL_PASSWORD_FILE", &file)]);
    let found = bench.password("", as_is).expect("read");
    assert_eq!(found, (SECRET.to_owned(), format!("TASKCTL_PASSWORD_FILE {file}")));
    let bench = Bench::new(&[("TASKCTL_PASSWORD_FILE", &file), ("TASKCTL_PASSWORD", SECRET)]);
    assert_eq!(bench.failure("", as_is).0, "both TASKCTL_PASSWORD and TASKCTL_PASSWORD_FILE are set");
}

#[test]
fn standard_input_is_read_once_for_all_who_ask() {
    let mut bench = Bench::new(&[]);
    bench.context.stdin = Input::new(&b"S3cret\n"[..]);
    let profile = bench.profile("");
    let change = |context: &mut SecretContext<'_>| {
        context.password_file = Some("-".to_owned());
    };
    bench.with(change, |context| {
        for _ in 0..2 {
            let (secret, source) = obtain(&profile, "password", context).expect("read");
            assert_eq!(
                (secret.expose_secret(), source.as_str()),
                (SECRET, "--password-file - (standard input)")
            );
        }
    });
    let error = bench
        .password("", |context| {
            context.password_file = Some("-".to_owned());
            context.stdin_has_ids = true;
        })
        .expect_err("two uses of one stream");
    assert_eq!(error.kind, Kind::Usage);
}

#[test]
fn with_nothing_at_all_the_ways_are_listed() {
    let bench = Bench::new(&[]);
    let (message, hints) = bench.failure("", as_is);
    assert_eq!(message, "no password for profile dr (h:8046)");
    assert_eq!(
        hints,
        [
            "in the profile, set one of password_command, password_file, password_env, password_prompt",
            "or set TASKCTL_PASSWORD, or give --password-file FILE (- for standard input)",
        ]
    );
}

#[test]
fn who_cannot_be_asked_is_not_asked() {
    let bench = Bench::new(&[]);
    let (message, _) = bench.failure("password_prompt = true", as_is);
    assert_eq!(message, "password_prompt of profile dr cannot ask: there is no terminal");
    assert_eq!(bench.prompt.asked.lock().expect("no panic").len(), 0);
}

#[test]
fn who_sits_at_the_terminal_is_asked_although_the_ids_come_from_a_pipe() {
    let mut bench = Bench::on_terminal(&[]);
    bench.answer(Ok(SECRET));
    for lines in ["", "password_prompt = true"] {
        let answer = bench.password(lines, |context| {
            context.stdin_has_ids = true;
        });
        assert_eq!(answer.expect("an answer"), (SECRET.to_owned(), "the terminal".to_owned()));
    }
}

#[test]
fn an_empty_answer_is_an_error_and_ctrl_c_stops_the_run() {
    let mut bench = Bench::on_terminal(&[]);
    bench.answer(Ok(""));
    let (message, _) = bench.failure("", as_is);
    assert_eq!(message, "no password was typed for profile dr (h:8046)");
    bench.answer(Err(io::ErrorKind::Interrupted));
    let error = bench.password("", as_is).expect_err("interrupted");
    assert_eq!(error.kind, Kind::Stopped);
}

#[test]
fn what_login_needs_follows_from_auth() {
    let bench = Bench::new(&[("TASKCTL_PASSWORD", SECRET), ("TASKCTL_TOKEN", "T0ken"), ("SITE", "S1te")]);
    let obtained = |lines: &str| {
        let profile = bench.profile(lines);
        bench.with(as_is, |context| obtain_credentials(&profile, context)).expect("credentials")
    };
    let text = |secret: &Option<SecretString>| secret.as_ref().map(|s| s.expose_secret().to_owned());
    let local = obtained("");
    assert_eq!((text(&local.password).as_deref(), text(&local.token)), (Some(SECRET), None));
    assert_eq!((local.username.as_deref(), local.source.as_str()), (Some("u"), "TASKCTL_PASSWORD"));
    let token = obtained("auth = \"vcd-token\"\norg = \"o\"");
    assert_eq!((text(&token.token).as_deref(), text(&token.password)), (Some("T0ken"), None));
    assert_eq!(token.source, "TASKCTL_TOKEN");
    let second = obtained("site_username = \"v\"\nsite_password_env = \"SITE\"");
    let (user, password) = second.second.expect("a second user");
    assert_eq!((user.as_str(), text(&Some(password)).as_deref()), ("v", Some("S1te")));
}

#[test]
fn a_login_without_a_user_name_is_refused_before_a_secret_is_read() {
    let bench = Bench::on_terminal(&[("TASKCTL_URL", "https://h")]);
    let backend = Some(&crate::api::vcda::DESCRIPTOR);
    let config = Config::load(None, &bench.context.env).expect("none");
    let profile = config
        .select(&ProfileSelection { backend, ..ProfileSelection::default() }, &bench.context.env)
        .expect("a profile");
    let error = bench.with(as_is, |context| obtain_credentials(&profile, context));
    let error = error.expect_err("no user");
    assert_eq!(error.message, "no user name for vcda at h");
    assert_eq!(bench.prompt.asked.lock().expect("no panic").len(), 0);
}

#[test]
fn what_was_left_behind_is_explained_when_nothing_takes_its_place() {
    let bench = Bench::new(&[("TASKCTL_URL", "https://other"), ("TASKCTL_PROFILE", "dr")]);
    let (_, hints) = bench.failure("password = \"S3cret\"", as_is);
    assert_eq!(
        hints[0],
        "TASKCTL_URL leads to https://other: the secrets, headers and trust settings that profile dr has for its own \
         host are not used"
    );
}

#[cfg(unix)]
mod of_a_command {
    use super::*;

    fn run(
        bench: &Bench,
        script: &str,
        change: impl FnOnce(&mut SecretContext<'_>),
    ) -> Result<String, Error> {
        let lines = format!("password_command = [\"sh\", \"-c\", '''{script}''', \"{SECRET}\"]");
        bench.password(&lines, change).map(|(secret, source)| {
            assert_eq!(source, "password_command sh of profile dr");
            secret
        })
    }

    #[test]
    fn its_one_line_is_the_secret() {
        let bench = Bench::new(&[]);
        assert_eq!(run(&bench, "echo S3cret", as_is).expect("a line"), SECRET);
        assert_eq!(run(&bench, "printf S3cret", as_is).expect("a line"), SECRET);
        assert_eq!(run(&bench, "printf 'S3cret\\r\\n'", as_is).expect("a line"), SECRET);
        // It gets no input to wait for.
        assert_eq!(run(&bench, "cat; echo S3cret", as_is).expect("a line"), SECRET);
    }

    #[test]
    fn its_failures_are_named_without_its_output() {
        let bench = Bench::new(&[]);
        for (script, expected) in [
            (
                "echo S3cret; echo S3cret >&2; exit 3",
                "password_command sh of profile dr failed (exit status: 3)",
            ),
            ("exit 0", "password_command sh of profile dr printed nothing"),
            ("echo", "password_command sh of profile dr printed nothing"),
            ("echo S3cret; echo more", "password_command sh of profile dr printed more than one line"),
            (
                "printf 'S3cret\\377'",
                "password_command sh of profile dr printed something that is not UTF-8 text",
            ),
        ] {
            let error = run(&bench, script, as_is).expect_err(script);
            assert_eq!((error.kind, error.message.as_str()), (Kind::Config, expected));
            assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
        }
        let (message, _) = bench.failure("password_command = [\"/nowhere/S\", \"S3cret\"]", as_is);
        assert_eq!(message, "cannot start password_command /nowhere/S of profile dr");
    }

    #[test]
    fn one_that_hangs_is_stopped() {
        let bench = Bench::new(&[]);
        for script in ["exec sleep 60", "sleep 60 & echo S3cret", "exec sleep 60 >&-"] {
            let limit = Duration::from_millis(50);
            let error = run(&bench, script, |context| context.command_limit = limit).expect_err(script);
            assert_eq!(
                error.message,
                "password_command sh of profile dr did not end within 50ms and was stopped"
            );
        }
        assert!(bench.context.clock.monotonic() < Duration::from_secs(30));
    }

    #[test]
    fn one_that_prints_without_end_is_given_up() {
        let bench = Bench::new(&[]);
        let error = run(&bench, "yes S3cret", as_is).expect_err("too much");
        assert!(error.message.contains("password_command sh of profile dr"), "{error}");
        assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
    }

    #[test]
    fn the_end_of_the_run_ends_it() {
        let bench = Bench::new(&[]);
        bench.context.stop.raise(Signal::Interrupt);
        let error = run(&bench, "exec sleep 60", as_is).expect_err("stopped");
        assert_eq!(error.kind, Kind::Stopped);
    }
}

#[test]
fn a_second_user_falls_back_to_a_variable_of_its_own() {
    let bench = Bench::on_terminal(&[("TASKCTL_PASSWORD", SECRET), ("TASKCTL_SITE_PASSWORD", "S1te")]);
    let profile = bench.profile("site_username = \"v\"");
    let credentials = bench.with(as_is, |context| obtain_credentials(&profile, context));
    let password = credentials.expect("credentials").second.expect("a second user").1;
    assert_eq!(password.expose_secret(), "S1te");
    assert_eq!(bench.prompt.asked.lock().expect("no panic").len(), 0);
}

#[test]
fn a_secret_that_is_too_short_to_be_hidden_is_warned_about_by_its_own_source() {
    let bench = Bench::new(&[]);
    let profile = bench.profile("password = \"S3cret\"\nsite_username = \"v\"\nsite_password = \"ab\"");
    bench.with(as_is, |context| obtain_credentials(&profile, context)).expect("credentials");
    let warnings = bench.warnings.borrow();
    let short: Vec<&String> = warnings.iter().filter(|line| line.contains("has fewer than")).collect();
    assert!(
        matches!(short.as_slice(), [line] if line.contains("`site_password` of profile dr")),
        "{warnings:?}"
    );
}
