import pytest

from reviewbot.change import SourceFile
from reviewbot.policy import Severity
from reviewbot.scanners.bandit import Bandit

LOADS = "import pickle\n\n\ndef copied(value, other):\n    data = {}\n    return pickle.loads({})\n"

PROGRAM = """
def f(name, other):
    with open(name) as file:
        {}(compile(file.read(), {}, 'exec'), {{}})
"""


def _severities(code: str, test_id: str) -> set[Severity]:
    (scan,) = Bandit().scan([[SourceFile("a.py", code)]])
    return {finding.severity for finding in scan.findings if finding.rule_id == test_id}


@pytest.mark.parametrize(
    "statement",
    [
        'f"SELECT name FROM users WHERE id = ?"',
        '"SELECT name FROM users " + "WHERE id = ?"',
        'f"SELECT name FROM {USERS} WHERE id = ?"',
        '"SELECT name FROM users WHERE id IN (%s)" % ",".join("?" * len(ids))',
        '"SELECT name FROM users WHERE id IN ({})".format(", ".join(["%s" for _ in ids]))',
    ],
)
def test_a_statement_without_a_value_in_it_is_no_injection(statement: str) -> None:
    assert _severities(f"cursor.execute({statement}, ids)\n", "B608") <= {Severity.LOW}


@pytest.mark.parametrize(
    "statement",
    [
        "f\"SELECT name FROM users WHERE id = '{name}'\"",
        '"SELECT name FROM users WHERE id = " + name',
        '"SELECT name FROM users WHERE id = %s" % name',
        '"SELECT name FROM users WHERE id = {}".format(name)',
        'f"SELECT name FROM {USERS} WHERE id = {name}"',
        '"SELECT name FROM users WHERE id IN (%s)" % ",".join(ids)',
    ],
)
def test_a_statement_with_a_value_in_it_stays_what_it_was(statement: str) -> None:
    assert _severities(f"cursor.execute({statement})\n", "B608") == {Severity.MEDIUM}


@pytest.mark.parametrize(
    "body",
    [
        'table = connection.ops.quote_name(name)\n    cursor.execute("SELECT COUNT(*) FROM %s" % table)',
        'cursor.execute("DELETE FROM %(t)s WHERE id = %%s" % {"t": self.quote_name(name)}, [1])',
        "cursor.execute(f\"SELECT {', '.join(map(self.quote_name, names))} FROM users\")",
        'raise Error("Cannot read the version with SELECT version FROM settings of %s" % name)',
        (
            'only = "id = ?" if name else "1 = 1"\n    only = "id = ?"\n    limit = int(name)\n'
            '    cursor.execute(f"SELECT name FROM users WHERE id = ? LIMIT {limit}", [1])'
        ),
        (
            'part = ", ".join(f"{n} = EXCLUDED.{n}" for n in map(self.quote_name, names))\n'
            '    cursor.execute("INSERT INTO users VALUES (?) ON CONFLICT DO UPDATE SET %s" % part)'
        ),
    ],
)
def test_a_name_that_the_database_quoted_and_a_number_are_no_values(body: str) -> None:
    code = f"def f(self, name, names):\n    {body}\n"
    assert _severities(code, "B608") <= {Severity.LOW}


@pytest.mark.parametrize(
    "body",
    [
        'for table in names:\n        cursor.execute("SELECT COUNT(*) FROM %s" % table)',
        'cursor.execute("SELECT COUNT(*) FROM %s" % self.meta.db_table)',
        'sql, params = name.as_sql()\n    cursor.execute("SELECT * FROM (%s) subquery" % sql, params)',
        'sql, params = name.as_sql()\n    sql = "(%s)" % sql\n    cursor.execute(f"SELECT * FROM {sql}", params)',
        'cursor.execute("SELECT 1 FROM DUAL WHERE DUMMY %s" % self._operators["contains"], ["X"])',
        'found = ["a"]\n    found.append("b")\n    cursor.execute("SELECT a FROM users WHERE " + " AND ".join(found))',
    ],
)
def test_what_by_its_name_is_part_of_the_statement_is_no_value(body: str) -> None:
    code = f"def f(self, name, names):\n    {body}\n"
    assert _severities(code, "B608") <= {Severity.LOW}


@pytest.mark.parametrize(
    "body",
    [
        'table = quote_name(name)\n    table = name\n    cursor.execute("SELECT COUNT(*) FROM %s" % table)',
        'name = "x" if names else name\n    cursor.execute("SELECT COUNT(*) FROM %s" % name)',
        'table = "users "\n    table += name\n    cursor.execute("SELECT COUNT(*) FROM %s" % table)',
        'for name in names:\n        cursor.execute("SELECT COUNT(*) FROM %s" % name)',
        'sql = "a = %s" % name\n    cursor.execute("SELECT COUNT(*) FROM users WHERE %s" % sql)',
        'sql = "a = 1"\n    sql += name\n    cursor.execute("SELECT COUNT(*) FROM users WHERE %s" % sql)',
        'found = []\n    found.append(name)\n    cursor.execute("SELECT a FROM users WHERE " + " AND ".join(found))',
        'found = {}\n    found["a"] = name\n    cursor.execute("SELECT a FROM users WHERE %s" % found)',
        'cursor.execute("SELECT a FROM users ORDER BY %s" % self.order)',
        "cursor.execute(\"SELECT COUNT(*) FROM %s WHERE name = '%s'\" % (quote_name(name), name))",
        "cursor.execute(f\"SELECT {', '.join(map(self.upper, names))} FROM users\")",
    ],
)
def test_a_name_that_may_hold_something_else_is_a_value(body: str) -> None:
    code = f"def f(self, name, names):\n    {body}\n"
    assert _severities(code, "B608") == {Severity.MEDIUM}


@pytest.mark.parametrize(
    ("code", "test_id"),
    [
        ("import hashlib\ndef cache_key(name):\n    return hashlib.sha1(name).hexdigest()\n", "B324"),
        ("import hashlib\nclass TemplateCache:\n    def key(self, name):\n        return hashlib.md5(name)\n", "B324"),
        ("import hashlib\nclass Session:\n    def f(self, k):\n        a = hashlib.sha1(k + WS_KEY)\n", "B324"),
        ("import hashlib\naccept = hashlib.sha1(key + WS_KEY).digest()\n", "B324"),
        ("import hashlib\ndef file_path(url):\n    return hashlib.sha1(url).hexdigest()\n", "B324"),
        ("import hashlib\nimage_guid = hashlib.sha1(url).hexdigest()\n", "B324"),
        ("import hashlib\ndef fingerprint(request):\n    return hashlib.sha1(request.body)\n", "B324"),
        ("if host in {'0.0.0.0', '::'}:\n    pass\n", "B104"),
        ("if host == '0.0.0.0':\n    pass\n", "B104"),
        ("def name(self):\n    host = '0.0.0.0'\n    return f'http://{host}/'\n", "B104"),
        ("def name(self):\n    host = '0.0.0.0' if self.all else self.host\n    return URL.build(host=host)\n", "B104"),
        ("def f(code: types.CodeType, names):\n    exec(code, names)\n", "B102"),
        (PROGRAM.format("exec", "name"), "B102"),
        (PROGRAM.format("eval", "name"), "B307"),
        ("from xml.dom import pulldom\npulldom.parse(stream, make())\n", "B319"),
        ("def f(self, password_field_name='password1'):\n    pass\n", "B107"),
        ("keys = {\n    'SECRET_KEY': None,\n    'other': 1,\n}\n", "B105"),
        ("keys = {\n    'secret': '\u3299',\n    'other': 1,\n}\n", "B105"),
        ("token = 'is not'\n", "B105"),
        ("SESSION_TOKEN = '_password_reset_token'\n", "B105"),
        ("reset_token = 'set-password'\n", "B105"),
        ("TOKEN_SPECIALS = '!#$%&*+-.^_|~'\n", "B105"),
        ("from django.db.models.expressions import RawSQL\nRawSQL(*given)\n", "B611"),
        ("def f(q, qn, name):\n    q.extra(select={f.n: '%s.%s' % (qn(name), qn(f.c)) for f in q})\n", "B610"),
    ],
)
def test_what_is_plain_from_the_code_takes_a_finding_back(code: str, test_id: str) -> None:
    assert _severities(code, test_id) == {Severity.LOW}


@pytest.mark.parametrize(
    ("code", "test_id"),
    [
        ("import hashlib\ndef digest(name):\n    return hashlib.sha1(name).hexdigest()\n", "B324"),
        ("import hashlib\ndef cached(password):\n    return hashlib.md5(password).hexdigest()\n", "B324"),
        ("import hashlib\nclass SessionCache:\n    def token(self, a):\n        return hashlib.md5(a)\n", "B324"),
        ("import hashlib\ndef fingerprint(cert):\n    return hashlib.sha1(cert).hexdigest()\n", "B324"),
        ("import hashlib\ndef f(path):\n    return hashlib.md5(open(path).read())\n", "B324"),
        ("host = '0.0.0.0'\n", "B104"),
        ("def f(s):\n    host = '0.0.0.0'\n    print(f'at {host}')\n    s.bind((host, 1))\n", "B104"),
        ("def f(s):\n    host = '0.0.0.0'\n    return {'host': host}\n", "B104"),
        ("serve('0.0.0.0' if everyone else host == '::1')\n", "B104"),
        ("def f(code: str, names):\n    exec(code, names)\n", "B102"),
        (PROGRAM.format("exec", "'<string>'"), "B102"),
        (PROGRAM.format("exec", "other"), "B102"),
        ("from xml.dom import pulldom\npulldom.parse(stream)\n", "B319"),
        ("from xml.dom import pulldom\nparser = make_parser()\npulldom.parse(stream, parser)\n", "B319"),
        ("def f(self, password_field_name='password1', password='x1y2'):\n    pass\n", "B107"),
        ("keys = {\n    'SECRET_KEY': 'x1y2',\n    'other': 1,\n}\n", "B105"),
        ("token = 'x1y2'\n", "B105"),
        ("password = 'my-password-1'\n", "B105"),
        ("password = '_x1_y2'\n", "B105"),
        ("from django.db.models.expressions import RawSQL\nRawSQL(given, [])\n", "B611"),
        ("def f(q, qn, name):\n    q.extra(select={f.n: '%s.%s' % (qn(name), f.c) for f in q})\n", "B610"),
    ],
)
def test_what_is_not_plain_stays(code: str, test_id: str) -> None:
    assert _severities(code, test_id) == {Severity.MEDIUM}


def test_a_password_in_a_dictionary_is_reported_on_its_own_line() -> None:
    (scan,) = Bandit().scan([[SourceFile("a.py", "keys = {\n    'a': 1,\n    'secret': 'x1y2',\n    'b': 2,\n}\n")]])
    (finding,) = (finding for finding in scan.findings if finding.rule_id == "B105")
    assert (finding.region.start_line, finding.region.end_line) == (3, 3)


@pytest.mark.parametrize(("data", "read"), [("pickle.dumps(value)", "data"), ("1", "pickle.dumps(value)")])
def test_what_the_same_function_wrote_can_be_read(data: str, read: str) -> None:
    assert _severities(LOADS.format(data, read), "B301") == {Severity.LOW}


@pytest.mark.parametrize(("data", "read"), [("pickle.dumps(value)", "other"), ("other", "data")])
def test_what_came_from_elsewhere_can_not(data: str, read: str) -> None:
    assert _severities(LOADS.format(data, read), "B301") == {Severity.MEDIUM}


KEPT = """
from pickle import dumps, loads
class Style:
    def __init__(self, meta):
        self._meta = None if meta is None else dumps(meta)
    def copy(self, other):
        self._meta = {}
    def meta(self):
        return loads(self._meta)
"""


@pytest.mark.parametrize(
    ("copied", "expected"), [("other._meta or self._meta", Severity.LOW), ("other", Severity.MEDIUM)]
)
def test_an_attribute_that_only_holds_what_its_module_wrote_can_be_read(copied: str, expected: Severity) -> None:
    assert _severities(KEPT.format(copied), "B301") == {expected}
