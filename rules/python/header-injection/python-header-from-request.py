from django.http import HttpResponse
from flask import Flask, Response, request

app = Flask(__name__)
KINDS = {"text/plain", "text/csv"}


@app.route("/kind")
def kind():
    response = Response("text")
    # ruleid: python-header-from-request
    response.headers["Content-Type"] = request.args.get("kind")
    return response


@app.route("/typed")
def typed():
    wanted = request.args["type"]
    # ruleid: python-header-from-request
    return Response("text", content_type=wanted)


def view(request):
    response = HttpResponse("text")
    # ruleid: python-header-from-request
    response["X-Name"] = request.GET["name"]
    return response


@app.route("/chosen")
def chosen():
    wanted = request.args["type"]
    if wanted not in KINDS:
        wanted = "text/plain"
    # ok: python-header-from-request
    return Response("text", content_type=wanted)


@app.route("/fixed")
def fixed():
    response = Response(request.args["text"])
    # ok: python-header-from-request
    response.headers["Content-Type"] = "text/plain"
    return response


async def signed(request, handler):
    # ok: python-header-from-request
    request.headers["Authorization"] = sign(request.method) + request.body
    return await handler(request)
