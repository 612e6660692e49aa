import re

from flask import Flask, request

app = Flask(__name__)


@app.route("/find")
def find():
    # ruleid: python-pattern-from-request
    found = re.findall(request.args["pattern"], "text")
    # ruleid: python-pattern-from-request
    matcher = re.compile("^" + request.args["start"])
    # ok: python-pattern-from-request
    matcher = re.compile("^" + re.escape(request.args["start"]))
    # ok: python-pattern-from-request
    return str(re.match("[a-z]+", request.args["text"]))
