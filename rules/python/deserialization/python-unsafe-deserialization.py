import base64
import hmac
import json
import pickle

import yaml
from flask import Flask, abort, request

app = Flask(__name__)


@app.post("/load")
def load():
    # ruleid: python-unsafe-deserialization
    return str(pickle.loads(base64.b64decode(request.cookies["state"])))


@app.post("/settings")
def settings():
    # ruleid: python-unsafe-deserialization
    return str(yaml.load(request.data, Loader=yaml.Loader))


@app.post("/json")
def as_json():
    # ok: python-unsafe-deserialization
    return json.loads(request.data)


@app.post("/safe")
def safe():
    # ok: python-unsafe-deserialization
    return str(yaml.load(request.data, Loader=yaml.SafeLoader))


@app.post("/signed")
def signed():
    data = request.data
    if not hmac.compare_digest(sign(data), request.headers["X-Signature"]):
        abort(403)
    # ok: python-unsafe-deserialization
    return str(pickle.loads(data))


def cache():
    with open("cache.bin", "rb") as file:
        # ok: python-unsafe-deserialization
        return pickle.load(file)
