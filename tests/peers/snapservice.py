"""Drives the simulated snapshot service with the vendor's client: of 9.0 with sessions, of 8.0 U3 with tokens alone."""

from com.vmware.snapservice.info_client import About
from com.vmware.snapservice_client import Sessions, Tasks
from com.vmware.vapi.std.errors_client import Error, NotFound, OperationNotFound, Unauthenticated
from pyVim.sso import SsoAuthenticator

import vapi
from check import PASSWORD, Peer, System, tls

SYSTEM = System("snapservice")
OLDER = System("snapservice-saml")
SERVICE = "com.vmware.snapservice.clusters.protection_groups"
SOME = SYSTEM.task("running")["id"]
OTHER = SYSTEM.task("failed")
STS = "/sts/STSService/vsphere.local"


def assertion(system):
    """A SAML assertion of the STS beside a system, which may be delegated."""
    authenticator = SsoAuthenticator(system.url + STS)
    return authenticator.get_bearer_saml_assertion(
        system.username, PASSWORD, delegatable=True, ssl_context=tls()
    )


def lists(peer, what, narrowed, more_than_these):
    """Every filter narrows. There are more tasks than those that stay as they are."""
    every = narrowed()
    peer.true(f"{what}: list", SYSTEM.ids() <= every and len(every) >= len(SYSTEM.ids()) + more_than_these, every)
    peer.equal(f"{what}: list by ids", narrowed(tasks={SOME, OTHER["id"], "none"}), {SOME, OTHER["id"]})
    peer.equal(f"{what}: list by service", narrowed(services={SERVICE}), every)
    peer.equal(f"{what}: list by another service", narrowed(services={"none"}), set())
    of_user = SYSTEM.ids(user=OTHER["user"])
    peer.equal(f"{what}: list by user", narrowed(users={OTHER["user"], "none"}), of_user)
    of_operation = SYSTEM.ids(operation=OTHER["operation"])
    peer.equal(f"{what}: list by operation", narrowed(operations={vapi.operation(OTHER)}), of_operation)
    peer.equal(f"{what}: list by status", narrowed(status={"BLOCKED"}), SYSTEM.ids(state="BLOCKED"))
    both = narrowed(status={"FAILED"}, users={OTHER["user"]}, tasks=SYSTEM.ids())
    peer.equal(f"{what}: list by several", both, SYSTEM.ids(state="FAILED"))


def structured(tasks):
    """The ids that a list names, where the client sends structures."""

    def narrowed(**filters):
        answer = tasks.list(Tasks.FilterSpec(**filters) if filters else None)
        return {item.task for item in answer.items}

    return narrowed


def json_rpc(peer):
    """The client as its vendor's samples use it, with a password and with an assertion."""
    url = SYSTEM.url + "/snapservice"

    def sessions(context):
        return vapi.service(Sessions, url, context, protocol="json")

    wrong = sessions(vapi.basic(SYSTEM.username, "wrong"))
    peer.raises("JSON-RPC: a wrong password", Unauthenticated, wrong.create)
    peer.raises("JSON-RPC: no assertion", Unauthenticated, sessions(vapi.saml("<none/>")).create)
    ways = {"password": vapi.basic(SYSTEM.username), "assertion": vapi.saml(assertion(SYSTEM))}
    for way, context in ways.items():
        what = f"JSON-RPC by {way}"
        token = sessions(context).create()
        session = sessions(vapi.session(token))
        peer.equal(f"{what}: the session's user", session.get().user, SYSTEM.username)
        about = vapi.service(About, url, vapi.session(token), protocol="json").get()
        peer.true(f"{what}: the version", about.version, about)
        tasks = vapi.service(Tasks, url, vapi.session(token), protocol="json")
        vapi.reads(peer, what, tasks, SYSTEM)
        lists(peer, what, structured(tasks), 4)
        vc_task = tasks.get(SOME).vc_task
        peer.true(f"{what}: the task of vCenter", isinstance(vc_task, str), vc_task)
        error = peer.raises(f"{what}: no such task", NotFound, lambda tasks=tasks: tasks.get("none"))
        peer.equal(f"{what}: its type", error.error_type, Error.Type.NOT_FOUND)
        session.delete()
        peer.raises(f"{what}: a session that is no more", Unauthenticated, session.get)
        peer.raises(f"{what}: a task without a session", Unauthenticated, lambda tasks=tasks: tasks.get(SOME))


def listing(base, **more):
    """The same over REST: the client has no spelling of its own for a structure in a query; this is the vendor's."""

    def narrowed(**filters):
        query = "&".join(f"{name}={value}" for name, values in filters.items() for value in values)
        tasks = vapi.service(Tasks, base, list=("GET", f"/snapservice/tasks?{query}".rstrip("?"), {}), **more)
        return {item.task for item in tasks.list().items}

    return narrowed


# The paths are the client's; that an error is known by its status is for this form of document.
GET = ("GET", "/snapservice/tasks/{task}", {"path_variables": {"task": "task"}})
SESSION = {name: (method, "/snapservice/sessions", {}) for name, method in
           {"create": "POST", "get": "GET", "delete": "DELETE"}.items()}


def api(peer):
    """REST of 9.0."""
    what, base = "/api", SYSTEM.url + "/api"
    wrong = vapi.service(Sessions, base, vapi.basic(SYSTEM.username, "wrong"), **SESSION)
    error = peer.raises(f"{what}: a wrong password", Unauthenticated, wrong.create)
    peer.equal(f"{what}: its type", vapi.error_type(error), "UNAUTHENTICATED")
    token = vapi.service(Sessions, base, vapi.basic(SYSTEM.username), **SESSION).create()
    header = {vapi.SESSION_HEADER: token}
    session = vapi.service(Sessions, base, headers=header, **SESSION)
    peer.equal(f"{what}: the session's user", session.get().user, SYSTEM.username)
    tasks = vapi.service(Tasks, base, headers=header, get=GET)
    vapi.reads(peer, what, tasks, SYSTEM)
    lists(peer, what, listing(base, headers=header), 4)
    error = peer.raises(f"{what}: no such task", NotFound, lambda: tasks.get("none"))
    peer.equal(f"{what}: its type", vapi.error_type(error), "NOT_FOUND")
    session.delete()
    peer.raises(f"{what}: a session that is no more", Unauthenticated, session.get)
    peer.raises(f"{what}: a task without a session", Unauthenticated, lambda: tasks.get(SOME))


def older(peer):
    """8.0 U3, which has no sessions: an assertion goes with every call, and JSON-RPC is at another path."""
    token = assertion(OLDER)
    url = OLDER.url + "/api"
    context = vapi.saml(token)
    sessions = vapi.service(Sessions, url, context, protocol="json")
    peer.raises("8.0 U3: there are no sessions", (NotFound, OperationNotFound), sessions.create)
    tasks = vapi.service(Tasks, url, context, protocol="json")
    vapi.reads(peer, "8.0 U3, JSON-RPC", tasks, OLDER)
    lists(peer, "8.0 U3, JSON-RPC", structured(tasks), 4)
    without = vapi.service(Tasks, url, vapi.basic(OLDER.username), protocol="json")
    peer.raises("8.0 U3, JSON-RPC: a password is no token", Unauthenticated, lambda: without.get(SOME))
    for quoted in (True, False):
        what = f"8.0 U3, /api, token {'quoted' if quoted else 'as it is'}"
        header = {"Authorization": vapi.sign(token, quoted)}
        vapi.reads(peer, what, vapi.service(Tasks, url, headers=header, get=GET), OLDER)
        lists(peer, what, listing(url, headers=header), 4)
    changed = {"Authorization": vapi.sign(token.replace(OLDER.username, "root"))}
    tasks = vapi.service(Tasks, url, headers=changed, get=GET)
    peer.raises("8.0 U3: an assertion that was changed", Unauthenticated, lambda: tasks.get(SOME))


with Peer("vmware-vsan-data-protection", "snapservice") as peer:
    json_rpc(peer)
    api(peer)
    older(peer)
