import pytest

from reviewbot.change import SourceFile
from reviewbot.finding import Scan, scan
from reviewbot.policy import Policy
from reviewbot.suggestion import Origin, Suggestion, edits_between
from reviewbot.verdict import Gate, Refusal, judge
from tests.fakes import MarkerScanner, finding_at

_MARK = "FLAG"


def _deletes(old: str, new: str, path: str, line: int) -> bool:
    """Judge `new` as a fix of a finding on the whole of one line of `old`."""
    file = SourceFile(path, old)
    scanners = (MarkerScanner("NEVER"),)
    gate = Gate((file,), scan([[file]], scanners)[0], scanners, Policy())
    suggestion = Suggestion(Origin.MODEL, finding_at(file, line), edits_between(path, old, new), "")
    (verdict,) = judge([suggestion], gate)
    refusals = {reason.refusal for reason in verdict.reasons}
    assert refusals <= {Refusal.DELETES_CODE}, verdict.reasons
    return bool(refusals)


def _python(body: str) -> str:
    return (
        "import os, subprocess, hashlib, random, secrets, yaml, html, logging, shlex, requests, ssl\n"
        "from markupsafe import Markup\n\n\ndef run(cmd, x, conn, url):\n" + body
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("os.system(cmd)", "pass"),
        ("os.system(cmd)", "..."),
        ("os.system(cmd)", "'''Nothing.'''"),
        ("os.system(cmd)", "return"),
        ("os.system(cmd)", "return None"),
        ("os.system(cmd)", "return 0"),
        ("os.system(cmd)", "# os.system(cmd)\n    pass"),
        ("os.system(cmd)", "cmd"),
        ("os.system(cmd)", "os.system"),
        ("os.system(cmd)", "_ = cmd"),
        ("os.system(cmd)", "raise NotImplementedError"),
        ("os.system(cmd)", "raise NotImplementedError('os.system')"),
        ("os.system(cmd)", "print('not run', cmd)"),
        ("os.system(cmd)", "logging.warning('not run %s', cmd)"),
        ("os.system(cmd)", "logging.getLogger(__name__).info(cmd)"),
        ("os.system(cmd)", "str(cmd)"),
        ("os.system(cmd)", "if False:\n        subprocess.run([cmd])"),
        ("os.system(cmd)", "if 0:\n        subprocess.run([cmd])\n    else:\n        pass"),
        ("os.system(cmd)", "while False:\n        subprocess.run([cmd])"),
        ("os.system(cmd)", "False and subprocess.run([cmd])"),
        ("os.system(cmd)", "return\n    subprocess.run([cmd])"),
        ("os.system(cmd)", "x = 1"),
        ("os.system(cmd)", "import shlex"),
        ("value = random.random()", "value = 0.5"),
        ("value = eval(x)", "value = None"),
        ("return hashlib.md5(x)", "return None"),
        ("return hashlib.md5(x)", "return 1"),
        ("return yaml.load(x)", "return {}"),
        ("with open(cmd) as f:\n        os.system(f.read())", "with open(cmd) as f:\n        pass"),
        ("if x:\n        os.system(cmd)", "if x:\n        pass"),
        ("if x:\n        os.system(cmd)\n    return x", "return x"),
        ("ssl.wrap_socket(\n        conn,\n    )", "pass"),
        ("value = x\n    os.system(cmd)", "value = x"),
        ("conn.execute('select ' + x)\n    return conn", "return conn"),
    ],
)
def test_what_does_the_work_of_nothing_deletes(old: str, new: str) -> None:
    text = _python(f"    {old}\n")
    line = next(
        number
        for number, row in enumerate(text.split("\n"), start=1)
        if number > 5 and any(call in row for call in ("system", "random(", "eval", "md5", "load", "wrap_", "execute"))
    )
    assert _deletes(text, _python(f"    {new}\n"), "a.py", line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("os.system(cmd)", "subprocess.run([cmd], check=False)"),
        ("os.system(cmd)", "args = shlex.split(cmd)\n    subprocess.run(args, check=False)"),
        ("os.system(cmd)", "if x:\n        subprocess.run([cmd])"),
        ("os.system(cmd)", "with subprocess.Popen([cmd]) as process:\n        process.wait()"),
        ("os.system(cmd)", "return subprocess.call([cmd])"),
        ("os.system(cmd)", "if cmd not in ('ls',):\n        raise ValueError(cmd)\n    subprocess.run([cmd])"),
        ("value = random.random()", "value = secrets.randbelow(100)"),
        ("value = eval(x)", "value = int(x)"),
        ("return hashlib.md5(x)", "return hashlib.sha256(x)"),
        ("return hashlib.md5(x)", "return hashlib.md5(x, usedforsecurity=False)"),
        ("return yaml.load(x)", "return yaml.safe_load(x)"),
        ("return Markup(x)", "return x"),
        ("return Markup(x)", "return html.escape(x)"),
        ("value = Markup(f'<b>{x}</b>')", "value = f'<b>{x}</b>'"),
        ("requests.get(url, verify=False)", "requests.get(url)"),
        ("requests.get(url, verify=False)", "requests.get(url, timeout=5)"),
        ("conn.execute('select ' + x)", "conn.execute('select ?', (x,))"),
        ("password = 'FLAG'", "password = os.environ['PASSWORD']"),
        ("conn.verify_mode = ssl.CERT_NONE", "conn.verify_mode = ssl.CERT_REQUIRED"),
        ("if x == 'FLAG':\n        return 1", "if secrets.compare_digest(x, cmd):\n        return 1"),
        ("with open(cmd) as f:\n        f.read()", "with open(os.path.basename(cmd)) as f:\n        f.read()"),
        ("print(eval(cmd))", "print(int(cmd))"),
        ("assert x", "if not x:\n        raise ValueError(x)"),
    ],
)
def test_what_does_the_same_work_deletes_nothing(old: str, new: str) -> None:
    assert not _deletes(_python(f"    {old}\n"), _python(f"    {new}\n"), "a.py", 6)


def _node(body: str) -> str:
    return (
        "const cp = require('child_process');\nconst { execFile } = cp;\n"
        "function run(cmd, el, db, req, res) {\n" + body + "}\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cp.exec(cmd);", ""),
        ("cp.exec(cmd);", "// cp.exec(cmd);"),
        ("cp.exec(cmd);", ";"),
        ("cp.exec(cmd);", "return;"),
        ("cp.exec(cmd);", "return null;"),
        ("cp.exec(cmd);", "cmd;"),
        ("cp.exec(cmd);", "console.log(cmd);"),
        ("cp.exec(cmd);", "throw new Error('not run');"),
        ("cp.exec(cmd);", "String(cmd);"),
        ("cp.exec(cmd);", "const unused = cmd;"),
        ("cp.exec(cmd);", "if (false) { execFile(cmd); }"),
        ("cp.exec(cmd);", "if (false) execFile(cmd);"),
        ("cp.exec(cmd);", "false && execFile(cmd);"),
        ("cp.exec(cmd);", "return;\n  execFile(cmd);"),
        ("return eval(cmd);", "return undefined;"),
        ("el.innerHTML = cmd;", ""),
        ("el.innerHTML = cmd;", "el;"),
        ("db.query('select ' + cmd, (err) => {\n    res.send(err);\n  });", "res.send('');"),
        ("db.query('select ' + cmd, (err) => {\n    res.send(err);\n  });", ""),
    ],
)
def test_what_does_the_work_of_nothing_deletes_in_javascript(old: str, new: str) -> None:
    assert _deletes(_node(f"  {old}\n"), _node(f"  {new}\n"), "a.js", 4)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cp.exec(cmd);", "cp.execFile(cmd);"),
        ("cp.exec(cmd);", "execFile('ls', [cmd]);"),
        ("cp.exec(cmd);", "if (cmd) {\n    execFile(cmd);\n  }"),
        ("const out = cp.exec(cmd);", "const out = execFile(cmd);"),
        ("return eval(cmd);", "return JSON.parse(cmd);"),
        ("el.innerHTML = cmd;", "el.textContent = cmd;"),
        ("el.innerHTML = cmd;", "el.replaceChildren(cmd);"),
        ("document.write(cmd);", "document.body.append(cmd);"),
        ("db.query('select ' + cmd);", "db.query('select ?', [cmd]);"),
        (
            "db.query('select ' + cmd, (err) => {\n    res.send(err);\n  });",
            "db.query('select ?', [cmd], (err) => {\n    res.send(err);\n  });",
        ),
        ("res.send(req.query.q);", "res.json(req.query.q);"),
        ("const s = Math.random();", "const s = crypto.randomUUID();"),
        ("const a = { rejectUnauthorized: false };", "const a = { rejectUnauthorized: true };"),
        ("if (cmd == 'x') { res.end(); }", "if (cmd === 'x') { res.end(); }"),
    ],
)
def test_what_does_the_same_work_deletes_nothing_in_javascript(old: str, new: str) -> None:
    assert not _deletes(_node(f"  {old}\n"), _node(f"  {new}\n"), "a.js", 4)


@pytest.mark.parametrize(
    ("path", "text", "line", "deleted", "fixed"),
    [
        (
            "A.java",
            "class A {\n void f(String c) throws E {\n  Runtime.getRuntime().exec(c);\n }\n}\n",
            3,
            "  return;\n",
            "  new ProcessBuilder(c).start();\n",
        ),
        ("a.go", "package a\n\nfunc f(c string) {\n\texec(c)\n}\n", 4, "\treturn\n", "\trun(c)\n"),
        ("a.rb", "def f(c)\n  system(c)\nend\n", 2, "  nil\n", "  spawn(c, 'x')\n"),
        ("a.php", "<?php\nfunction f($c) {\n  system($c);\n}\n", 3, "  return;\n", "  run(escapeshellarg($c));\n"),
        ("A.cs", "class A {\n void F(string c) {\n  Process.Start(c);\n }\n}\n", 3, "  return;\n", "  Run(c);\n"),
        ("a.tf", "a {\n  acl = public\n}\n", 2, "\n", "  acl = private\n"),
    ],
)
def test_every_language_tells_a_deletion_from_a_fix(path: str, text: str, line: int, deleted: str, fixed: str) -> None:
    flagged = text.split("\n")[line - 1] + "\n"
    assert _deletes(text, text.replace(flagged, deleted), path, line)
    assert not _deletes(text, text.replace(flagged, fixed), path, line)


def test_two_flagged_calls_need_two_that_do_their_work() -> None:
    scanners = (MarkerScanner("os.system"),)
    file = SourceFile("a.py", _python("    os.system(cmd)\n    os.system(x)\n"))
    gate = Gate((file,), scan([[file]], scanners)[0], scanners, Policy())
    for body, accepted in (
        ("    subprocess.run([cmd])\n    subprocess.run([x])\n", True),
        ("    subprocess.run([cmd])\n    return None\n", False),
    ):
        for finding in (None, gate.original.findings[0], gate.original.findings[1]):
            edits = edits_between("a.py", file.text, _python(body))
            (verdict,) = judge([Suggestion(Origin.PATCH, finding, edits, "")], gate)
            assert verdict.accepted is accepted
            assert isinstance(verdict.scan, Scan)
