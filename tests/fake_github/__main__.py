"""`python -m tests.fake_github --port 9000`: the fake as a process of its own, until it is told to stop."""

import argparse
import signal
import sys

from tests.fake_github.control import Control
from tests.fake_github.hub import FakeGitHub
from tests.fake_github.packages import NpmMissingError, install_packages


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_github", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; a free one when it is 0")
    parser.add_argument("--unlimited", action="store_true", help="let content be created at any rate")
    given = parser.parse_args()
    try:
        packages = install_packages()
    except NpmMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    hub = FakeGitHub(packages=packages, port=given.port, contents_per_minute=None if given.unlimited else 80)
    hub.application.pages = (*hub.application.pages, Control(hub).page)
    with hub:
        sys.stdout.write(f"{hub.url}\n")
        sys.stdout.flush()
        signal.sigwait(stop)
        sys.stderr.writelines(f"violation: {each}\n" for each in hub.take_violations())
    return 0


if __name__ == "__main__":
    sys.exit(main())
