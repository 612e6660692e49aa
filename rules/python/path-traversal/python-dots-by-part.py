import os


def cleaned(name):
    # ruleid: python-dots-by-part
    return open(os.path.join("reports", name.replace("../", "")))


def looked_at(names):
    for name in names:
        # ruleid: python-dots-by-part
        if "/../" in name:
            raise ValueError(name)


def looked_at_both(name):
    # ok: python-dots-by-part
    if "/../" in name or name.startswith("../"):
        raise ValueError(name)


def whole(name):
    # ok: python-dots-by-part
    if ".." in name:
        raise ValueError(name)


def shown(name):
    # ok: python-dots-by-part
    return name.replace("...", "…")


def parted(name):
    # ok: python-dots-by-part
    return os.path.basename(name).replace(".txt", "")
