import traceback

from fastapi import FastAPI, HTTPException
from flask import Flask, jsonify

app = Flask(__name__)
api = FastAPI()


@app.route("/run")
def run():
    try:
        return work()
    except Exception as error:
        # ruleid: python-error-to-client
        return str(error), 500


@app.route("/json")
def as_json():
    try:
        return work()
    except OSError as error:
        # ruleid: python-error-to-client
        return jsonify({"error": f"failed: {error}"})


@app.route("/trace")
def trace():
    try:
        return work()
    except OSError:
        # ruleid: python-error-to-client
        return traceback.format_exc()


@api.get("/api")
def from_api():
    try:
        return work()
    except KeyError as error:
        # ruleid: python-error-to-client
        raise HTTPException(status_code=500, detail=str(error))


@app.route("/fixed")
def fixed():
    try:
        return work()
    except Exception as error:
        app.logger.exception("work failed")
        # ok: python-error-to-client
        return "something went wrong", 500


def inner():
    try:
        return work()
    except ValueError as error:
        # ok: python-error-to-client
        return str(error)


@app.route("/page")
def page():
    try:
        return work()
    except Exception as error:
        # ok: python-error-to-client
        return render_failure(error)
