//! Whom to trust. With [`transport`](super::transport) the only file that names rustls.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use sha2::Digest as _;

use super::transport::{TransportError, Trouble};

/// Whom to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The roots of the system.
    #[default]
    System,
    /// The certificates in this PEM text, each as a CA or as exactly that server's certificate.
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
}

fn setup(cause: impl ToString) -> TransportError {
    TransportError::new(Trouble::Setup, vec![cause.to_string()])
}

/// The configuration for these settings; `None` is reqwest's own, with the roots of the system.
pub(super) fn client_config(
    settings: &TlsSettings,
    https: bool,
) -> Result<Option<ClientConfig>, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(setup)?;
    let builder = match &settings.trust {
        Trust::System if https && settings.identity.is_none() => {
            // An installed provider is what reqwest looks for; a second installation is refused and harmless.
            let _ = rustls::crypto::ring::default_provider().install_default();
            return Ok(None);
        }
        // Plain HTTP needs no certificate, and reading the system's takes some 5 ms.
        Trust::System if !https => builder.with_root_certificates(RootCertStore::empty()),
        Trust::System => {
            let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider)).map_err(setup)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
        trust => {
            let rule = Rule::new(trust, &provider)?;
            let verifier = Verifier { rule, provider: Arc::clone(&provider) };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
    };
    let config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some((certificates, key)) => {
            let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>();
            let chain = chain.map_err(|error| setup(format!("`client_cert`: {error}")))?;
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|error| setup(format!("`client_key`: {error}")))?;
            builder.with_client_auth_cert(chain, key).map_err(setup)?
        }
    };
    Ok(Some(config))
}

/// The TLS refusal inside an error's chain, if there is one.
pub(super) fn rejection(error: &(dyn std::error::Error + 'static)) -> Option<TransportError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(TransportError::new(Trouble::Tls, vec![found.to_string()]));
        }
        // An io::Error keeps its inner error away from `source`.
        if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref)
            && let Some(found) = rejection(inner)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// A rule of trust other than the system's.
#[derive(Debug)]
enum Rule {
    /// These certificates, as CAs and each as exactly itself.
    ///
    /// An appliance's own certificate is often self-signed with CA:TRUE, which webpki refuses as an end entity; who
    /// named exactly that certificate trusts it, whatever name it carries.
    Named { own: Vec<CertificateDer<'static>>, chain: Option<Arc<WebPkiServerVerifier>> },
    /// The certificate with this SHA-256.
    Pin([u8; 32]),
    /// Any.
    Anyone,
}

impl Rule {
    fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Rule, TransportError> {
        let pem = match trust {
            Trust::Certificates(pem) => pem,
            Trust::Pin(digest) => return Ok(Rule::Pin(*digest)),
            Trust::Anyone => return Ok(Rule::Anyone),
            Trust::System => return Err(setup("the system's roots are another verifier's matter")),
        };
        let own: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(setup)?;
        if own.is_empty() {
            return Err(setup("`ca_file` holds no certificate in PEM form"));
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(own.iter().cloned());
        let chain = (!roots.is_empty())
            .then(|| {
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build()
            })
            .transpose()
            .map_err(setup)?;
        Ok(Rule::Named { own, chain })
    }
}

#[derive(Debug)]
struct Verifier {
    rule: Rule,
    provider: Arc<CryptoProvider>,
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
        match &self.rule {
            Rule::Anyone => Ok(ServerCertVerified::assertion()),
            Rule::Pin(digest) if fingerprint(end_entity) == *digest => Ok(ServerCertVerified::assertion()),
            Rule::Pin(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
            Rule::Named { own, .. } if own.iter().any(|own| own.as_ref() == end_entity.as_ref()) => {
                Ok(ServerCertVerified::assertion())
            }
            Rule::Named { chain: Some(chain), .. } => {
                chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            Rule::Named { chain: None, .. } => Err(CertificateError::UnknownIssuer.into()),
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

/// The SHA-256 of a certificate as it travels.
fn fingerprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
    sha2::Sha256::digest(certificate.as_ref()).into()
}
