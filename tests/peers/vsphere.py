"""Drives the simulated vSphere with the vendor's client over SOAP: sessions, tasks, waiting, history."""

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

from check import PASSWORD, Peer, System, tls

SYSTEM = System("vsphere")
NONE = "task-none"


def connect(password=PASSWORD):
    """A session, as the vendor's samples open it."""
    host, port = SYSTEM.host.rsplit(":", 1)
    return SmartConnect(host=host, port=int(port), user=SYSTEM.username, pwd=password, sslContext=tls())


def reads(peer, si):
    """Every task is what the system says that it is."""
    words = {"success": "success", "error": "error"}
    for known in SYSTEM.tasks:
        info = vim.Task(known["id"], si._stub).info
        peer.equal(f"state of {known['id']}", info.state, words.get(known["state"], known["state"]))
        peer.equal(f"user of {known['id']}", info.reason.userName, known["user"])
        peer.equal(f"operation of {known['id']}", info.descriptionId, known["operation"])
        peer.equal(f"target of {known['id']}", info.entity._moId, known["target"]["id"])
        peer.true(f"times of {known['id']}", info.completeTime is None or info.startTime <= info.completeTime, info)
    failed = vim.Task(SYSTEM.task("failed")["id"], si._stub).info
    peer.equal("why it failed", failed.error.msg, "No space left")
    cancelled = vim.Task(SYSTEM.task("cancelled")["id"], si._stub).info
    peer.true("a cancelled task", isinstance(cancelled.error, vmodl.fault.RequestCanceled), cancelled.error)
    error = peer.raises("no such task", vmodl.fault.ManagedObjectNotFound, lambda: vim.Task(NONE, si._stub).info)
    peer.equal("which one", error.obj._moId, NONE)


def recent(peer, si):
    """What has not ended is among the recent tasks."""
    ids = {task._moId for task in si.content.taskManager.recentTask}
    peer.true("recent tasks", SYSTEM.ids(state="running") <= ids, ids)


def waits(peer, si):
    """A task is waited for by a property collector until it has been cancelled."""
    task = vim.Task(SYSTEM.cancellable[0]["id"], si._stub)
    peer.equal("a task to cancel", task.info.state, "running")
    task.CancelTask()
    peer.raises("the wait ends", vmodl.fault.RequestCanceled, lambda: WaitForTask(task, si=si))
    peer.true("a cancel was asked for", task.info.cancelled, task.info)
    peer.raises("cancel again", vim.fault.InvalidState, task.CancelTask)
    peer.raises("cancel of no task", vmodl.fault.ManagedObjectNotFound, vim.Task(NONE, si._stub).CancelTask)


def history(peer, si):
    """A collector gives what fits, a page at a time, and is destroyed."""
    manager = si.content.taskManager
    user = vim.TaskFilterSpec.ByUsername(systemUser=False, userList=["backup@vsphere.local"])
    collector = manager.CreateCollectorForTasks(vim.TaskFilterSpec(userName=user, state=["error"]))
    found = []
    while page := collector.ReadNextTasks(1):
        found.extend(info.key for info in page)
    wanted = SYSTEM.ids(user="backup@vsphere.local", state="error")
    peer.equal("the history by user and state", set(found), wanted)
    peer.equal("nothing twice", len(found), len(wanted))
    collector.DestroyCollector()
    peer.raises("a collector that is no more", vmodl.fault.ManagedObjectNotFound, lambda: collector.ReadNextTasks(1))


with Peer("pyvmomi", "vsphere") as peer:
    peer.raises("a wrong password", vim.fault.InvalidLogin, lambda: connect("wrong"))
    si = connect()
    peer.equal("what it is", si.content.about.apiType, "VirtualCenter")
    reads(peer, si)
    recent(peer, si)
    waits(peer, si)
    history(peer, si)
    task = vim.Task(SYSTEM.tasks[0]["id"], si._stub)
    Disconnect(si)
    peer.raises("a task without a session", vmodl.fault.SecurityError, lambda: task.info)
