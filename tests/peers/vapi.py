"""What the clients of the vSphere Automation API share: their runtime put to an endpoint, and the reading of tasks.

Of themselves the services of these packages speak JSON-RPC. Put to REST, they know the paths of `/api` and read and
write the documents of `/rest`, and some lack a parameter. What differs is said here in the client's own terms, from the
vendor's description of the API: paths, `action`, where a query goes, and for `/api` the form of its documents.
"""

import base64
import gzip

import requests
from com.vmware.vapi.std.errors_client import Error
from vmware.vapi.bindings.converter import RestConverter
from vmware.vapi.bindings.error import UnresolvedError
from vmware.vapi.lib.connect import get_requests_connector
from vmware.vapi.lib.rest import OperationRestMetadata
from vmware.vapi.provider.filter import ApiProviderFilter
from vmware.vapi.security.client.security_context_filter import LegacySecurityContextFilter
from vmware.vapi.security.session import create_session_security_context
from vmware.vapi.security.sso import create_saml_bearer_security_context
from vmware.vapi.security.user_password import create_user_password_security_context
from vmware.vapi.stdlib.client.factories import StubConfigurationFactory

from check import CA_FILE, PASSWORD

# The header of a session: for `/api` the client has no security context for one.
SESSION_HEADER = "vmware-api-session-id"


def basic(username, password=PASSWORD):
    """The security context of a user name and a password."""
    return create_user_password_security_context(username, password)


def session(token):
    """The security context of a session."""
    return create_session_security_context(token)


def saml(assertion):
    """The security context of an assertion."""
    return create_saml_bearer_security_context(assertion)


def http(headers=None):
    """A session of HTTP that trusts the simulated systems."""
    made = requests.Session()
    made.verify = CA_FILE
    made.headers.update(headers or {})
    return made


def service(kind, url, context=None, headers=None, protocol="rest", **operations):
    """A service of the client at this address.

    The operations are those that differ from what the service knows of itself: method, path, more for the metadata.
    """
    filters = [LegacySecurityContextFilter(security_context=context)]
    connector = get_requests_connector(
        session=http(headers), msg_protocol=protocol, url=url, provider_filter_chain=filters
    )
    made = kind(StubConfigurationFactory.new_std_configuration(connector))
    if protocol != "rest":
        return made
    stub = made._api_interface  # pylint: disable=protected-access
    provider = connector.get_api_provider()
    if isinstance(provider, ApiProviderFilter):
        provider = provider.get_api_provider()
    for name, (method, path, more) in operations.items():
        metadata = OperationRestMetadata(http_method=method, url_template=path, **more)
        stub._rest_metadata[name] = metadata  # pylint: disable=protected-access
        provider.add_rest_metadata(stub.get_identifier().get_name(), name, metadata)
    if not url.endswith("/rest"):
        provider.set_rest_format(False)
        stub._rest_converter_mode = RestConverter.SWAGGER_REST  # pylint: disable=protected-access
    return made


def error_type(error):
    """The type that the API has for an error. From `/api` the client keeps it beside its own; `/rest` has the class."""
    if error.error_type is not None:
        return str(error.error_type)
    if error.data is not None:
        return error.data.get_struct_value().get_field("error_type").value
    return error.get_binding_type().name.rsplit(".", 1)[1].upper()


def reason(info):
    """The type and the texts of the error within a task. As REST the client leaves it as it came."""
    error = info.error
    if not isinstance(error, UnresolvedError):
        return str(error.error_type), [message.default_message for message in error.messages]
    fields = dict(error.get_error_value().get_fields())
    if "value" in fields:
        kind = fields["type"].value.rsplit(".", 1)[1].upper()
        fields = dict(fields["value"].get_fields())
    else:
        kind = fields["error_type"].value
    return kind, [message.get_field("default_message").value for message in fields["messages"]]


def operation(task):
    """The name that the API has for the operation of a task."""
    name = task["operation"]
    return name if name.endswith("$task") else f"{name}$task"


def reads(peer, what, tasks, system):
    """Reads one task in each state. The client itself refuses one that lacks what its state must have."""
    for task in system.tasks:
        condition = task["condition"]
        name = f"{what}: a task that is {condition}"
        info = tasks.get(task["id"])
        peer.equal(name, info.status, task["state"])
        peer.equal(f"{name}: operation and user", (info.operation, info.user), (operation(task), task["user"]))
        target = (task["target"]["kind"], task["target"]["id"])
        peer.equal(f"{name}: target", (info.target.type, info.target.id), target)
        ended = condition in ("succeeded", "failed", "cancelled")
        facts = (info.start_time is not None, info.progress is not None, info.end_time is not None, info.cancelable)
        started = condition != "pending"
        peer.equal(f"{name}: started, progress, ended, cancelable", facts, (started, started, ended, not ended))
        failed = condition in ("failed", "cancelled")
        peer.equal(f"{name}: whether it says why", info.error is not None, failed)
        if failed:
            kind, texts = reason(info)
            peer.equal(f"{name}: the type of its error", kind, "CANCELED" if condition == "cancelled" else "ERROR")
            peer.true(f"{name}: the type is a standard one", hasattr(Error.Type, kind), kind)
            peer.true(f"{name}: the texts of its error", texts and all(texts), texts)


def sign(assertion, quoted=True):
    """The header of a request that an assertion vouches for."""
    packed = base64.b64encode(gzip.compress(assertion.encode())).decode()
    return f'SIGN token="{packed}"' if quoted else f"SIGN token={packed}"
