"""Drives the simulated vCenter with the vendor's client: by JSON-RPC, as it comes, and under both REST APIs."""

from com.vmware.cis_client import Session, Tasks
from com.vmware.vapi.std.errors_client import (
    Error,
    InvalidArgument,
    InvalidRequest,
    NotAllowedInCurrentState,
    NotFound,
    Unauthenticated,
)
from com.vmware.vapi.std_client import DynamicID
from vmware.vapi.vsphere.client import create_vsphere_client

import vapi
from check import PASSWORD, Peer, System

SYSTEM = System("vcenter")
SERVICE = SYSTEM.tasks[0]["id"].split(":", 1)[1]
SOME = SYSTEM.task("running")["id"]
OTHER = SYSTEM.task("failed")
NONE = f"none:{SERVICE}"
OPERATION = vapi.operation(OTHER)
CANCEL = ("POST", "/cis/tasks/{task}?action=cancel", {"path_variables": {"task": "task"}})


def lists(peer, what, narrowed, refusal):
    """Every filter narrows, and a list of nothing in particular is refused."""
    peer.equal(f"{what}: list by ids", narrowed(tasks={SOME, OTHER["id"], "none:none"}), {SOME, OTHER["id"]})
    every = narrowed(services={SERVICE})
    peer.true(f"{what}: list by service", SYSTEM.ids() <= every, every)
    peer.equal(f"{what}: list by another service", narrowed(services={"none"}), set())
    of_user = SYSTEM.ids(user=OTHER["user"])
    peer.equal(f"{what}: list by user", narrowed(services={SERVICE}, users={OTHER["user"]}), of_user)
    peer.equal(f"{what}: list by users", narrowed(services={SERVICE}, users={OTHER["user"], "none"}), of_user)
    of_operation = SYSTEM.ids(operation=OTHER["operation"])
    peer.equal(f"{what}: list by operation", narrowed(services={SERVICE}, operations={OPERATION}), of_operation)
    blocked = SYSTEM.ids(state="BLOCKED")
    peer.equal(f"{what}: list by status", narrowed(services={SERVICE}, status={"BLOCKED"}), blocked)
    peer.raises(f"{what}: list of nothing", refusal, narrowed)


def structured_lists(peer, what, tasks, refusal):
    """The same where the client sends structures; also by target, and with a result spec."""

    def narrowed(result_spec=None, **filters):
        return set(tasks.list(Tasks.FilterSpec(**filters), result_spec))

    lists(peer, what, narrowed, refusal)
    target = DynamicID(type=OTHER["target"]["kind"], id=OTHER["target"]["id"])
    of_target = SYSTEM.ids(target=OTHER["target"])
    peer.equal(f"{what}: list by target", narrowed(services={SERVICE}, targets=[target]), of_target)
    spec = Tasks.GetSpec(return_all=True, exclude_result=True)
    peer.equal(f"{what}: list with a result spec", narrowed(spec, tasks={SOME}), {SOME})
    error = peer.raises(f"{what}: list without a filter", refusal, tasks.list)
    peer.equal(f"{what}: its type", vapi.error_type(error), "INVALID_ARGUMENT")


def cancels(peer, what, tasks, task, refusal):
    """A task that runs is cancelled, once."""
    peer.equal(f"{what}: a task to cancel", tasks.get(task["id"]).status, "RUNNING")
    tasks.cancel(task["id"])
    info = tasks.get(task["id"])
    peer.equal(f"{what}: a cancelled task", (info.status, vapi.reason(info)[0]), ("FAILED", "CANCELED"))
    peer.true(f"{what}: it ended after it started", info.start_time <= info.end_time, info)
    error = peer.raises(f"{what}: cancel again", refusal, lambda: tasks.cancel(task["id"]))
    peer.equal(f"{what}: its type", vapi.error_type(error), "NOT_ALLOWED_IN_CURRENT_STATE")
    peer.raises(f"{what}: cancel of no task", NotFound, lambda: tasks.cancel(NONE))


def json_rpc(peer):
    """The client as its vendor's samples use it."""
    what = "JSON-RPC"

    def login(password):
        return create_vsphere_client(
            server=SYSTEM.host, username=SYSTEM.username, password=password, session=vapi.http()
        )

    peer.raises(f"{what}: a wrong password", Unauthenticated, lambda: login("wrong"))
    client = login(PASSWORD)
    token = client.get_session_id()
    known = client.session_svc.get()
    peer.equal(f"{what}: the session's user", known.user, SYSTEM.username)
    peer.true(f"{what}: the session's times", known.created_time <= known.last_accessed_time, known)
    tasks = vapi.service(Tasks, SYSTEM.url + "/api", vapi.session(token), protocol="json")
    vapi.reads(peer, what, tasks, SYSTEM)
    structured_lists(peer, what, tasks, InvalidArgument)
    error = peer.raises(f"{what}: no such task", NotFound, lambda: tasks.get(NONE))
    peer.equal(f"{what}: its type", error.error_type, Error.Type.NOT_FOUND)
    cancels(peer, what, tasks, SYSTEM.cancellable[0], NotAllowedInCurrentState)
    # The client closes its session when it is left.
    with client:
        pass
    peer.raises(f"{what}: a task without a session", Unauthenticated, lambda: tasks.get(SOME))


def rest(peer):
    """What the client reads and writes of itself as REST."""
    what, base, path = "/rest", SYSTEM.url + "/rest", "/com/vmware/cis/session"
    paths = {
        "create": ("POST", path, {}),
        "get": ("POST", f"{path}?~action=get", {}),
        "delete": ("DELETE", path, {}),
    }
    wrong = vapi.service(Session, base, vapi.basic(SYSTEM.username, "wrong"), **paths)
    peer.raises(f"{what}: a wrong password", Unauthenticated, wrong.create)
    token = vapi.service(Session, base, vapi.basic(SYSTEM.username), **paths).create()
    session = vapi.service(Session, base, vapi.session(token), **paths)
    peer.equal(f"{what}: the session's user", session.get().user, SYSTEM.username)
    tasks = vapi.service(Tasks, base, vapi.session(token), cancel=CANCEL)
    vapi.reads(peer, what, tasks, SYSTEM)

    def narrowed(**filters):
        # The client has no spelling of its own for a structure in a query; this is the vendor's.
        query = "&".join(
            f"filter_spec.{name}.{number}={value}"
            for name, values in filters.items()
            for number, value in enumerate(values, 1)
        )
        listing = vapi.service(Tasks, base, vapi.session(token), list=("GET", f"/cis/tasks?{query}", {}))
        return set(listing.list())

    lists(peer, what, narrowed, InvalidArgument)
    peer.raises(f"{what}: no such task", NotFound, lambda: tasks.get(NONE))
    cancels(peer, what, tasks, SYSTEM.cancellable[1], NotAllowedInCurrentState)

    # The cookie of a login, as a browser or curl keeps it.
    jar = vapi.http()
    given = jar.post(base + path, auth=(SYSTEM.username, PASSWORD)).json()["value"]
    peer.equal(f"{what}: a login sets a cookie", jar.cookies.get(vapi.SESSION_HEADER), given)
    answer = jar.get(f"{base}/cis/tasks/{SOME}")
    peer.equal(f"{what}: the cookie is a session", answer.json()["value"].get("status"), "RUNNING")
    peer.equal(f"{what}: logout by cookie", jar.delete(base + path).status_code, 200)
    peer.equal(f"{what}: the cookie is none any more", jar.get(f"{base}/cis/tasks/{SOME}").status_code, 401)
    headers = {"vmware-use-header-authn": "true"}
    answer = vapi.http().post(base + path, auth=(SYSTEM.username, PASSWORD), headers=headers)
    peer.equal(f"{what}: who uses the header gets no cookie", answer.headers.get("Set-Cookie"), None)

    session.delete()
    peer.raises(f"{what}: a session that is no more", Unauthenticated, session.get)
    peer.raises(f"{what}: a task without a session", Unauthenticated, lambda: tasks.get(SOME))


def api(peer):
    """Documents without an envelope, maps that are objects."""
    what, base = "/api", SYSTEM.url + "/api"
    wrong = vapi.service(Session, base, vapi.basic(SYSTEM.username, "wrong"))
    peer.raises(f"{what}: a wrong password", Unauthenticated, wrong.create)
    token = vapi.service(Session, base, vapi.basic(SYSTEM.username)).create()
    header = {vapi.SESSION_HEADER: token}
    session = vapi.service(Session, base, headers=header)
    known = session.get()
    peer.equal(f"{what}: the session's user", known.user, SYSTEM.username)
    peer.true(f"{what}: the session's times", known.created_time <= known.last_accessed_time, known)
    tasks = vapi.service(Tasks, base, headers=header, list=("POST", "/cis/tasks?action=list", {}), cancel=CANCEL)
    vapi.reads(peer, what, tasks, SYSTEM)
    # Here the client makes its error of the status; the one of the API is within.
    structured_lists(peer, what, tasks, InvalidRequest)
    error = peer.raises(f"{what}: no such task", NotFound, lambda: tasks.get(NONE))
    peer.equal(f"{what}: its type", vapi.error_type(error), "NOT_FOUND")

    # A body in chunks, as a client sends whose length it does not know.
    pieces = iter([b'{"filter_spec": {"tasks": ["', SOME.encode(), b'"]}}'])
    headers = {**header, "Content-Type": "application/json"}
    answer = vapi.http(headers).post(f"{base}/cis/tasks?action=list", data=pieces)
    peer.equal(f"{what}: a body in chunks", (answer.status_code, list(answer.json())), (200, [SOME]))

    cancels(peer, what, tasks, SYSTEM.cancellable[2], InvalidRequest)

    session.delete()
    peer.raises(f"{what}: a session that is no more", Unauthenticated, session.get)
    peer.raises(f"{what}: a task without a session", Unauthenticated, lambda: tasks.get(SOME))


with Peer("vmware-vcenter", "vcenter") as peer:
    json_rpc(peer)
    rest(peer)
    api(peer)
