import json

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from flask import Flask, Response, jsonify, make_response

app = Flask(__name__)


@app.route("/names/<name>")
def names(name):
    if name == "all":
        # ok: python-json-as-html
        return jsonify({"name": name})
    if name == "typed":
        # ok: python-json-as-html
        return Response(json.dumps({"name": name}), mimetype="application/json")
    if name == "made":
        # ok: python-json-as-html
        answer = make_response(json.dumps({"name": name}))
        answer.headers["Content-Type"] = "application/json"
        return answer
    if name == "none":
        # ok: python-json-as-html
        return Response(json.dumps({"name": name}), 404, {"Content-Type": "application/json"})
    # ruleid: python-json-as-html
    return Response(json.dumps({"name": name}))


def save(request):
    form = NameForm(request.POST)
    if not form.is_valid():
        # ruleid: python-json-as-html
        return HttpResponseBadRequest(form.errors.as_json())
    if form.old:
        # ruleid: python-json-as-html
        return HttpResponse(json.dumps(form.cleaned_data))
    if form.older:
        # ok: python-json-as-html
        return HttpResponse(json.dumps(form.cleaned_data), content_type="application/json")
    # ok: python-json-as-html
    return JsonResponse(form.cleaned_data)
