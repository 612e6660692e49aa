import shlex


def usage(args=None):
    cmd = "df"
    if args:
        cmd = cmd + " -" + args
    # ruleid: python-salt-command
    return __salt__["cmd.run"](cmd)


def grain(name):
    # ruleid: python-salt-command
    return __salt__["cmd.run_all"]("salt-call grains.get {0}".format(name))


def quoted(name):
    # ok: python-salt-command
    return __salt__["cmd.run"]("salt-call grains.get {0}".format(shlex.quote(name)))


def listed(name):
    # ok: python-salt-command
    return __salt__["cmd.run"](["salt-call", "grains.get", name], python_shell=False)


def allowed(args):
    flags = ""
    for flag in args:
        if flag in ("a", "h"):
            flags += flag
    # ok: python-salt-command
    return __salt__["cmd.run"]("df -{0}".format(flags))


def fixed():
    # ok: python-salt-command
    return __salt__["cmd.run"]("df -P")
