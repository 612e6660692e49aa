from django.http import HttpResponse
from flask import Flask, Response, jsonify, make_response, render_template, request
from markupsafe import Markup, escape

app = Flask(__name__)


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    # ruleid: python-reflected-html
    return f"<h1>Hello {name}</h1>"


@app.route("/hello/<name>")
def path(name):
    # ruleid: python-reflected-html
    return "<p>" + name + "</p>", 404


@app.route("/made")
def made():
    # ruleid: python-reflected-html
    page = make_response("<b>%s</b>" % request.form["q"])
    return page


def view(request):
    # ruleid: python-reflected-html
    return HttpResponse("<li>{}</li>".format(request.GET["q"]))


@app.route("/escaped")
def escaped():
    # ok: python-reflected-html
    return f"<h1>Hello {escape(request.args['name'])}</h1>"


@app.route("/template")
def template():
    # ok: python-reflected-html
    return render_template("hello.html", name=request.args["name"])


@app.route("/variable")
def variable():
    name = html.escape(request.args["name"])
    page = environment.get_template("hello.html").render(name=request.args["name"])
    # ok: python-reflected-html
    made = make_response("<b>" + name + "</b>")
    # ok: python-reflected-html
    return page


@app.route("/data")
def data():
    # ok: python-reflected-html
    return jsonify(name=request.args["name"])


@app.route("/dictionary")
def dictionary():
    # ok: python-reflected-html
    return {"name": request.args["name"]}


@app.route("/plain")
def plain():
    # ok: python-reflected-html
    return Response("Hello " + request.args["name"], mimetype="text/plain")


@app.route("/lookup")
def lookup():
    # ok: python-reflected-html
    return find_title(request.args["id"])


class Settings(BaseView):
    @expose("/settings/<name>")
    def named(self, name):
        if name == "all":
            # ok: python-reflected-html
            return self.render("settings.html", name=name)
        # ruleid: python-reflected-html
        return "There is no {} here.".format(name), 404

    @expose("/numbers/<int:number>")
    def numbered(self, number):
        # ok: python-reflected-html
        return "There is no {} here.".format(number), 404


@app.route("/join", methods=["POST"])
def join():
    data = request.get_json()
    # ruleid: python-reflected-html
    return make_response(("The name {} is taken".format(data["name"]), 400))
