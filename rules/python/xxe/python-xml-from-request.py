import defusedxml.ElementTree
from flask import Flask, request
from lxml import etree
from xml.etree import ElementTree

app = Flask(__name__)


@app.post("/lxml")
def with_lxml():
    # ruleid: python-xml-from-request
    return etree.fromstring(request.data).tag


@app.post("/standard")
def standard():
    # ruleid: python-xml-from-request
    return ElementTree.fromstring(request.get_data()).tag


@app.post("/strict")
def strict():
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    # ok: python-xml-from-request
    return etree.fromstring(request.data, parser).tag


@app.post("/defused")
def defused():
    # ok: python-xml-from-request
    return defusedxml.ElementTree.fromstring(request.data).tag


def settings():
    # ok: python-xml-from-request
    return ElementTree.parse("settings.xml")
