from flask import Flask, request
from lxml import etree

app = Flask(__name__)
tree = etree.parse("users.xml")


@app.route("/user")
def user():
    name = request.args["name"]
    # ruleid: python-xpath-injection
    found = tree.xpath("//user[@name='" + name + "']")
    # ruleid: python-xpath-injection
    tree.find(f"./user[@name='{name}']")
    # ok: python-xpath-injection
    found = tree.xpath("//user[@name=$name]", name=name)
    # ok: python-xpath-injection
    tree.xpath("//user[%d]" % int(request.args["number"]))
    return str(found)


@app.route("/quoted")
def quoted():
    name = request.args["name"]
    if "'" in name:
        return ""
    # ok: python-xpath-injection
    return str(tree.xpath("//user[@name='" + name + "']"))
