import ast


def calculate(expression):
    # ruleid: python-code-from-argument
    return eval(expression)


def script(request_body: str):
    names = {}
    # ruleid: python-code-from-argument
    exec("result = " + request_body, {}, names)
    return names


def ask():
    # ruleid: python-code-from-argument
    return eval(input("number? "))


def checked(expression):
    if not all(character in "0123456789+-*/ " for character in expression):
        raise ValueError(expression)
    # ok: python-code-from-argument
    return eval(expression)


def literal(text):
    # ok: python-code-from-argument
    return ast.literal_eval(text)


def constant():
    # ok: python-code-from-argument
    return eval("1 + 1")


def total(numbers):
    # ok: python-code-from-argument
    return eval(str(numbers[0]) + "+" + str(numbers[1]))


def run_compiled(code: CodeType, names):
    # ok: python-code-from-argument
    exec(code, names)


def run_text(code: str, names):
    # ruleid: python-code-from-argument
    exec(code, names)


def settings(name, names):
    with open(name) as file:
        # ok: python-code-from-argument
        exec(compile(file.read(), name, "exec"), names)


def _compile(source, name):
    # ok: python-code-from-argument
    return compile(source, name, "exec")


def run_as_compiled(source, name):
    # ruleid: python-code-from-argument
    exec(compile(source, name, "exec"))
