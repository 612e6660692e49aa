import re

# ruleid: python-pattern-slow
WORDS = re.compile(r"^(\w+\s*)*$")
# ruleid: python-pattern-slow
LETTERS = re.compile("^(a+)+$")


def check(text):
    # ruleid: python-pattern-slow
    if re.match(r"^([a-zA-Z0-9]+)*@", text):
        return True
    # ruleid: python-pattern-slow
    return re.search("(x*)*y", text)


# ok: python-pattern-slow
ONCE = re.compile(r"^[\w\s]*$")
# ok: python-pattern-slow
PARTED = re.compile(r"^\w+(,\w+)*$")
# ok: python-pattern-slow
BOUNDED = re.compile(r"^([0-9]{1,3}\.){3}[0-9]{1,3}$")
# ok: python-pattern-slow
DATES = re.compile(r"^\d{4}-\d{2}-\d{2}$")
