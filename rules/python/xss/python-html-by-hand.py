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


def shown(number):
    if isinstance(number, int):
        # ok: python-html-by-hand
        return mark_safe(number)
    if isinstance(number, str):
        # ruleid: python-html-by-hand
        return mark_safe(number)
    return number


def kept(value):
    if hasattr(value, "__html__"):
        # ok: python-html-by-hand
        return Markup(value)
    return escape(value)


def mark_as_safe(value):
    # ok: python-html-by-hand
    return mark_safe(value)


def hidden(form):
    # ok: python-html-by-hand
    return mark_safe(str(form["id"]))


def cut(value, arg):
    is_safe = isinstance(value, SafeData)
    value = value.replace(arg, "")
    if is_safe and arg != ";":
        # ok: python-html-by-hand
        return mark_safe(value)
    # ruleid: python-html-by-hand
    return mark_safe(value)


def indented(depth):
    indent = "\t" * depth
    # ok: python-html-by-hand
    return "%s<ul></ul>" % indent


def joined(value, autoescape=True):
    if autoescape:
        value = conditional_escape(value)
    # ok: python-html-by-hand
    return mark_safe(value)


def link(word, safe_input):
    if safe_input:
        # ok: python-html-by-hand
        return mark_safe(word)
    return escape(word)


def link_otherwise(word, unsafe):
    if unsafe:
        # ruleid: python-html-by-hand
        return mark_safe(word)
    return escape(word)


def indented(text, width):
    if isinstance(text, Markup):
        # ok: python-html-by-hand
        width = Markup(width)
    return width + text


def without_tags(value):
    # ok: python-html-by-hand
    return Markup(str(value)).striptags()


def rows(items):
    html = []
    for key, value in items:
        # ok: python-html-by-hand
        html.append(f"<tr><th>{escape(key)}</th></tr>")
        # ruleid: python-html-by-hand
        html.append(f"<tr><td>{unescape(value)}{value}</td></tr>")
    return html
