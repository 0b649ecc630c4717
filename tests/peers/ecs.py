"""Drives the simulated ECS with python-ecsclient, and holds what it answers against the schemas of that client."""

import os
import tempfile

import jsonschema
from ecsclient import schemas
from ecsclient.client import Client
from ecsclient.common.exceptions import ECSClientException

from check import CA_FILE, PASSWORD, Peer, System

SYSTEM = System("ecs")


def client(directory, password=PASSWORD, **more):
    """A client with its own place for the token."""
    return Client(
        "3",
        username=SYSTEM.username,
        password=password,
        token_endpoint=SYSTEM.url + "/login",
        ecs_endpoint=SYSTEM.url,
        verify_ssl=CA_FILE,
        token_path=os.path.join(directory, "token"),
        **more,
    )


def fits(peer, what, document, schema):
    """One check: the document is what the client's own schema describes."""
    try:
        jsonschema.validate(document, schema)
        peer.true(what, True)
    except jsonschema.ValidationError as error:
        peer.true(what, False, error.message)


with Peer("python-ecsclient", "ecs") as peer, tempfile.TemporaryDirectory() as directory:
    # Login, which this client checks by whoami before each request.
    ecs = client(directory)
    who = ecs.user_info.whoami()
    peer.equal("whoami", who["common_name"], SYSTEM.username)
    fits(peer, "whoami has the client's form", who, schemas.WHOAMI)
    token = ecs.get_current_token()
    peer.true("login gives a token", bool(token), token)

    # Nodes, of which a release is read.
    fits(peer, "the nodes have the client's form", ecs.node.list(), schemas.NODE_LIST)

    # Data stores.
    stores = {task["id"].rsplit("/", 1)[0] for task in SYSTEM.tasks}
    listed = ecs.data_store.list()
    fits(peer, "the list has the client's form", listed, schemas.DATA_STORES)
    peer.equal("the data stores", {store["id"] for store in listed["data_store"]}, stores)
    for store in listed["data_store"]:
        peer.equal("the link of a store", store["link"]["href"], f"/vdc/data-stores/commodity/{store['id']}")
        detail = ecs.data_store.get(store["id"])
        fits(peer, "a data store has the client's form", detail, schemas.DATA_STORE)
        peer.equal("the id of a data store", detail["id"], store["id"])
    # The suffix that asks for JSON.
    peer.equal("data-stores.json", ecs.get("vdc/data-stores.json"), listed)

    # A task in each state.
    for known in SYSTEM.tasks:
        store, operation = known["id"].rsplit("/", 1)
        task = ecs.data_store.get_task(store, operation)
        what = f"a task that is {known['state']}"
        fits(peer, f"{what} has the client's form", task, schemas.DATA_STORE_TASK)
        peer.equal(what, (task["state"], task["op_id"], task["name"]), (known["state"], operation, known["operation"]))
        peer.equal(f"{what}: its resource", task["resource"]["id"], known["target"]["id"])
        peer.equal(f"{what}: whether it says why", "service_error" in task, known["condition"] == "failed")
    failed = ecs.data_store.get_task(*SYSTEM.task("failed")["id"].rsplit("/", 1))
    error = failed["service_error"]
    peer.true("the code of a failure is a number", isinstance(error["code"], int), error)
    peer.equal("whether it may be tried again", error["retryable"], False)

    # The tasks of a data store, for which this client has no call of its own, in the form that it knows.
    tasks = ecs.get(f"vdc/data-stores/{store}/tasks")
    fits(peer, "the list of tasks has the client's form", tasks, schemas.DATA_STORE_TASKS)
    ids = {f"{store}/{task['op_id']}" for task in tasks["task"]}
    peer.true("every task is in the list", SYSTEM.ids() <= ids, ids)

    # Errors.
    error = peer.raises("no such task", ECSClientException, lambda: ecs.data_store.get_task(store, "none"))
    peer.equal("no such task: code", (error.http_status, error.ecs_code, error.ecs_retryable), (400, 1008, False))
    error = peer.raises("no such data store", ECSClientException, lambda: ecs.data_store.get_task("10.9.9.9", "none"))
    peer.equal("no such data store: code", (error.http_status, error.ecs_code), (400, 1004))
    error = peer.raises("a role that is missing", ECSClientException, lambda: ecs.data_store.delete(store))
    peer.equal("a role that is missing: code", (error.http_status, error.ecs_code), (403, 3000))
    error = peer.raises("no such path", ECSClientException, lambda: ecs.get("vdc/none"))
    peer.equal("no such path: code", (error.http_status, error.ecs_code), (404, 6404))

    # A dead token: the client logs in again by itself.
    with tempfile.TemporaryDirectory() as other:
        with open(os.path.join(other, "token"), "w", encoding="utf-8") as file:
            file.write("dead")
        again = client(other)
        peer.equal("a dead token is replaced", again.user_info.whoami()["common_name"], SYSTEM.username)
        peer.true("the new token is another", again.get_current_token() not in (None, "dead", token))
        peer.equal("logout of all", again.authentication.logout(force=True), {"user": SYSTEM.username})
    given = client(directory, token=token, cache_token=False)
    error = peer.raises("a token that is no more", ECSClientException, lambda: given.get("vdc/data-stores"))
    peer.equal("a token that is no more: code", (error.http_status, error.ecs_code), (401, 10001))

    # Logout, then a wrong password, and only once: after three the account is locked.
    peer.equal("whoami after that", ecs.user_info.whoami()["common_name"], SYSTEM.username)
    peer.equal("logout", ecs.authentication.logout(), {"user": SYSTEM.username})
    peer.equal("no token is left", ecs.get_current_token(), None)
    with tempfile.TemporaryDirectory() as other:
        wrong = client(other, password="wrong")
        error = peer.raises("a wrong password", ECSClientException, wrong.get_token)
        peer.equal("a wrong password: code", (error.http_status, error.ecs_code, error.ecs_retryable), (401, 401, None))
