import os
import shlex
import subprocess

from flask import Flask, request

app = Flask(__name__)
COMMANDS = {"up": "uptime", "df": "df -h"}


@app.route("/ping")
def ping():
    host = request.args.get("host")
    # ruleid: python-command-injection
    os.system("ping -c 1 " + host)
    # ruleid: python-command-injection
    return subprocess.check_output(f"ping -c 1 {host}", shell=True)


@app.get("/trace/{host}")
async def trace(host: str):
    command = "traceroute %s" % host
    # ruleid: python-command-injection
    subprocess.run(["sh", "-c", command])
    # ruleid: python-command-injection
    os.popen("traceroute {}".format(host))


def view(request):
    # ruleid: python-command-injection
    subprocess.Popen(request.GET["tool"], shell=True)


@app.route("/quoted")
def quoted():
    host = shlex.quote(request.args["host"])
    # ok: python-command-injection
    os.system("ping -c 1 " + host)
    # ok: python-command-injection
    subprocess.run(["ping", "-c", "1", request.args["host"]], check=True)
    return ""


@app.route("/table")
def table():
    # ok: python-command-injection
    return os.popen(COMMANDS[request.args["name"]]).read()


@app.route("/listed")
def listed():
    name = request.args["name"]
    if name not in ("uptime", "df"):
        return "unknown", 400
    # ok: python-command-injection
    return os.popen(name).read()


@app.route("/count/<int:times>")
def count(times):
    # ok: python-command-injection
    os.system("ping -c %d localhost" % times)
    # ok: python-command-injection
    os.system("ping -c %s localhost" % int(request.args["times"]))
    return ""


@app.route("/matched")
def matched():
    host = request.args["host"]
    if not re.fullmatch(r"[a-z0-9.]+", host):
        abort(400)
    # ok: python-command-injection
    os.system("ping -c 1 " + host)


def backup():
    # ok: python-command-injection
    os.system("tar czf /backup/all.tgz /srv")
