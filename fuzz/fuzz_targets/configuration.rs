//! Configuration files.
#![no_main]

use std::path::Path;

use taskctl::api::BACKENDS;
use taskctl::config::{ProfileSelection, Config, Overrides};
use taskctl::util::env::Env;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let env = Env::of([("HOME", "/nowhere")]);
    let Some(location) = Config::path(Some(Path::new("/nowhere/config.toml")), &env) else { return };
    let Ok(config) = Config::parse(text, &location, &env, BACKENDS) else { return };
    let names: Vec<String> = config.profiles.iter().map(|profile| profile.name.to_owned()).collect();
    let _ = config.defaults(&env);
    for name in names {
        let choice = ProfileSelection {
            profile: Some(&name),
            prefix: None,
            backend: None,
            at: None,
            overrides: Overrides::default(),
        };
        if let Ok(profile) = config.select(&choice, &env) {
            let _ = (profile.show(false), profile.show(true));
        }
    }
});
