"""What the peers share: where the simulated systems are, and the counting of checks."""

import json
import logging
import os
import ssl
import sys
import traceback
from importlib import metadata

PASSWORD = os.environ["SIM_PASSWORD"]

with open(os.environ["SIM_SYSTEMS"], encoding="utf-8") as document:
    _KNOWN = json.load(document)

# The certificate that the systems show, which every client verifies.
CA_FILE = _KNOWN["ca_file"]
# requests prefers this over what a session is told.
os.environ["REQUESTS_CA_BUNDLE"] = CA_FILE
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


def tls():
    """A context that trusts the simulated systems and verifies them."""
    context = ssl.create_default_context(cafile=CA_FILE)
    # A certificate that an appliance signed for itself is not strict about its extensions.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context

# The clients log what these checks provoke.
logging.disable(logging.CRITICAL)


class System:
    """A simulated system: its address, its user, and the tasks that stay as they are."""

    def __init__(self, name):
        (known,) = [system for system in _KNOWN["systems"] if system["name"] == name]
        self.url = known["url"]
        self.host = self.url.split("//")[1]
        self.username = known["username"]
        # The last three run, to be cancelled.
        self.tasks, self.cancellable = known["tasks"][:-3], known["tasks"][-3:]

    def task(self, condition):
        """The task in this condition."""
        return next(task for task in self.tasks if task["condition"] == condition)

    def ids(self, **facts):
        """The ids of the tasks of which all of this is true."""
        tasks = self.tasks + self.cancellable
        return {task["id"] for task in tasks if all(task[key] == value for key, value in facts.items())}


class Peer:
    """Counts the checks of one client against one system; leaving it prints the sum and ends the program."""

    def __init__(self, package, system):
        self.name = f"{package} {metadata.version(package)} with {system}"
        self.ran = self.passed = 0

    def true(self, what, condition, seen=None):
        """One check."""
        self.ran += 1
        if condition:
            self.passed += 1
        else:
            print(f"  FAILED {what}: {seen!r}")

    def equal(self, what, seen, expected):
        """One check: the two are equal."""
        self.true(what, seen == expected, f"{seen!r} is not {expected!r}")

    def raises(self, what, kind, call):
        """One check: the call raises this. Returns the exception."""
        try:
            answer = call()
        except kind as error:
            self.true(what, True)
            return error
        except Exception as error:  # pylint: disable=broad-except
            self.true(what, False, error)
            return error
        self.true(what, False, answer)
        return None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.ran += 1
            print("  FAILED, and what follows was not tried:")
            traceback.print_exception(kind, error, trace, file=sys.stdout)
        print(f"{self.name}: {self.passed} of {self.ran} checks passed")
        sys.exit(0 if self.passed == self.ran else 1)
