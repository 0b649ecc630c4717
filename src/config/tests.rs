use super::*;
use crate::api::{Descriptor, Setting, SettingKind};
use crate::error::Kind;
use crate::render::Format;
use crate::render::style::ColorChoice;
use secrecy::ExposeSecret;
use url::Url;
use values::Source;

/// A second backend, with what the first lacks: an alias, an own interval, a user name, a switch and an address.
static STORE: Descriptor = Descriptor {
    aliases: &["st"],
    about: "A store of the tests",
    example_id: "1",
    example_url: "https://store.example.com:4443",
    interval: Some(std::time::Duration::from_secs(10)),
    settings: &[
        Setting::text("data_store", "Where").with_flag("data-store"),
        Setting::new(SettingKind::Url, "sts_url", "Who vouches"),
        Setting::new(SettingKind::Switch, "all_nodes", "All").with_flag("all-nodes"),
    ],
    username: Some("root"),
    ..Descriptor::new("store", &|_| Err(Error::usage("not in a test")))
};

static TWO: &[&Descriptor] = &[&crate::api::vcda::DESCRIPTOR, &STORE];

fn location() -> Location {
    Location { path: PathBuf::from("/etc/t/config.toml"), named_by: Some("--config") }
}

fn env() -> Env {
    Env::of([("HOME", "/home/u")])
}

fn config(text: &str) -> Config {
    Config::parse(text, &location(), &env(), TWO).expect("TOML")
}

fn lines(config: &Config) -> Vec<String> {
    // Those of the program stand behind those of the test.
    let described = format!(", {}", crate::api::described::names().join(", "));
    let line = |Problem { error, .. }: &Problem| {
        let hints = error.hints.join(" | ").replace(&described, "");
        format!("{} | {hints}", error.message.replace("/etc/t/config.toml", "c.toml"))
    };
    config.problems.iter().map(line).collect()
}

/// A good profile of vcda with these lines added; the first added line is line 4.
fn vcda(lines: &str) -> String {
    format!("[profiles.dr]\nbackend = \"vcda\"\nurl = \"https://vcda.example.com:8046\"\n{lines}\n")
}

#[test]
fn a_mistake_is_named_with_its_place_and_a_way_out() {
    let cases: &[(&str, &str)] = &[
        (
            "pasword_file = \"x\"",
            "c.toml:4:1: unknown key `pasword_file` in profile \"dr\" | did you mean `password_file`?",
        ),
        ("  sitee = \"x\"", "c.toml:4:3: unknown key `sitee` in profile \"dr\" | did you mean `site`?"),
        (
            "output = \"json\"",
            "c.toml:4:1: unknown key `output` in profile \"dr\" | it belongs under [defaults]",
        ),
        (
            "data_store = \"x\"",
            "c.toml:4:1: `data_store` belongs to backend store, this profile is vcda | take it out of [profiles.dr]",
        ),
        ("username = 7", "c.toml:4:12: `username` must be text, not a whole number | "),
        ("insecure = \"yes\"", "c.toml:4:12: `insecure` must be true or false, not text | "),
        (
            "interval = \"2x\"",
            "c.toml:4:12: `interval`: \"2x\" is no duration: write it like 500ms, 5s, 2m or 1h30m | ",
        ),
        (
            "interval = 1.5",
            "c.toml:4:12: `interval` must be a duration like \"5s\" or \"1h30m\", not a number with a fraction | ",
        ),
        (
            "interval = -1",
            "c.toml:4:12: `interval`: \"-1\" is no duration: write it like 500ms, 5s, 2m or 1h30m | ",
        ),
        ("connect_timeout = 0", "c.toml:4:19: `connect_timeout` must be longer than 0 | "),
        (
            "auth = \"locl\"",
            "c.toml:4:8: `auth` must be one of local, sso, vcd, vcd-token, not \"locl\" | did you mean \"local\"?",
        ),
        (
            "tls_pin = \"SHA-256:AB\"",
            "c.toml:4:11: `tls_pin` is no SHA-256 of a certificate, which has 32 pairs of hexadecimal digits | `taskctl doctor` prints the pin of the server's certificate",
        ),
        ("client_cert = \"a.pem\"", "c.toml:4:1: `client_cert` needs `client_key` beside it | "),
        ("headers = { \"a b\" = \"x\" }", "c.toml:4:11: `headers`: \"a b\" is no name of a header | "),
        (
            "headers = \"x\"",
            "c.toml:4:11: `headers` must be a table like { X-Name = \"value\" }, not text | ",
        ),
        (
            "password_env = \"A\"\npassword_file = \"f\"",
            "c.toml:5:1: `password_file` is a second source for the password: line 4 has `password_env` | keep exactly one of them",
        ),
        (
            "site_password_prompt = true\nsite_password = \"S3cret\"",
            "c.toml:5:1: `site_password` is a second source for the site_password: line 4 has `site_password_prompt` | keep exactly one of them",
        ),
        (
            "token_prompt = true\ntoken_env = \"A\"",
            "c.toml:5:1: `token_env` is a second source for the token: line 4 has `token_prompt` | keep exactly one of them",
        ),
        (
            "password_prompt = false",
            "c.toml:4:19: `password_prompt` can only be true | leave it out, and name another source",
        ),
        (
            "password_command = \"pass show x\"",
            "c.toml:4:20: `password_command` must be a list of text, not text | write the program and its arguments, such as [\"pass\", \"show\", \"entry\"]; no shell is used",
        ),
        (
            "password_command = []",
            "c.toml:4:20: `password_command` names no program | write the program and its arguments, such as [\"pass\", \"show\", \"entry\"]; no shell is used",
        ),
        ("password = 12345678", "c.toml:4:12: `password` must be text, not a whole number | "),
        ("password = \"\"", "c.toml:4:12: `password` is empty | "),
        (
            "password_env = \"$X\"",
            "c.toml:4:16: `password_env` must be the bare name of an environment variable | ",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(lines(&config(&vcda(text))), [*expected], "{text}");
    }
}

#[test]
fn a_bad_address_is_explained_and_its_password_is_not_repeated() {
    let cases: &[(&str, &str)] = &[
        (
            "vcda.example.com:8046",
            "c.toml:3:7: `url`: \"vcda.example.com:8046\" is no http or https address | did you mean \"https://vcda.example.com:8046\"?",
        ),
        ("vcda", "c.toml:3:7: `url`: \"vcda\" is no http or https address | did you mean \"https://vcda\"?"),
        (
            "ftp://h",
            "c.toml:3:7: `url` must begin with https://, not ftp:// | write it like https://host.example.com:8443",
        ),
        (
            "https://u:S3cret@h",
            "c.toml:3:7: `url` must not hold a user name or a password | use `username` and one of password_file, password_env, password_command, password_prompt",
        ),
        (
            "u:S3cret@h",
            "c.toml:3:7: `url` is no http or https address | write it like https://host.example.com:8443",
        ),
        ("https://h/?a=b", "c.toml:3:7: `url` must end before `?` and `#` | give scheme, host and port only"),
        ("https://h/#a", "c.toml:3:7: `url` must end before `?` and `#` | give scheme, host and port only"),
        (
            "https://h:99999",
            "c.toml:3:7: `url`: \"https://h:99999\" is no address: invalid port number | write it like https://host.example.com:8443",
        ),
        (
            "http://h",
            "c.toml:3:1: `url` is http://, which anyone on the way can read | use https://, or set allow_http = true in the profile",
        ),
    ];
    for (url, expected) in cases {
        let found = lines(&config(&format!("[profiles.p]\nbackend = \"vcda\"\nurl = \"{url}\"\n")));
        assert_eq!(found, [*expected], "{url}");
    }
    for url in ["http://localhost:1", "http://127.0.0.9", "http://[::1]:80", "https://h/base/"] {
        let found = lines(&config(&format!("[profiles.p]\nbackend = \"vcda\"\nurl = \"{url}\"\n")));
        assert_eq!(found, [""; 0], "{url}");
    }
    assert_eq!(
        lines(&config("[profiles.p]\nbackend = \"vcda\"\nurl = \"http://h\"\nallow_http = true\n")),
        [""; 0]
    );
}

#[test]
fn mistakes_outside_the_keys_of_a_profile_are_named_too() {
    let cases: &[(&str, &[&str])] = &[
        (
            "defualt_profile = \"x\"",
            &[
                "c.toml:1:1: unknown key `defualt_profile` at the top of the file | did you mean `default_profile`?",
            ],
        ),
        (
            "url = \"x\"",
            &["c.toml:1:1: unknown key `url` at the top of the file | it belongs under [profiles.NAME]"],
        ),
        ("default_profile = 1", &["c.toml:1:19: `default_profile` must be text, not a whole number | "]),
        (
            "defaults = 1",
            &["c.toml:1:12: `defaults` must be a table, not a whole number | begin it with [defaults]"],
        ),
        (
            "[defaults]\noutput = \"jason\"",
            &[
                "c.toml:2:10: `output` must be one of table, wide, json, jsonl, yaml, raw, not \"jason\" | did you mean \"json\"?",
            ],
        ),
        (
            "[defaults]\nurl = \"x\"",
            &["c.toml:2:1: unknown key `url` in [defaults] | it belongs under [profiles.NAME]"],
        ),
        (
            "[defaults]\nintervall = 1",
            &["c.toml:2:1: unknown key `intervall` in [defaults] | did you mean `interval`?"],
        ),
        ("[defaults]\njobs = 0", &["c.toml:2:8: `jobs` must be a whole number above 0, not \"0\" | "]),
        (
            "[profiles]\nx = 1",
            &["c.toml:2:5: profile \"x\" must be a table, not a whole number | begin it with [profiles.x]"],
        ),
        (
            "[profiles.x]\n",
            &[
                "c.toml:1:11: profile \"x\" has no `backend` | the backends are vcda, store",
                "c.toml:1:11: profile \"x\" has no `url` | add a line like url = \"https://host.example.com\"",
            ],
        ),
        (
            "[profiles.x]\nbackend = \"vdca\"\nurl = \"https://h\"\ndata_store = \"s\"",
            &["c.toml:2:11: unknown backend \"vdca\" | did you mean \"vcda\"?"],
        ),
        (
            "[profiles.\"a/b\"]\nbackend = \"st\"\nurl = \"https://h\"",
            &[
                "c.toml:1:11: the profile's name \"a/b\" holds `/` | a reference is split at its first `/`, so that no name may hold one",
            ],
        ),
        (
            "[profiles.st]\nbackend = \"vcda\"\nurl = \"https://h\"",
            &[
                "c.toml:1:11: the profile's name \"st\" is the name of backend store | this profile is vcda: give it another name",
            ],
        ),
        (
            "[profiles.store]\nbackend = \"store\"\nurl = \"https://h\"\ntoken_env = \"A\"",
            &[
                "c.toml:4:1: `token_env` belongs to backend vcda, this profile is store | take it out of [profiles.store]",
            ],
        ),
        (
            "default_profile = \"de\"\n[profiles.dr]\nbackend = \"st\"\nurl = \"https://h\"",
            &[
                "c.toml:1:19: `default_profile` names \"de\", and there is no such profile | the profiles are dr",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(lines(&config(text)), *expected, "{text}");
    }
}

#[test]
fn a_mistake_of_syntax_stops_everything_and_quotes_nothing() {
    for text in ["password = \"S3cret", "[profiles.dr]\npassword = S3cret", "a = \"S3cret\"\na = \"S3cret\""]
    {
        let error = Config::parse(text, &location(), &env(), TWO).expect_err(text);
        assert_eq!(error.kind, Kind::Config);
        assert!(error.message.starts_with("/etc/t/config.toml:"), "{error}");
        assert!(error.message.contains(": this is not TOML: "), "{error}");
        assert!(!format!("{error:?}").contains("S3cret"), "{error:?}");
    }
    let error = Config::parse("a = 1\n  b =", &location(), &env(), TWO).expect_err("no value");
    assert!(error.message.starts_with("/etc/t/config.toml:2:"), "{error}");
}

#[test]
fn columns_count_characters_and_a_byte_order_mark_counts_for_nothing() {
    let text =
        "\u{feff}[profiles.\"é\"]\nbackend = \"vcda\"\nurl = \"https://h\"\nheaders = { \"é\" = \"x\" }\n";
    assert_eq!(lines(&config(text)), ["c.toml:4:11: `headers`: \"é\" is no name of a header | "]);
}

const SEVERAL: &str = r#"
default_profile = "one"
[defaults]
interval = "3s"
[profiles.one]
backend = "vcda"
url = "https://one.example.com"
username = "u"
password = "S3cret-one"
headers = { X-Key = "S3cret-header" }
ca_file = "ca.pem"
site = "s1"
[profiles.two]
backend = "vcda"
url = "https://two.example.com:443/base"
[profiles.shop]
backend = "store"
url = "https://shop.example.com:4443"
password_file = "~/.secrets/shop"
sts_url = "https://sts.example.com"
[profiles.broken]
backend = "vcda"
url = "https://broken.example.com"
passwrd = "S3cret-broken"
"#;

fn several() -> Config {
    config(SEVERAL)
}

fn backend(name: &str) -> &'static Descriptor {
    keys::backend_named(TWO, name).expect("a backend")
}

#[test]
fn a_request_finds_its_profile_by_the_order_of_the_contract() {
    // -p, prefix, TASKCTL_PROFILE, backend → profile, or the error
    type Case = (
        Option<&'static str>,
        Option<&'static str>,
        Option<&'static str>,
        Option<&'static str>,
        Result<&'static str, &'static str>,
    );
    let cases: &[Case] = &[
        (Some("two"), None, Some("one"), Some("vcda"), Ok("two")),
        (Some("two"), Some("one"), None, None, Ok("two")),
        (None, Some("two"), Some("one"), None, Ok("two")),
        (None, None, Some("two"), Some("vcda"), Ok("two")),
        (None, Some("vcda"), Some("two"), None, Ok("two")),
        (None, None, None, Some("store"), Ok("shop")),
        (None, Some("st"), None, None, Ok("shop")),
        // The reference says more than the environment.
        (None, Some("store"), Some("two"), None, Ok("shop")),
        (None, None, None, Some("vcda"), Ok("one")),
        (None, None, None, None, Ok("one")),
        (
            Some("shop"),
            None,
            None,
            Some("vcda"),
            Err(
                "-p names shop, a profile of backend store, not vcda | profiles of backend vcda: one, two, broken",
            ),
        ),
        (
            Some("shop"),
            Some("two"),
            None,
            None,
            Err(
                "-p names shop, a profile of backend store, not vcda | profiles of backend vcda: one, two, broken",
            ),
        ),
        (
            Some("one"),
            Some("st"),
            None,
            None,
            Err("-p names one, a profile of backend vcda, not store | profiles of backend store: shop"),
        ),
        (
            None,
            Some("shop"),
            None,
            Some("vcda"),
            Err(
                "the reference names shop, a profile of backend store, not vcda | profiles of backend vcda: one, two, broken",
            ),
        ),
        (
            None,
            None,
            Some("shop"),
            Some("vcda"),
            Err(
                "TASKCTL_PROFILE names shop, a profile of backend store, not vcda | profiles of backend vcda: one, two, broken",
            ),
        ),
        (None, Some("st"), None, Some("vcda"), Err("\"st\" is backend store, not vcda | ")),
        (
            Some("shp"),
            None,
            None,
            None,
            Err("-p names \"shp\", and there is no such profile | did you mean \"shop\"?"),
        ),
        (
            Some("zzz"),
            None,
            None,
            None,
            Err("-p names \"zzz\", and there is no such profile | the profiles are one, two, shop, broken"),
        ),
        (
            None,
            None,
            Some("shp"),
            None,
            Err("TASKCTL_PROFILE names \"shp\", and there is no such profile | did you mean \"shop\"?"),
        ),
        (
            None,
            Some("vdca"),
            None,
            None,
            Err("\"vdca\" is neither a profile nor a backend | did you mean \"vcda\"?"),
        ),
        (
            Some("broken"),
            None,
            None,
            None,
            Err(
                "/etc/t/config.toml:24:1: unknown key `passwrd` in profile \"broken\" | did you mean `password`?",
            ),
        ),
    ];
    let config = several();
    for (profile, prefix, variable, name, expected) in cases {
        let env = Env::of([("HOME", "/home/u"), ("TASKCTL_PROFILE", variable.unwrap_or_default())]);
        let request = ProfileSelection {
            profile: *profile,
            prefix: *prefix,
            backend: name.map(backend),
            ..ProfileSelection::default()
        };
        let found = config.select(&request, &env);
        match (found, expected) {
            (Ok(profile), Ok(expected)) => assert_eq!(profile.name, *expected, "{request:?} {variable:?}"),
            (Err(error), Err(expected)) => {
                assert_eq!(format!("{} | {}", error.message, error.hints.join(" | ")), *expected);
                assert_eq!(error.outcome().code(), 2);
            }
            (found, _) => panic!("{request:?} {variable:?}: {found:?}"),
        }
    }
}

#[test]
fn where_several_fit_and_none_is_the_default_the_error_names_them() {
    let text = SEVERAL.replace("default_profile = \"one\"", "default_profile = \"shop\"");
    let request = ProfileSelection { backend: Some(backend("vcda")), ..ProfileSelection::default() };
    let error = config(&text).select(&request, &env()).expect_err("three fit");
    assert_eq!(error.message, "several profiles of backend vcda could be meant: one, two, broken");
    assert_eq!(error.hints, ["choose one with -p one, or set `default_profile`"]);
    let text = SEVERAL.replace("default_profile = \"one\"", "default_profile = \"tow\"");
    let error = config(&text).select(&request, &env()).expect_err("a default that is not there");
    assert_eq!(
        error.message,
        "/etc/t/config.toml:2:19: `default_profile` names \"tow\", and there is no such profile"
    );
    let request = ProfileSelection { backend: Some(backend("store")), ..ProfileSelection::default() };
    config(&text).select(&request, &env()).expect("a mistake that this request does not touch");
}

#[test]
fn a_file_wide_mistake_stops_every_profile() {
    let error = config(&format!("nonsense = 1\n{SEVERAL}"))
        .select(&ProfileSelection { profile: Some("two"), ..ProfileSelection::default() }, &env())
        .expect_err("an unknown key at the top");
    assert!(error.message.contains(":1:1: unknown key `nonsense`"), "{error}");
}

#[test]
fn without_anything_the_hint_is_the_next_thing_to_type() {
    let location = Location { path: PathBuf::from("/home/u/.config/taskctl/config.toml"), named_by: None };
    let config = Config::empty(Some(location), TWO);
    let request = ProfileSelection { backend: Some(backend("store")), ..ProfileSelection::default() };
    let error = config.select(&request, &env()).expect_err("nothing");
    assert_eq!(
        error.message,
        "there is no configuration yet: /home/u/.config/taskctl/config.toml does not exist"
    );
    assert_eq!(
        error.hints,
        ["type `taskctl config init`, or add --url https://store.example.com:4443 --username root"]
    );
}

#[test]
fn without_a_file_flags_or_environment_make_a_profile() {
    let config = Config::empty(None, TWO);
    let mut request = ProfileSelection { backend: Some(backend("vcda")), ..ProfileSelection::default() };
    request.overrides.insert("url", "https://h:8046".into());
    request.overrides.insert("site", "s2".into());
    let env =
        Env::of([("TASKCTL_URL", "https://not-this"), ("TASKCTL_USERNAME", "me"), ("TASKCTL_INSECURE", "1")]);
    let profile = config.select(&request, &env).expect("a profile");
    assert!(profile.ad_hoc);
    assert_eq!((profile.name.as_str(), profile.url.as_str()), ("vcda", "https://h:8046/"));
    assert_eq!((profile.username.as_deref(), profile.auth.as_str()), (Some("me"), "local"));
    assert_eq!((profile.settings.get("site"), profile.insecure), (Some("s2"), true));
    let shown: Vec<String> = profile
        .show(false)
        .iter()
        .map(|line| format!("{} = {} ({})", line.key, line.value.as_deref().unwrap_or("-"), line.source))
        .collect();
    assert_eq!(
        shown,
        [
            "url = https://h:8046/ (--url)",
            "auth = local (built in)",
            "username = me (TASKCTL_USERNAME)",
            "complete_ids = false (built in)",
            "connect_timeout = 10s (built in)",
            "insecure = true (TASKCTL_INSECURE)",
            "interval = 2s (built in)",
            "max_interval = 15s (built in)",
            "request_timeout = 30s (built in)",
            "site = s2 (--site)",
        ]
    );
    request.overrides.insert("url", "http://h".into());
    let error = config.select(&request, &env).expect_err("in the clear");
    assert_eq!(error.message, "--url is http://, which anyone on the way can read");
    request.overrides.insert("url", "https://h".into());
    request.overrides.insert("data_store", "x".into());
    let error = config.select(&request, &env).expect_err("another's flag");
    assert_eq!(
        (error.kind, error.message.as_str()),
        (Kind::Usage, "--data-store is no flag of backend vcda")
    );
    let error = config
        .select(&ProfileSelection { overrides: request.overrides, ..ProfileSelection::default() }, &env);
    assert_eq!(error.expect_err("which?").message, "an address alone does not say which backend it is");
}

/// Where the value of a key came from, as `config show` prints it.
fn source(profile: &Profile, key: &str) -> Option<String> {
    let shown = profile.show(false).into_iter().find(|shown| shown.key == key);
    shown.map(|shown| shown.source.to_string())
}

#[test]
fn a_value_is_of_flag_then_environment_then_profile_then_defaults_then_built_in() {
    let text = "[defaults]\ninterval = \"3s\"\ntimeout = \"1h\"\n[profiles.p]\nbackend = \"store\"\nurl = \"https://h\"\ntimeout = \"2h\"\nretry_for = 60\n";
    let pick = |env: &[(&str, &str)], flag: Option<&str>| {
        let mut request = ProfileSelection::default();
        if let Some(flag) = flag {
            request.overrides.insert("timeout", flag.into());
        }
        let profile = config(text).select(&request, &Env::of(env.iter().copied())).expect("a profile");
        (profile.timeout.map(|t| t.as_secs()), source(&profile, "timeout"))
    };
    let some = |seconds, source: &str| (Some(seconds), Some(source.to_owned()));
    assert_eq!(pick(&[("TASKCTL_TIMEOUT", "5s")], Some("7s")), some(7, "--timeout"));
    assert_eq!(pick(&[("TASKCTL_TIMEOUT", "no duration")], Some("7s")), some(7, "--timeout"));
    assert_eq!(pick(&[("TASKCTL_TIMEOUT", "5s")], None), some(5, "TASKCTL_TIMEOUT"));
    assert_eq!(pick(&[], None), some(7200, "profile p, line 7"));
    let profile = config(text).select(&ProfileSelection::default(), &env()).expect("a profile");
    assert_eq!(profile.interval.as_secs(), 3);
    assert_eq!(source(&profile, "interval").as_deref(), Some("[defaults], line 2"));
    assert_eq!(
        (profile.retry_for.map(|d| d.as_secs()), profile.username.as_deref()),
        (Some(60), Some("root"))
    );
    let own = config("[profiles.p]\nbackend = \"store\"\nurl = \"https://h\"\n");
    let profile = own.select(&ProfileSelection::default(), &env()).expect("a profile");
    assert_eq!((profile.interval.as_secs(), profile.max_interval.as_secs()), (10, 15));
    let error = own
        .select(&ProfileSelection::default(), &Env::of([("TASKCTL_TIMEOUT", "x")]))
        .expect_err("no duration");
    assert_eq!(error.message, "TASKCTL_TIMEOUT: \"x\" is no duration: write it like 500ms, 5s, 2m or 1h30m");
}

#[test]
fn the_values_of_a_run_come_from_environment_and_defaults() {
    let config = config(
        "[defaults]\noutput = \"json\"\ncolor = \"never\"\njobs = 3\nutc = true\nheartbeat = \"2m\"\n",
    );
    let env = Env::of([("TASKCTL_OUTPUT", "yaml")]);
    let values = config.run_values(&env).expect("good");
    let source = |key: &str| values.iter().find(|(known, _)| *known == key).map(|(_, found)| &found.source);
    assert_eq!(source("output"), Some(&Source::Env("TASKCTL_OUTPUT".to_owned())));
    assert_eq!(source("color"), Some(&Source::File("[defaults]".to_owned(), 3)));
    let found = config.defaults(&env).expect("good");
    assert_eq!((found.output, config.color()), (Some(Format::Yaml), Some(ColorChoice::Never)));
    assert_eq!((found.jobs, found.utc), (Some(3), true));
    assert_eq!(found.heartbeat.map(|heartbeat| heartbeat.as_secs()), Some(120));
    assert_eq!(found.progress, None);
    let error = config.defaults(&Env::of([("TASKCTL_PROGRESS", "loud")])).expect_err("no such progress");
    assert_eq!(error.message, "TASKCTL_PROGRESS must be one of auto, tty, plain, none, not \"loud\"");
}

#[test]
fn another_address_leaves_the_secrets_of_a_named_profile_behind() {
    let with = |profile: Option<&'static str>, url: &str| {
        let mut request =
            ProfileSelection { profile, backend: Some(backend("vcda")), ..ProfileSelection::default() };
        request.overrides.insert("url", url.into());
        several().select(&request, &env()).expect("a profile")
    };
    let same = with(Some("one"), "https://one.example.com:443/elsewhere");
    assert_eq!((same.ignored_secrets.as_deref(), same.url.path()), (None, "/elsewhere"));
    assert!(same.secret("password").is_some() && same.headers.len() == 1 && same.ca_file.is_some());
    for url in ["https://evil.example.com", "https://one.example.com:444"] {
        let other = with(Some("one"), url);
        assert!(other.secret("password").is_none() && other.headers.is_empty() && other.ca_file.is_none());
        assert_eq!((other.username.as_deref(), other.settings.get("site")), (Some("u"), Some("s1")));
        let words = other.ignored_secrets.clone().expect("words");
        assert!(words.starts_with("--url leads to https://"), "{words}");
        assert!(!format!("{other:?}").contains("S3cret"));
    }
    // Beside no named profile an address finds its own, or is a profile of its own.
    assert_eq!(with(None, "https://two.example.com").name, "two");
    let alone = with(None, "https://evil.example.com");
    assert!(alone.ad_hoc && alone.username.is_none() && alone.secret("password").is_none());
}

#[test]
fn an_id_that_is_an_address_takes_only_a_profile_there() {
    let config = several();
    let there = Url::parse("https://two.example.com/tasks/1").expect("an address");
    let request = ProfileSelection { at: Some(&there), ..ProfileSelection::default() };
    let env = Env::of([("TASKCTL_PROFILE", "one")]);
    assert_eq!(config.select(&request, &env).expect("two").name, "two");
    let error = config
        .select(&ProfileSelection { profile: Some("one"), ..request.clone() }, &env)
        .expect_err("elsewhere");
    assert_eq!(
        error.message,
        "the id is at https://two.example.com, and profile one is at https://one.example.com"
    );
    let nowhere = Url::parse("https://evil.example.com/tasks/1").expect("an address");
    let request = ProfileSelection {
        at: Some(&nowhere),
        backend: Some(backend("vcda")),
        ..ProfileSelection::default()
    };
    let error = config.select(&request, &env).expect_err("nobody is there");
    assert_eq!(error.message, "no profile of backend vcda is at https://evil.example.com");
    // Unless the user says by hand that this address is meant.
    let mut request = request;
    request.overrides.insert("url", "https://evil.example.com".into());
    assert!(config.select(&request, &env).expect("by hand").ad_hoc);
}

#[test]
fn paths_begin_at_home_or_beside_the_file() {
    let config = several();
    let one = config
        .select(&ProfileSelection { profile: Some("one"), ..ProfileSelection::default() }, &env())
        .expect("one");
    assert_eq!(one.ca_file.expect("a path").path, Path::new("/etc/t/ca.pem"));
    let shop = config
        .select(&ProfileSelection { profile: Some("shop"), ..ProfileSelection::default() }, &env())
        .expect("shop");
    let Some((key, SecretSource::File(path))) = shop.secret("password") else { panic!("{shop:?}") };
    assert_eq!((key.as_str(), path.written.as_str()), ("password_file", "~/.secrets/shop"));
    assert_eq!(path.path, Path::new("/home/u/.secrets/shop"));
}

#[test]
fn what_is_shown_holds_no_secret() {
    let text = vcda(
        "password = \"S3cret\"\nsite_password_command = [\"sh\", \"-c\", \"S3cret\"]\ntoken_env = \"TOKEN\"\nheaders = { Authorization = \"S3cret\" }",
    );
    let profile = config(&text).select(&ProfileSelection::default(), &env()).expect("a profile");
    let shown = format!("{:?}", profile.show(false));
    assert!(!shown.contains("S3cret"), "{shown}");
    assert!(shown.contains("sh ********") && shown.contains("authorization: ********"), "{shown}");
    assert!(!format!("{profile:?} {:?}", config(&text)).contains("S3cret"));
    let Some((_, SecretSource::Inline(secret))) = profile.secret("password") else { panic!("no password") };
    assert_eq!(secret.expose_secret(), "S3cret");
}

#[test]
fn a_pin_is_read_in_every_usual_spelling() {
    let pair = "ab".repeat(32);
    let colons = vec!["AB"; 32].join(":");
    for text in [pair.clone(), colons.clone(), format!("SHA-256:{colons}"), format!("sha256:{pair}")] {
        let config = config(&vcda(&format!("tls_pin = \"{text}\"")));
        let profile = config.select(&ProfileSelection::default(), &env()).expect("a profile");
        assert_eq!(profile.tls_pin, Some([0xab; 32]));
        let shown = profile.show(false).into_iter().find(|shown| shown.key == "tls_pin");
        assert_eq!(shown.and_then(|shown| shown.value), Some(format!("SHA-256:{colons}")));
    }
}

#[test]
fn the_path_of_the_file_is_of_flag_then_environment_then_platform() {
    let env = Env::of([("TASKCTL_CONFIG", "/e.toml"), ("HOME", "/home/u")]);
    let flag = Config::path(Some(Path::new("/f.toml")), &env).expect("a path");
    assert_eq!((flag.path.as_path(), flag.named_by), (Path::new("/f.toml"), Some("--config")));
    let variable = Config::path(None, &env).expect("a path");
    assert_eq!((variable.path.as_path(), variable.named_by), (Path::new("/e.toml"), Some("TASKCTL_CONFIG")));
}

#[cfg(target_os = "linux")]
#[test]
fn the_platform_path_follows_the_environment_handed_in() {
    let of =
        |pairs: &[(&str, &str)]| Config::path(None, &Env::of(pairs.iter().copied())).map(|found| found.path);
    assert_eq!(of(&[("HOME", "/home/u")]), Some(PathBuf::from("/home/u/.config/taskctl/config.toml")));
    assert_eq!(
        of(&[("HOME", "/home/u"), ("XDG_CONFIG_HOME", "/x")]),
        Some(PathBuf::from("/x/taskctl/config.toml"))
    );
}

#[test]
fn only_a_file_that_nobody_named_may_be_missing() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("none.toml");
    let at = |named_by| Config::load(Some(Location { path: path.clone(), named_by }), &env());
    assert!(!at(None).expect("empty").exists);
    for name in ["--config", "TASKCTL_CONFIG"] {
        let error = at(Some(name)).expect_err("missing");
        assert!(error.message.ends_with(&format!("none.toml, which {name} names")), "{error}");
        assert_eq!(error.outcome().code(), 2);
    }
    std::fs::write(&path, b"a = 1\nb = \"\xff\"").expect("written");
    let error = at(None).expect_err("no text");
    assert!(error.message.ends_with(":2: this is not UTF-8 text"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_with_a_secret_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.toml");
    let warnings = |text: &str, mode| {
        std::fs::write(&path, text).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("permitted");
        let location = Location { path: path.clone(), named_by: Some("--config") };
        Config::load(Some(location), &env()).expect("loaded").warnings
    };
    let found = warnings(&vcda("password = \"S3cret\""), 0o644);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("holds a secret (line 4) and can be read by others (mode 0644)"), "{found:?}");
    assert!(!found[0].contains("S3cret"));
    assert_eq!(warnings(&vcda("password = \"S3cret\""), 0o600), [""; 0]);
    assert_eq!(warnings(&vcda("password_prompt = true"), 0o644), [""; 0]);
}

#[test]
fn the_written_template_is_without_mistakes_as_it_is_and_uncommented() {
    for registry in [TWO, BACKENDS] {
        for chosen in [None].into_iter().chain(registry.iter().copied().map(Some)) {
            for name in ["dr", "a b \"c\" 'd'"] {
                let url = "https://h.example.com:8443";
                let text = template::init_template(registry, chosen, Some(name), Some(url));
                let parse = |text: &str| {
                    Config::parse(text, &location(), &env(), registry)
                        .unwrap_or_else(|e| panic!("{e}\n{text}"))
                };
                let config = parse(&text);
                assert_eq!(lines(&config), [""; 0], "{text}");
                let profiles: Vec<&str> =
                    config.profiles.iter().map(|profile| profile.name.as_str()).collect();
                assert_eq!(profiles, chosen.map(|_| name).into_iter().collect::<Vec<_>>(), "{text}");
                if chosen.is_some() {
                    let profile = config.select(&ProfileSelection::default(), &env()).expect("ready for use");
                    assert_eq!(profile.url.as_str(), format!("{url}/"));
                }
                let uncomment = |line: &str| match line.strip_prefix('#') {
                    Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
                    _ => format!("{line}\n"),
                };
                let all = parse(&text.lines().map(uncomment).collect::<String>());
                assert_eq!(lines(&all), [""; 0], "{text}");
                assert_eq!(all.profiles.len(), registry.len());
            }
        }
    }
}

#[test]
fn a_name_for_a_new_profile_is_checked_as_one_in_a_file_is() {
    check_name("dr", None, BACKENDS).expect("a good name");
    check_name("vcda", Some(&crate::api::vcda::DESCRIPTOR), BACKENDS).expect("its own backend's name");
    for name in ["", "a/b", "a\nb"] {
        check_name(name, None, BACKENDS).expect_err(name);
    }
    check_name("vcda", Some(&STORE), BACKENDS).expect_err("another backend's name");
}

#[test]
fn an_address_beside_the_profiles_own_that_gets_the_password_counts_too() {
    let at = |sts: &str| {
        let mut request = ProfileSelection { profile: Some("shop"), ..ProfileSelection::default() };
        request.overrides.insert("sts_url", sts.into());
        several().select(&request, &env()).expect("a profile")
    };
    let same = at("https://sts.example.com/elsewhere");
    assert!(same.ignored_secrets.is_none() && same.secret("password").is_some());
    let other = at("https://evil.example.com");
    assert!(other.secret("password").is_none());
    assert_eq!(
        other.ignored_secrets.as_deref(),
        Some(
            "--sts-url leads to https://evil.example.com: the secrets that profile shop has for its own host are not used"
        )
    );
}

proptest::proptest! {
    /// Whatever the words of a file are put to, there is a configuration or an error.
    #[test]
    fn any_file_is_read_or_refused(words in proptest::collection::vec(
        proptest::sample::select(vec![
            "[profiles.a]\n", "[profiles]\n", "[defaults]\n", "backend", "url", "password", "headers", "interval",
            " = ", "\n", "\"vcda\"", "\"https://h\"", "\"x", "\"", "é", "{", "}", "[", "]", "7", "true", ".", "#",
            "default_profile", "password_command", "\u{feff}", "'",
        ]),
        0..24,
    )) {
        if let Ok(config) = Config::parse(&words.concat(), &location(), &env(), TWO) {
            let _ = lines(&config);
            let _ = config.select(&ProfileSelection::default(), &env());
        }
    }
}
