//! Whom to trust. The only file that names rustls.
//!
//! Whatever the rule, a certificate that is refused travels inside the error, so that the user sees what it says of
//! itself and the pin that would trust it.

use std::net::TcpStream;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct,
    InvalidMessage, OtherError, RootCertStore, SignatureScheme,
};

use super::certificate::{self, Certificate};
use super::failure::{TransportError, Trouble};

/// Whom to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The roots of the system.
    #[default]
    System,
    /// The certificates in this PEM text: each that may be one as a CA, and each as exactly that server's own.
    ///
    /// A server's own certificate that is named so is trusted under any name, within its dates. The name adds nothing:
    /// whoever holds the key of exactly that certificate is the one who was meant, and appliances make certificates
    /// before they are given the name that people use. The dates are kept: they are how long the owner vouches for the
    /// key, and a file is easily forgotten. Who wants to go on beyond them says so with a pin.
    Certificates(Vec<u8>),
    /// Exactly the certificate with this SHA-256, name and dates aside.
    Pin([u8; 32]),
    /// Anyone. The user was warned.
    Anyone,
}

/// The TLS part of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// Whom to trust.
    pub trust: Trust,
    /// The client's certificate (with its chain) and key, each as PEM.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
    /// Where the pin of a certificate that is not trusted would have to be put.
    pub pin_place: PinPlace,
}

fn setup(cause: impl ToString) -> TransportError {
    TransportError::new(Trouble::Setup, vec![cause.to_string()])
}

/// The configuration for these settings.
pub(super) fn client_config(settings: &TlsSettings, https: bool) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(setup)?;
    let builder = if https || settings.trust != Trust::System {
        let rule = Rule::new(&settings.trust, &provider)?;
        let verifier = Verifier { rule, provider, pin_place: settings.pin_place };
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    } else {
        // Plain HTTP needs no certificate, and reading the system's takes some 5 ms.
        builder.with_root_certificates(RootCertStore::empty())
    };
    match &settings.identity {
        None => Ok(builder.with_no_client_auth()),
        Some((certificates, key)) => {
            let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>();
            let chain = chain.map_err(|error| setup(format!("`client_cert`: {error}")))?;
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|error| setup(format!("`client_key`: {error}")))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                setup(format!("`client_cert` and `client_key` cannot be used together: {error}"))
            })
        }
    }
}

/// Checks that a configuration can be made of these settings: that files hold what they should.
///
/// # Errors
/// [`Trouble::Setup`] with what is wrong.
pub fn check(settings: &TlsSettings) -> Result<(), TransportError> {
    // The system's roots are no matter of the settings.
    client_config(settings, settings.trust != Trust::System).map(|_| ())
}

/// What a handshake showed.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: &'static str,
    /// The certificates as they were sent, the server's own first.
    pub chain: Vec<Vec<u8>>,
}

/// Makes a TLS connection over `stream` and gives it up again.
///
/// # Errors
/// When the other side does not speak TLS, is not trusted, or the stream's time limits have passed.
pub(super) fn handshake(
    mut stream: TcpStream,
    host: &str,
    settings: &TlsSettings,
) -> Result<Handshake, TransportError> {
    let config = client_config(settings, true)?;
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| setup(format!("{host:?} is no name of a server: {error}")))?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(setup)?;
    while connection.is_handshaking() {
        if let Err(error) = connection.complete_io(&mut stream) {
            return Err(rejection(&error).unwrap_or_else(|| {
                let timed_out =
                    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
                let trouble = if timed_out { Trouble::Timeout } else { Trouble::Handshake };
                TransportError::new(trouble, vec![format!("the TLS handshake did not end: {error}")])
            }));
        }
    }
    let version = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS 1.2",
    };
    let chain = connection.peer_certificates().unwrap_or_default();
    let chain = chain.iter().map(|certificate| certificate.as_ref().to_vec()).collect();
    connection.send_close_notify();
    let _ = connection.complete_io(&mut stream);
    Ok(Handshake { version, chain })
}

/// The TLS refusal inside an error's chain, if there is one.
pub(super) fn rejection(error: &(dyn std::error::Error + 'static)) -> Option<TransportError> {
    inside::<rustls::Error>(error).map(explain)
}

/// Whether an error's chain says that a host is called what no name can be. The handshake asks before the resolver.
pub(super) fn is_no_name(error: &(dyn std::error::Error + 'static)) -> bool {
    inside::<InvalidDnsNameError>(error).is_some()
}

/// The error of this type in an error's chain.
fn inside<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|error| {
        // An io::Error keeps its inner error away from `source`.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        error.downcast_ref::<T>().or_else(|| inside(inner?))
    })
}

fn explain(error: &rustls::Error) -> TransportError {
    if let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) = error
        && let Some(untrusted) = inner.downcast_ref::<TransportError>()
    {
        return untrusted.clone();
    }
    let mut failure = TransportError::new(Trouble::Handshake, vec![error.to_string()]);
    let hint = match error {
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            failure.trouble = Trouble::NoTls;
            "this port does not seem to speak TLS: check scheme and port of `url`"
        }
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "the server asks for a client certificate: set `client_cert` and `client_key` in the profile"
        }
        rustls::Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::AccessDenied,
        ) => "the server does not accept the client certificate of `client_cert`",
        _ => return failure,
    };
    failure.hints.push(hint.to_owned());
    failure
}

/// Where the pin of a host's certificate can be put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinPlace {
    /// Into the profile.
    #[default]
    Profile,
    /// Onto the command line: there is no profile.
    Flag,
    /// Nowhere: pins are for the host of `url` alone.
    None,
}

/// Why a certificate was refused, what it says of itself, and the pin that would trust it.
fn untrusted(certificate: &[u8], why: String, pin_place: PinPlace) -> TransportError {
    let digest = certificate::digest(certificate);
    let described = match Certificate::read(certificate) {
        Some(certificate) => format!("the certificate: {}", certificate.describe()),
        None => "the certificate cannot be read".to_owned(),
    };
    let pin = format!("its pin is {}", certificate::pin(&digest));
    let mut failure = TransportError::new(Trouble::Tls, vec![why, described, pin]);
    const COMPARE: &str = "compare this pin with the one that the server's owner gives you (openssl x509 -noout -fingerprint \
                           -sha256); only if it is the same,";
    match pin_place {
        PinPlace::None => failure.hints.push(
            "this is not the host of `url`: name the CA that signs its certificates in `ca_file`".to_owned(),
        ),
        PinPlace::Profile => {
            let what = "paste this line into the profile, in place of ca_file or another pin";
            failure.hints.push(format!("{COMPARE} {what}"));
            failure.hints.push(certificate::pin_line(&digest));
        }
        PinPlace::Flag => {
            failure.hints.push(format!("{COMPARE} add this flag, in place of --ca-file or another pin"));
            failure.hints.push(format!("--tls-pin {}", certificate::pin(&digest)));
        }
    }
    failure
}

/// A rule of trust.
#[derive(Debug)]
enum Rule {
    /// These certificates and what `roots` vouch for; or why there are no roots.
    ///
    /// An appliance's own certificate is often self-signed with CA:TRUE, which webpki refuses as an end entity.
    Chain { own: Vec<CertificateDer<'static>>, roots: Result<Arc<dyn ServerCertVerifier>, String> },
    /// The certificate with this SHA-256.
    Pin([u8; 32]),
    /// Any.
    Anyone,
}

impl Rule {
    fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Rule, TransportError> {
        match trust {
            Trust::Pin(digest) => Ok(Rule::Pin(*digest)),
            Trust::Anyone => Ok(Rule::Anyone),
            Trust::Certificates(pem) => Rule::named(pem, provider),
            Trust::System => {
                let roots = match rustls_platform_verifier::Verifier::new(Arc::clone(provider)) {
                    Ok(verifier) => Ok(Arc::new(verifier) as Arc<dyn ServerCertVerifier>),
                    Err(error) => Err(format!(
                        "this system trusts nobody, so that only `ca_file` or `tls_pin` can vouch for the certificate: \
                         {error}"
                    )),
                };
                Ok(Rule::Chain { own: Vec::new(), roots })
            }
        }
    }

    /// See [`Trust::Certificates`].
    fn named(pem: &[u8], provider: &Arc<CryptoProvider>) -> Result<Rule, TransportError> {
        let own: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| setup(format!("`ca_file`: {error}")))?;
        if own.is_empty() {
            return Err(setup("`ca_file` holds no certificate in PEM form"));
        }
        let mut store = RootCertStore::empty();
        // A root may sign for any name, and webpki does not ask whether it is a CA: who names the certificate of one
        // server does not make that server an authority over others.
        let is_authority =
            |own: &&CertificateDer<'_>| Certificate::read(own).is_some_and(|own| own.is_authority);
        store.add_parsable_certificates(own.iter().filter(is_authority).cloned());
        if store.is_empty() {
            let roots = Err("its certificate is none of those in `ca_file`".to_owned());
            return Ok(Rule::Chain { own, roots });
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider)).build();
        Ok(Rule::Chain { own, roots: Ok(verifier.map_err(setup)?) })
    }

    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<(), String> {
        match self {
            Rule::Anyone => Ok(()),
            Rule::Pin(digest) if certificate::digest(end_entity) == *digest => Ok(()),
            Rule::Pin(digest) => Err(format!(
                "its certificate is another than the one of `tls_pin` ({}): either it was renewed, or this is another \
                 server",
                certificate::pin(digest)
            )),
            Rule::Chain { own, .. } if own.contains(end_entity) => check_dates(end_entity, now),
            Rule::Chain { roots, .. } => roots
                .as_ref()
                .map_err(String::clone)?
                .verify_server_cert(end_entity, intermediates, name, ocsp_response, now)
                .map(|_| ())
                .map_err(|error| why(&error, end_entity, name)),
        }
    }
}

/// The dates of a certificate that was named itself.
fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), String> {
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    match Certificate::read(certificate) {
        None => Err("its certificate cannot be read".to_owned()),
        Some(certificate) if certificate.not_after.as_second() < now => Err(EXPIRED.to_owned()),
        Some(certificate) if certificate.not_before.as_second() > now => Err(NOT_YET_VALID.to_owned()),
        Some(_) => Ok(()),
    }
}

const EXPIRED: &str = "its certificate has expired";
const NOT_YET_VALID: &str = "its certificate is not valid yet (or this machine's clock is wrong)";

/// Why a certificate was refused, in words for people.
fn why(error: &rustls::Error, end_entity: &CertificateDer<'_>, name: &ServerName<'_>) -> String {
    let rustls::Error::InvalidCertificate(error) = error else { return error.to_string() };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => EXPIRED.to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            NOT_YET_VALID.to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("its certificate is for other names than {}", name.to_str())
        }
        // A self-signed certificate with CA:TRUE is refused as an end entity before anybody asks who signed it.
        CertificateError::UnknownIssuer | CertificateError::Other(_)
            if Certificate::read(end_entity).is_some_and(|certificate| certificate.is_self_issued) =>
        {
            "its certificate is signed by itself, and nobody who is trusted vouches for it".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "its certificate is signed by someone who is not trusted".to_owned()
        }
        other => format!("its certificate is not acceptable: {other}"),
    }
}

#[derive(Debug)]
struct Verifier {
    rule: Rule,
    provider: Arc<CryptoProvider>,
    pin_place: PinPlace,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.rule.verify(end_entity, intermediates, server_name, ocsp_response, now) {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(why) => {
                let untrusted = untrusted(end_entity, why, self.pin_place);
                Err(CertificateError::Other(OtherError(Arc::new(untrusted))).into())
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
