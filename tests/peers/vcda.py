"""Calls the simulated Cloud Director Availability as the vendor's documentation does: it has no public client."""

import requests

from check import PASSWORD, Peer, System

SYSTEM = System("vcda")
LOCAL = {"type": "localUser", "localUser": SYSTEM.username, "localPassword": PASSWORD}
VENDOR_TYPE = "application/vnd.vmware.h4-v4.7+json;charset=UTF-8"
OTHER = SYSTEM.task("failed")


def call(method, path, token=None, **more):
    """One request, as curl sends it."""
    headers = {**({"X-VCAV-Auth": token} if token else {}), **more.pop("headers", {})}
    return requests.request(method, SYSTEM.url + path, headers=headers, timeout=30, **more)


def refused(peer, what, answer, status, code):
    """Two checks: the answer is an error of this API."""
    peer.equal(what, (answer.status_code, answer.json().get("code")), (status, code))
    peer.equal(f"{what}: its members", sorted(answer.json()), ["args", "code", "msg", "stacktrace"])


with Peer("requests", "vcda") as peer:
    # Login, and what a session is.
    answer = call("POST", "/sessions", json={**LOCAL, "localPassword": "x"})
    refused(peer, "a wrong password", answer, 401, "NotAuthenticated")
    login = call("POST", "/sessions", json=LOCAL)
    token = login.headers.get("X-VCAV-Auth")
    peer.equal("login", (login.status_code, login.json()["user"]), (200, SYSTEM.username))
    peer.true("login gives a token", token)
    peer.equal("the session", call("GET", "/sessions", token).json(), login.json())
    answer = call("GET", "/tasks")
    refused(peer, "no session", answer, 401, "NotAuthenticated")
    peer.equal("no session: the challenge", answer.headers.get("WWW-Authenticate"), "Authentication Token Required")
    pieces = iter([b'{"type": "localUser", "localUser": "', SYSTEM.username.encode(), b'", "localPassword": "',
                   PASSWORD.encode(), b'"}'])
    second = call("POST", "/sessions", data=pieces, headers={"Content-Type": "application/json"})
    peer.equal("login with a body in chunks", second.status_code, 200)
    peer.equal("logout of that", call("DELETE", "/sessions", second.headers["X-VCAV-Auth"]).status_code, 204)

    # A task in each state.
    for known in SYSTEM.tasks:
        task = call("GET", f"/tasks/{known['id']}", token).json()
        what = f"a task that is {known['state']}"
        peer.equal(what, (task["id"], task["state"], task["user"]), (known["id"], known["state"], known["user"]))
        target = known["target"]
        peer.equal(
            f"{what}: its work",
            task["workflowInfo"],
            {
                "type": known["operation"],
                "resourceType": target["kind"],
                "resourceId": target["id"],
                "resourceName": target["name"],
            },
        )
        ended = known["condition"] in ("succeeded", "failed")
        peer.equal(f"{what}: whether it has ended", task["endTime"] > task["startTime"], ended)
        peer.true(f"{what}: the end of one that goes on", ended or task["endTime"] == -1, task)
        peer.equal(f"{what}: whether it says why", task["error"] is not None, known["condition"] == "failed")

    # The header for a call's own id, and media types.
    for headers in ({}, {"operationID": "Powershell__1"}, {"Accept": VENDOR_TYPE}, {"Accept": "*/*"}):
        answer = call("GET", f"/tasks/{OTHER['id']}", token, headers=headers)
        peer.equal(f"with {headers}", answer.status_code, 200)
    answer = call("GET", "/tasks", token, headers={"Accept": VENDOR_TYPE})
    peer.equal("the type that was asked for", answer.headers["Content-Type"], VENDOR_TYPE)

    # Lists.
    def listed(**params):
        """The ids that a query names."""
        return {item["id"] for item in call("GET", "/tasks", token, params=params).json()["items"]}

    ids = SYSTEM.ids()
    every = listed()
    peer.true("list", ids < every, every)
    others = SYSTEM.ids(user=OTHER["user"])
    narrow = {
        "user": OTHER["user"],
        "sourceOrg": OTHER["organizations"][0],
        "destinationOrg": OTHER["organizations"][1],
        "type": OTHER["operation"],
        "resourceId": OTHER["target"]["id"],
        "resourceName": OTHER["target"]["name"],
    }
    for name, value in narrow.items():
        peer.equal(f"list by {name}", listed(**{name: value}), others)
        peer.equal(f"list by another {name}", listed(**{name: "none"}), set())
    peer.equal("case matters in organizations", listed(sourceOrg=narrow["sourceOrg"].upper()), set())
    peer.equal("list by resourceType", listed(resourceType=f"none,{OTHER['target']['kind']}"), every)
    peer.equal("list by ids", listed(ids=",".join(sorted(others))), others)
    failed = listed(state="FAILED", user=OTHER["user"])
    peer.equal("list by state", failed, SYSTEM.ids(state="FAILED"))
    start = call("GET", f"/tasks/{OTHER['id']}", token).json()["startTime"]
    peer.equal("list by start", listed(startTimeAfter=start - 1, startTimeBefore=start + 1), others)
    page = call("GET", "/tasks", token, params={"limit": 2, "offset": 1}).json()
    peer.equal("a page", (len(page["items"]), page["limit"], page["offset"], page["total"]), (2, 2, 1, len(every)))

    # Errors.
    answer = call("GET", "/tasks/f61d60d2-698a-46dc-a266-0000000000ff", token)
    refused(peer, "no such task", answer, 404, "TaskNotFound")
    refused(peer, "no id", call("GET", "/tasks/none", token), 400, "BadUserInput")
    refused(peer, "no such site", call("GET", "/tasks", token, params={"site": "none"}), 404, "SiteNotFound")
    both = {"user": "System", "destinationOrg": "Org2"}
    refused(peer, "filters that exclude each other", call("GET", "/tasks", token, params=both), 400, "BadUserInput")
    peer.equal("there is no cancel", call("DELETE", f"/tasks/{OTHER['id']}", token).status_code, 404)

    # Logout.
    peer.equal("logout", call("DELETE", "/sessions", token).status_code, 204)
    refused(peer, "a session that is no more", call("DELETE", "/sessions", token), 401, "NotAuthenticated")
