import os
from pathlib import Path

import flask
from fastapi.responses import FileResponse
from flask import Flask, request, send_file, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
BASE = "/srv/files"
ROOT = Path("/srv/files")


@app.route("/read")
def read():
    name = request.args.get("name")
    # ruleid: python-path-traversal
    with open(os.path.join(BASE, name)) as file:
        return file.read()


@app.route("/send/<path:name>")
def send(name):
    # ruleid: python-path-traversal
    return send_file(f"{BASE}/{name}")


@app.get("/download")
def download(name: str = "a.txt"):
    # ruleid: python-path-traversal
    return FileResponse(ROOT / name)


def view(request):
    # ruleid: python-path-traversal
    text = (ROOT / request.GET["name"]).read_text()
    # ruleid: python-path-traversal
    os.remove(BASE + request.POST["old"])
    return text


@app.post("/upload")
def upload():
    sent = request.files["file"]
    # ruleid: python-path-traversal
    sent.save(os.path.join(BASE, sent.filename))
    # ok: python-path-traversal
    sent.save(os.path.join(BASE, secure_filename(sent.filename)))
    return ""


@app.route("/base")
def base():
    # ok: python-path-traversal
    return open(os.path.join(BASE, os.path.basename(request.args["name"]))).read()


@app.route("/directory")
def directory():
    # ok: python-path-traversal
    return send_from_directory(BASE, request.args["name"])


@app.route("/real")
def real():
    path = os.path.realpath(os.path.join(BASE, request.args["name"]))
    if not path.startswith(BASE + os.sep):
        flask.abort(404)
    # ok: python-path-traversal
    return open(path).read()


@app.route("/relative")
def relative():
    path = (ROOT / request.args["name"]).resolve()
    if not path.is_relative_to(ROOT):
        flask.abort(404)
    # ok: python-path-traversal
    return path.read_text()


@app.route("/prefix")
def prefix():
    path = os.path.join(BASE, request.args["name"])
    if not path.startswith(BASE):
        flask.abort(404)
    # ruleid: python-path-traversal
    return open(path).read()


@app.route("/page/<int:number>")
def page(number):
    # ok: python-path-traversal
    return open(f"{BASE}/{number}.txt").read()


@app.route("/relative/<name>")
def relative(name):
    # ok: python-path-traversal
    if pathlib.Path(name).is_absolute():
        flask.abort(404)
    # ruleid: python-path-traversal
    return pathlib.Path(name).read_text()


@app.route("/joined")
def joined():
    name = request.args.get("name", "")
    path = os.path.join(BASE, name)
    if not name.isalnum() or not os.path.exists(path):
        flask.abort(404)
    # ok: python-path-traversal
    return open(path).read()


@app.route("/listed")
def listed():
    name = request.args["name"]
    path = os.path.join(BASE, name)
    if name not in ("a", "b"):
        flask.abort(404)
    # ok: python-path-traversal
    return open(path).read()


@app.route("/long")
def long():
    name = request.args["name"]
    path = os.path.join(BASE, name)
    if not name.strip():
        flask.abort(404)
    # ruleid: python-path-traversal
    return open(path).read()
