"""Asks the simulated STS for assertions with the client of pyvmomi, and uses them."""

import xml.etree.ElementTree as tree

from pyVim.sso import SoapException, SsoAuthenticator

import vapi
from check import PASSWORD, Peer, System, tls

SYSTEM = System("snapservice-saml")
TASKS = SYSTEM.url + "/api/snapservice/tasks"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"

with Peer("pyvmomi", "sts") as peer:
    for path in ("/sts/STSService", "/sts/STSService/vsphere.local"):
        authenticator = SsoAuthenticator(SYSTEM.url + path)

        def issued(password=PASSWORD, **more):
            """An assertion for the user."""
            return authenticator.get_bearer_saml_assertion(  # pylint: disable=cell-var-from-loop
                SYSTEM.username, password, ssl_context=tls(), **more
            )

        first = issued(delegatable=True)
        root = tree.fromstring(first)
        peer.equal(f"{path}: an assertion", root.tag, f"{SAML}Assertion")
        name = root.find(f"{SAML}Subject/{SAML}NameID")
        peer.true(f"{path}: its subject", name.text.startswith(SYSTEM.username), name.text)
        peer.true(f"{path}: another time another one", issued(delegatable=True) != first)
        answer = vapi.http({"Authorization": vapi.sign(first)}).get(TASKS)
        peer.equal(f"{path}: it is taken", answer.status_code, 200)
        fixed = issued(delegatable=False)
        answer = vapi.http({"Authorization": vapi.sign(fixed)}).get(TASKS)
        peer.equal(f"{path}: one that cannot be delegated is not", answer.status_code, 401)
        answer = vapi.http({"Authorization": vapi.sign(first.replace(SYSTEM.username, "root"))}).get(TASKS)
        peer.equal(f"{path}: one that was changed is not", answer.status_code, 401)
        error = peer.raises(f"{path}: a wrong password", SoapException, lambda: issued("wr<o>ng&"))
        peer.true(f"{path}: its fault", "ns0:FailedAuthentication" in str(error), error)
        error = peer.raises(f"{path}: no time", SoapException, lambda: issued(request_duration=-60))
        peer.true(f"{path}: its fault", "wsse:InvalidSecurity" in str(error), error)
