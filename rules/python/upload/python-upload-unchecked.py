import os

from flask import Flask, abort, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
KINDS = {".png", ".jpg"}


@app.post("/upload")
def upload():
    sent = request.files["file"]
    # ruleid: python-upload-unchecked
    sent.save(os.path.join("/srv/files", secure_filename(sent.filename)))
    return ""


@app.post("/many")
def many():
    for sent in request.files.getlist("files"):
        # ruleid: python-upload-unchecked
        sent.save("/srv/files/" + secure_filename(sent.filename))
    return ""


@app.post("/kinds")
def kinds():
    sent = request.files["file"]
    if os.path.splitext(sent.filename)[1] not in KINDS:
        abort(400)
    # ok: python-upload-unchecked
    sent.save(os.path.join("/srv/files", secure_filename(sent.filename)))
    return ""


@app.post("/checked")
def checked():
    sent = request.files.get("file")
    if sent and allowed_file(sent.filename):
        # ok: python-upload-unchecked
        sent.save(os.path.join("/srv/files", secure_filename(sent.filename)))
    return ""


@app.post("/looked-at")
def looked_at():
    sent = request.files.get("file")
    if sent and is_picture(sent):
        # ok: python-upload-unchecked
        sent.save(os.path.join("/srv/files", secure_filename(sent.filename)))
    return ""


@app.route("/kept", methods=["POST"])
def kept():
    file = request.files["file"]
    name = secure_filename(file.filename)
    # ruleid: python-upload-unchecked
    file.save(os.path.join(app.config["UPLOADS"], name))
    return "stored"


@app.route("/looked", methods=["POST"])
def looked():
    file = request.files["file"]
    if not wanted(file.filename):
        return "refused", 400
    name = secure_filename(file.filename)
    # ok: python-upload-unchecked
    file.save(os.path.join(app.config["UPLOADS"], name))
    return "stored"


@app.route("/looked-later", methods=["POST"])
def looked_later():
    file = request.files["file"]
    name = secure_filename(file.filename)
    if wanted(name):
        # ok: python-upload-unchecked
        file.save(os.path.join(app.config["UPLOADS"], name))
    return "stored"
