//! One run: a command line comes in, a command is run, an error is printed, an exit code goes out.
//!
//! This is the only place that prints errors that end a run.

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crate::api::described;
use crate::cli::{self, CommonFlags, ParseError, Verb};
use crate::commands;
use crate::config::Config;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::resolve::context::Context;
use crate::util::text;

/// Runs this process's command line. Returns the exit code.
pub fn run_process() -> u8 {
    run(&mut Context::of_process(), std::env::args_os())
}

/// Runs a command line, the program's own name first. Returns the exit code.
pub fn run(context: &mut Context, arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let common = cli::flags_of_all(&arguments);
    // The names that may be typed depend on the descriptions beside it.
    described::use_configuration(Config::path(common.config.as_deref(), &context.env).map(|it| it.path));
    take_flags(context, common);
    let invocation = match cli::parse(arguments, &context.env) {
        Ok(invocation) => invocation,
        Err(ParseError::Clap(error)) => return explain(context, &error),
        Err(ParseError::Usage(error)) => {
            context.report_error(&error);
            return error.outcome().code();
        }
        Err(ParseError::Greeting(text)) => {
            let _ = context.stderr.write_all(text.as_bytes()).and_then(|()| context.stderr.flush());
            return Outcome::Usage.code();
        }
    };
    take_flags(context, invocation.common.clone());
    context.typed.clone_from(&invocation.typed);
    if context.own_process {
        hook_panics(context);
    }
    let command = AssertUnwindSafe(|| match &invocation.verb {
        Verb::Read(read) => commands::read::run(context, &invocation.common, read),
        Verb::List(list) => commands::list::run(context, &invocation.common, list),
        Verb::Cancel(cancel) => commands::cancel::run(context, &invocation.common, cancel),
        Verb::Apis(apis) => commands::apis::run(context, &invocation.common, apis),
        Verb::Config(config) => commands::config::run(context, &invocation.common, config),
        Verb::Doctor(doctor) => commands::doctor::run(context, &invocation.common, doctor),
        Verb::Completions(shell) => print(context, commands::completions::script(*shell)),
        Verb::Complete(request) => commands::complete::run(context, request),
        Verb::Manual => print(context, &commands::manual::page()?),
        Verb::Schema(schema) => print(context, &commands::schema::text(*schema)?),
    });
    let code = match std::panic::catch_unwind(command) {
        Ok(Ok(code)) => code,
        // What a signal has cut short is no error of its own.
        Ok(Err(_)) if let Some(signal) = context.stop.raised() => Outcome::Signal(signal).code(),
        Ok(Err(error)) if is_broken_pipe(&error) => Outcome::Ok.code(),
        Ok(Err(error)) => {
            context.report(&error);
            Error::outcome_of(&error).code()
        }
        Err(_) => Outcome::Error.code(),
    };
    match context.stdout.flush() {
        Err(error) if code == Outcome::Ok.code() => unwritten(context, error),
        _ => code,
    }
}

/// Sets what the flags of every verb say of how to report.
fn take_flags(context: &mut Context, flags: CommonFlags) {
    let CommonFlags { config, color, quiet, verbose, .. } = flags;
    (context.config_file, context.color, context.quiet, context.verbose) = (config, color, quiet, verbose);
}

/// Prints a result that is the same for everybody. Returns the exit code.
fn print(context: &mut Context, text: &str) -> anyhow::Result<u8> {
    context.stdout.write_all(text.as_bytes())?;
    Ok(Outcome::Ok.code())
}

/// Says that standard output takes no more. Returns the exit code: a reader that has gone is no mistake.
fn unwritten(context: &Context, error: io::Error) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Outcome::Ok.code();
    }
    context.report(&error.into());
    Outcome::Error.code()
}

/// Prints what clap has to say: help to standard output, mistakes to standard error.
fn explain(context: &mut Context, error: &clap::Error) -> u8 {
    let is_error = error.use_stderr();
    let (palette, stream) = if is_error {
        (context.stderr_palette(), &mut context.stderr)
    } else {
        (context.stdout_palette(), &mut context.stdout)
    };
    let rendered = error.render();
    let text = if palette.is_colored() { rendered.ansi().to_string() } else { rendered.to_string() };
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        _ if is_error => Outcome::Usage.code(),
        Ok(()) => Outcome::Ok.code(),
        Err(error) => unwritten(context, error),
    }
}

/// A panic's own text could hold anything: it is scrubbed like all the rest.
fn hook_panics(context: &Context) {
    let redactor = Arc::clone(&context.redactor);
    let stderr = context.stderr.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let text = text::escape(&redactor.scrub(&panic.to_string())).into_owned();
        let _ = writeln!(stderr.clone(), "error: this is a bug of taskctl: {text}");
    }));
}

/// Whether an error is a reader of standard output that has gone: a success, as for every filter.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
