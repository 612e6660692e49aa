from urllib.parse import urlparse

from django.http import HttpResponseRedirect
from flask import Flask, abort, redirect, request, url_for

app = Flask(__name__)


@app.route("/login")
def login():
    # ruleid: python-open-redirect
    return redirect(request.args.get("next"))


@app.route("/go/<path:target>")
def go(target):
    # ruleid: python-open-redirect
    return redirect("https://" + target)


def view(request):
    # ruleid: python-open-redirect
    return HttpResponseRedirect(request.GET["next"])


@app.route("/fixed")
def fixed():
    # ok: python-open-redirect
    return redirect(url_for("page", name=request.args["name"]))


@app.route("/local")
def local():
    # ok: python-open-redirect
    return redirect("/users/" + request.args["name"])


@app.route("/format")
def format():
    # ok: python-open-redirect
    return redirect(f"https://example.com/{request.args['name']}")


@app.route("/host")
def host():
    target = request.args["next"]
    if urlparse(target).netloc != "example.com":
        abort(400)
    # ok: python-open-redirect
    return redirect(target)


def checked(request):
    target = request.GET["next"]
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={"example.com"}):
        target = "/"
    # ok: python-open-redirect
    return HttpResponseRedirect(target)


@app.route("/partner")
def partner():
    target = request.args["target"]
    if target.startswith("https://partner.example.com/"):
        # ok: python-open-redirect
        return redirect(target)
    if target.startswith("https://partner.example.com"):
        # ruleid: python-open-redirect
        return redirect(target)
    return redirect("/")


def again(request):
    # ok: python-open-redirect
    return HttpResponseRedirect(request.get_full_path())


def language(request):
    target = request.POST.get("next")
    if (target or request.method == "POST") and not url_has_allowed_host_and_scheme(
        url=target, allowed_hosts={request.get_host()}
    ):
        target = "/"
    # ok: python-open-redirect
    return HttpResponseRedirect(target)


def language_unchecked(request):
    target = request.POST.get("next")
    if target or request.method == "POST":
        log(url=target)
    # ruleid: python-open-redirect
    return HttpResponseRedirect(target)


@app.route("/on")
def on():
    target = request.args.get("next")
    # ruleid: python-open-redirect
    return Response("", status=302, headers={"Location": target})


def forward(request):
    response = HttpResponse(status=302)
    # ruleid: python-open-redirect
    response["Location"] = request.GET.get("next", "/")
    # ok: python-open-redirect
    response["X-Name"] = request.GET.get("name", "")
    return response


def translated(request):
    language = request.POST.get("language")
    if language and check_for_language(language):
        # ok: python-open-redirect
        return redirect(translate_url("/", language))
    # ruleid: python-open-redirect
    return redirect(translate_url("/", language))
