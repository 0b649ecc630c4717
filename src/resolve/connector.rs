//! From a profile to a backend: which certificates are trusted, which proxies are used, and what is warned about before
//! credentials are sent.

use std::sync::Arc;

use url::Url;

use super::context::Context;
use super::failed_login::FailedLoginMarker;
use crate::api::scrub::Scrubbed;
use crate::api::{Backend, Connection, Credentials, TransportTo};
use crate::config::{FilePath, Profile};
use crate::error::Error;
use crate::http::proxy::Proxies;
use crate::http::tls::{self, PinPlace, TlsSettings, Trust};
use crate::http::transport::ConnectSettings;
use crate::http::{self, Notice};

/// What the user should know of a profile before its credentials are sent, a line each.
pub fn cautions(profile: &Profile) -> Vec<String> {
    let mut cautions: Vec<String> = profile.ignored_secrets.iter().cloned().collect();
    if profile.insecure && profile.url.scheme() == "https" {
        cautions.push(format!(
            "insecure = true: {} may be anyone; `tls_pin` in the profile trusts exactly one certificate instead \
             (`taskctl doctor` prints it)",
            profile.host()
        ));
    }
    // A file with a password is warned about when it is read.
    let key = profile.readable_by_others().into_iter().filter(|(key, _)| *key == "client_key");
    cautions.extend(key.map(|(_, words)| words));
    cautions
}

/// How the hosts of a profile are reached, and whom it trusts there.
#[derive(Clone)]
pub struct Connector<'a> {
    context: &'a Context,
    /// The host of `url`.
    pub main: ConnectSettings,
    /// Any host of the profile: its own, whatever the port, or another that a setting names, such as `sts_url`.
    transport_to: TransportTo,
}

impl<'a> Connector<'a> {
    /// Reads the files that the profile names, so that a mistake in them is reported before anything is sent.
    ///
    /// # Errors
    /// A mistake in one of them.
    pub fn new(context: &'a Context, profile: &Profile) -> Result<Connector<'a>, Error> {
        let read = |key: &str, path: &FilePath| {
            std::fs::read(&path.path).map_err(|error| {
                Error::config(format!("`{key}` of profile {}: {path} cannot be read", profile.name))
                    .cause(error.to_string())
            })
        };
        let by_file = match &profile.ca_file {
            Some(path) => Trust::Certificates(read("ca_file", path)?),
            None => Trust::System,
        };
        // A pin is of the certificate of `url`'s host alone: another one is trusted by `ca_file`, and without it by the
        // roots of the system.
        let (trust, of_others) = match &profile.tls_pin {
            _ if profile.insecure => (Trust::Anyone, Trust::Anyone),
            Some(digest) => (Trust::Pin(*digest), by_file),
            None => (by_file.clone(), by_file),
        };
        let identity = match (&profile.client_cert, &profile.client_key) {
            (Some(certificate), Some(key)) => {
                Some((read("client_cert", certificate)?, read("client_key", key)?))
            }
            _ => None,
        };
        let own_place = if profile.ad_hoc { PinPlace::Flag } else { PinPlace::Profile };
        let settings = |trust: Trust, pin_place: PinPlace| {
            let tls = TlsSettings { trust, identity: identity.clone(), pin_place };
            tls::check(&tls).map_err(|error| {
                Error::config(format!("the TLS settings of profile {} cannot be used", profile.name))
                    .cause(error.causes.join(": "))
            })?;
            let connect_timeout = profile.connect_timeout;
            let proxies = Proxies::new(&context.env, &context.redactor);
            Ok::<_, Error>(ConnectSettings { connect_timeout, tls, proxies })
        };
        let (main, other) = (settings(trust, own_place)?, settings(of_others, PinPlace::None)?);
        let (own, base, transports) = (main.clone(), profile.url.clone(), Arc::clone(&context.transports));
        let transport_to = Arc::new(move |url: &Url| {
            let settings = if url.host() == base.host() { &own } else { &other };
            transports(url, settings.clone())
        });
        Ok(Connector { context, main, transport_to })
    }

    /// Makes the backend of a profile. Nothing is sent. `notify` gets what happens to its session.
    ///
    /// # Errors
    /// What the backend finds wrong in its settings or credentials.
    pub fn backend(
        &self,
        profile: &Profile,
        credentials: Credentials,
        notify: impl Fn(Notice) + Send + Sync + 'static,
    ) -> Result<Arc<dyn Backend>, Error> {
        let Context { env, clock, redactor, .. } = self.context;
        let log = self.context.log();
        let marker = if profile.complete_ids { FailedLoginMarker::of(profile, env) } else { None };
        let marker_log = log.clone();
        let notify = move |notice| {
            match (&marker, notice) {
                (Some(marker), Notice::Accepted) => marker.clear(&marker_log),
                (Some(marker), Notice::Refused) => {
                    marker.set();
                }
                _ => {}
            }
            notify(notice);
        };
        let backend = (profile.backend.connect)(Connection {
            auth: profile.auth.clone(),
            options: profile.settings.clone(),
            http: http::Settings {
                credential_source: credentials.source.clone(),
                base: profile.url.clone(),
                headers: profile.headers.clone(),
                request_timeout: profile.request_timeout,
                transport: (self.transport_to)(&profile.url),
                clock: Arc::clone(clock),
                log,
                notify: Arc::new(notify),
            },
            credentials,
            transport_to: Arc::clone(&self.transport_to),
        })?;
        Ok(Arc::new(Scrubbed::new(backend, Arc::clone(redactor))))
    }
}
