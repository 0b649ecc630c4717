//! What commands share that ask a system themselves: requests that are retried for a while, and the logout.

use std::sync::Arc;
use std::time::Duration;

use crate::api::Backend;
use crate::engine::retrier::Retrier;
use crate::error::Error;
use crate::outcome::Signal;
use crate::render::humanize;
use crate::resolve::context::Context;
use crate::resolve::{Connected, System};

/// How long a logout may take.
pub(super) const LOGOUT: Duration = Duration::from_secs(5);
/// How long it may take after a signal.
pub(super) const HASTY_LOGOUT: Duration = Duration::from_secs(2);
/// How long a request is retried without one good answer, where nothing is waited for.
pub(super) const RETRY_FOR: Duration = Duration::from_secs(10);

/// Closes every session, sooner after a signal. Returns the signal that stopped the run before, if one did.
pub(super) fn close(context: &Context, connected: &mut Connected) -> Option<Signal> {
    let signal = context.stop.raised();
    connected.close(if signal.is_some() { HASTY_LOGOUT } else { LOGOUT });
    signal
}

/// A retrier of this run; without `retry_for`, for ten seconds.
pub(super) fn retrier(context: &Context, retry_for: Option<Duration>) -> Retrier<'_> {
    let retry_for = retry_for.unwrap_or(RETRY_FOR);
    Retrier { clock: &*context.clock, stop: &context.stop, retry_for, deadline: None, looks_once: true }
}

/// Asks a system until there is an answer, a failure that cannot pass, or no time left. Each retry is displayed.
///
/// # Errors
/// As [`Retrier::ask`].
pub(super) fn ask<T: Send + 'static>(
    context: &Context,
    system: &System,
    retrier: &Retrier<'_>,
    request: impl Fn(&dyn Backend) -> Result<T, Error> + Send + Sync + 'static,
) -> Result<T, Error> {
    let backend = Arc::clone(&system.backend);
    retrier.ask(move || request(&*backend), &mut |error, delay| {
        display_retry(context, &system.profile.name, &system.backend.host(), error, delay);
    })
}

/// Displays that a system is in trouble and when it is asked again.
pub(super) fn display_retry(context: &Context, profile: &str, host: &str, error: &Error, delay: Duration) {
    let delay = humanize::duration(delay.as_secs_f64());
    context.notice(&format!("{profile} ({host}): {}, trying again in {delay}", humanize::error(error)));
}
