"""Calls the simulated Velostrata manager as the vendor's documentation does: it has no public client."""

import requests

from check import PASSWORD, Peer, System

SYSTEM = System("velostrata")
BASE = SYSTEM.url + "/velostrata/api/v45/tasks"
OTHER = SYSTEM.task("failed")


def call(method, path="", password=PASSWORD, **more):
    """One request, as curl sends it."""
    return requests.request(method, BASE + path, auth=(SYSTEM.username, password), timeout=30, **more)


def queried(filter_=None, page=0, size=50):
    """A page of a query."""
    body = {"page": page, "size": size, **({"filter": filter_} if filter_ else {})}
    return call("POST", json=body).json()


def ids(page):
    """The ids of a page."""
    return {task["id"]["value"] for task in page["content"]}


with Peer("requests", "velostrata") as peer:
    peer.equal("a wrong password", call("GET", password="wrong").status_code, 401)

    # A task in each state.
    for known in SYSTEM.tasks:
        task = call("GET", f"/{known['id']}").json()
        what = f"a task that is {known['state']}"
        peer.equal(what, (task["id"], task["state"]), ({"value": known["id"], "_type": "TaskId"}, known["state"]))
        target = {"value": known["target"]["id"], "_type": known["target"]["kind"]}
        work = (known["operation"], known["user"], target)
        peer.equal(f"{what}: its work", (task["taskType"], task["username"], task["entity"]), work)
        ended = known["condition"] in ("succeeded", "failed", "cancelled")
        peer.equal(f"{what}: whether it has ended", "endTime" in task, ended)
        peer.equal(f"{what}: whether it says why", "errorMessage" in task, known["condition"] == "failed")

    # Lists.
    active = {task["id"] for task in SYSTEM.tasks if task["condition"] in ("running", "failing", "cancelling")}
    listed = ids(call("GET").json())
    peer.true("the list of active tasks", active <= listed and OTHER["id"] not in listed, listed)
    every = queried()
    peer.true("a query without a filter", SYSTEM.ids() <= ids(every), every)
    facts = (every["_type"], every["number"], every["numberOfElements"], every["totalElements"], every["totalPages"])
    count = len(every["content"])
    peer.equal("the page", facts, ("TaskDescriptionPage", 0, count, count, 1))
    second = queried(page=1, size=count - 1)
    peer.equal("the second page", (len(second["content"]), second["number"], second["totalPages"]), (1, 1, 2))
    some = [{"value": id_, "_type": "TaskId"} for id_ in (OTHER["id"], "none")]
    peer.equal("by ids", ids(queried({"_type": "IdFilter", "ids": some})), {OTHER["id"]})
    entity = {"value": OTHER["target"]["id"], "_type": OTHER["target"]["kind"]}
    of_entity = SYSTEM.ids(target=OTHER["target"])
    peer.equal("by entity", ids(queried({"_type": "TaskEntityIdFilter", "id": entity})), of_entity)
    states = {"_type": "TaskStateFilter", "state": ["Failing", "Cancelled"]}
    peer.equal("by state", ids(queried(states)), SYSTEM.ids(state="Failing") | SYSTEM.ids(state="Cancelled"))
    pieces = iter([b'{"page": 0,', b' "size": 50}'])
    chunked = call("POST", data=pieces, headers={"Content-Type": "application/json"})
    peer.equal("a body in chunks", len(chunked.json()["content"]), count)

    # Cancel.
    task = SYSTEM.cancellable[0]["id"]
    peer.true("cancel", call("DELETE", f"/{task}").status_code in (202, 204))
    cancelled = call("GET", f"/{task}").json()
    peer.equal("a cancelled task", (cancelled["state"], "endTime" in cancelled), ("Cancelled", True))

    # Errors.
    for method in ("GET", "DELETE"):
        answer = call(method, "/none")
        members = ["errorCode", "message", "url"]
        peer.equal(f"{method} of no task", (answer.status_code, sorted(answer.json())), (404, members))
    answer = call("POST", json={"page": 0, "size": 1, "filter": {"_type": "None"}})
    peer.equal("no such filter", answer.status_code, 400)
