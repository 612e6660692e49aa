import json

from django.shortcuts import render
from flask import render_template, request


def board(request):
    tasks = Task.objects.filter(owner=request.user)
    # ruleid: python-json-in-template
    return render(request, "board.html", {"title": "Board", "tasks": json.dumps(list(tasks.values()))})


def page():
    words = request.args.get("q")
    # ruleid: python-json-in-template
    return render_template("page.html", words=json.dumps(words))


def stored(request, cursor):
    rows = [{"name": row[0]} for row in cursor.fetchall()]
    # ruleid: python-json-in-template
    return render(request, "board.html", {"rows": json.dumps(rows)})


def handed_over(request):
    # ok: python-json-in-template
    return render(request, "board.html", {"tasks": list(Task.objects.all())})


def made_for_html(request):
    rows = list(Task.objects.all())
    # ok: python-json-in-template
    return render(request, "board.html", {"tasks": json.dumps(rows, cls=EncoderForHTML)})


def counted(request):
    number = Task.objects.count()
    task = Task.objects.get(pk=1)
    # ok: python-json-in-template
    return render(request, "board.html", {"open": json.dumps(task is not None), "number": json.dumps(len(task.steps))})


def own(request):
    # ok: python-json-in-template
    return render(request, "board.html", {"kinds": json.dumps(["a", "b"])})
