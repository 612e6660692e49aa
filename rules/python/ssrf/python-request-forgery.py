from urllib.parse import urlparse

import aiohttp
import httpx
import requests
from flask import Flask, abort, request

app = Flask(__name__)
HOSTS = {"api.example.com"}
FEEDS = {"news": "https://example.com/news"}


@app.route("/fetch")
def fetch():
    # ruleid: python-request-forgery
    return requests.get(request.args["url"], timeout=5).text


@app.get("/proxy")
async def proxy(url: str):
    async with aiohttp.ClientSession() as session:
        # ruleid: python-request-forgery
        async with session.get(url) as answer:
            return await answer.text()


@app.route("/host/<host>")
def host(host):
    # ruleid: python-request-forgery
    return httpx.get(f"https://{host}/status").text


@app.route("/path")
def path():
    # ok: python-request-forgery
    return requests.get(f"https://api.example.com/users/{request.args['name']}", timeout=5).text


@app.route("/feed")
def feed():
    # ok: python-request-forgery
    return requests.get(FEEDS[request.args["name"]], timeout=5).text


@app.route("/listed")
def listed():
    url = request.args["url"]
    if urlparse(url).hostname not in HOSTS:
        abort(400)
    # ok: python-request-forgery
    return requests.get(url, timeout=5).text


@app.route("/body")
def body():
    # ok: python-request-forgery
    return requests.post("https://api.example.com/echo", json=request.json, timeout=5).text
