from html import escape

from django.http import HttpResponseNotFound


def greeting(name):
    # ruleid: python-html-by-hand
    return f"<h1>Hello {name}</h1>"


def card(title, text: str):
    # ruleid: python-html-by-hand
    return "<div>" + text + "</div>"


def image(url):
    # ruleid: python-html-by-hand
    return '<img src="%s" class="small">' % url


def missing(request, shop):
    # ruleid: python-html-by-hand
    return HttpResponseNotFound(f"There is no shop {shop}")


def escaped(name):
    # ok: python-html-by-hand
    return f"<h1>Hello {escape(name)}</h1>"


def described(kind):
    # ok: python-html-by-hand
    return f"<Thing of {kind}>"


def numbered(count):
    # ok: python-html-by-hand
    return "<b>" + str(int(count)) + "</b>"
