//! Whom to trust. With [`transport`](super::transport) the only file that names rustls.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::transport::{TransportError, Trouble};

/// Whom to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The roots of the system.
    #[default]
    System,
    /// The certificates in this PEM text, each as a CA or as exactly that server's certificate.
    Certificates(Vec<u8>),
    /// Anyone. The user was warned.
    Anyone,
}

/// The TLS part of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// Whom to trust.
    pub trust: Trust,
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
    let config = match &settings.trust {
        // Plain HTTP needs no certificate, and reading the system's takes some 5 ms.
        Trust::System if !https => {
            builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
        Trust::System => {
            // An installed provider is what reqwest looks for; a second installation is refused and harmless.
            let _ = rustls::crypto::ring::default_provider().install_default();
            return Ok(None);
        }
        Trust::Certificates(pem) => {
            let verifier = Named::new(pem, &provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        Trust::Anyone => {
            let verifier = Anyone { provider };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
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

/// Trusts the certificates of a `ca_file`: as CAs, and each as exactly itself.
///
/// An appliance's own certificate is often self-signed with CA:TRUE, which webpki refuses as an end entity; who
/// named exactly that certificate trusts it, whatever name it carries.
#[derive(Debug)]
struct Named {
    own: Vec<CertificateDer<'static>>,
    chain: Option<Arc<rustls::client::WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Named {
    fn new(pem: &[u8], provider: &Arc<CryptoProvider>) -> Result<Named, TransportError> {
        let own: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(setup)?;
        if own.is_empty() {
            return Err(setup("`ca_file` holds no certificate in PEM form"));
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(own.iter().cloned());
        let chain = (!roots.is_empty())
            .then(|| {
                rustls::client::WebPkiServerVerifier::builder_with_provider(
                    Arc::new(roots),
                    Arc::clone(provider),
                )
                .build()
            })
            .transpose()
            .map_err(setup)?;
        Ok(Named { own, chain, provider: Arc::clone(provider) })
    }
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.own.iter().any(|own| own.as_ref() == end_entity.as_ref()) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.chain {
            Some(chain) => {
                chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => Err(rustls::CertificateError::UnknownIssuer.into()),
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

/// Trusts anyone: `insecure = true`.
#[derive(Debug)]
struct Anyone {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
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
