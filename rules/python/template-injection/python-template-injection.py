import jinja2
from flask import Flask, request, render_template, render_template_string

app = Flask(__name__)
environment = jinja2.Environment(autoescape=True)


@app.route("/hello")
def hello():
    # ruleid: python-template-injection
    return render_template_string("<h1>Hello " + request.args["name"] + "</h1>")


@app.route("/card/<name>")
def card(name):
    page = f"<p>{name}</p>"
    # ruleid: python-template-injection
    return environment.from_string(page).render()


@app.route("/fixed")
def fixed():
    # ok: python-template-injection
    return render_template_string("<h1>Hello {{ name }}</h1>", name=request.args["name"])


@app.route("/file")
def file():
    # ok: python-template-injection
    return render_template("hello.html", name=request.args["name"])
