import ast
import importlib

from flask import Flask, request

app = Flask(__name__)
PLUGINS = ("csv", "json")


@app.route("/calculate")
def calculate():
    # ruleid: python-code-injection
    return str(eval(request.args["expression"]))


@app.post("/run")
async def run(code: str):
    # ruleid: python-code-injection
    exec(code, {"__builtins__": {}})


@app.route("/plugin/<name>")
def plugin(name):
    # ruleid: python-code-injection
    return importlib.import_module("plugins." + name).run()


@app.route("/literal")
def literal():
    # ok: python-code-injection
    return str(ast.literal_eval(request.args["value"]))


@app.route("/number")
def number():
    # ok: python-code-injection
    return str(eval("2 ** %d" % int(request.args["power"])))


@app.route("/known/<name>")
def known(name):
    if name in PLUGINS:
        # ok: python-code-injection
        return importlib.import_module(name).run()
    return "", 404
