from urllib.parse import quote

import requests
from flask import Flask, request

app = Flask(__name__)


@app.route("/person")
def person():
    name = request.args["name"]
    # ruleid: python-url-path-from-request
    return requests.get("https://api.example.org/people/" + name, timeout=5).json()


@app.route("/shop/<shop>")
def shop(shop):
    # ruleid: python-url-path-from-request
    return requests.get(f"https://api.example.org/shops/{shop}", timeout=5).json()


@app.route("/quoted")
def quoted():
    name = quote(request.args["name"], safe="")
    # ok: python-url-path-from-request
    return requests.get("https://api.example.org/people/" + name, timeout=5).json()


@app.route("/number/<int:number>")
def number(number):
    # ok: python-url-path-from-request
    return requests.get(f"https://api.example.org/people/{int(number)}", timeout=5).json()
