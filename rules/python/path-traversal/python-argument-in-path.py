import os
from pathlib import Path

REPORTS = "/srv/reports"


def read_report(file_name):
    # ruleid: python-argument-in-path
    with open(os.path.join(REPORTS, file_name)) as report:
        return report.read()


def drop(user_id: str) -> None:
    path = f"/srv/avatars/{user_id}.png"
    # ruleid: python-argument-in-path
    os.remove(path)


def show(page="index"):
    path = REPORTS + "/" + page
    # ruleid: python-argument-in-path
    return Path(path).read_text()


def checked(file_name):
    path = os.path.realpath(os.path.join(REPORTS, file_name))
    if not path.startswith(REPORTS + os.sep):
        raise ValueError(file_name)
    # ok: python-argument-in-path
    return open(path)


def plain(file_name):
    # ok: python-argument-in-path
    return open(os.path.join(REPORTS, os.path.basename(file_name)))


def configured(path):
    # ok: python-argument-in-path
    return open(os.path.join(path, "settings.ini"))


def whole(path):
    # ok: python-argument-in-path
    return open(path)


def dotted(name):
    if ".." in name or name.startswith("/"):
        raise ValueError(name)
    # ok: python-argument-in-path
    return open(os.path.join(REPORTS, name))


class Store:
    def read(self, name):
        # ok: python-argument-in-path
        return open(os.path.join(self.folder, name))


def certificate(base_path):
    # ok: python-argument-in-path
    return open(f"{base_path}.crt")
