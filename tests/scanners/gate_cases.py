"""Candidate patches as people and models write them, with what the gate must say of each."""

from dataclasses import dataclass

from reviewbot.verdict import Refusal

_PYTHON = "import hashlib\nimport os\nimport random\nimport subprocess\nimport yaml\n\n\n"
_NODE = "const cp = require('child_process');\nconst crypto = require('crypto');\nconst https = require('https');\n\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A file, and what a patch makes of it. `refusal` is what the gate must refuse it for, None: accepted."""

    name: str
    path: str
    before: str
    after: str
    refusal: Refusal | None


def _python(name: str, before: str, after: str, refusal: Refusal | None = None) -> Case:
    return Case(name, f"{name.replace(' ', '_')}.py", _PYTHON + before, _PYTHON + after, refusal)


def _node(name: str, before: str, after: str, refusal: Refusal | None = None) -> Case:
    return Case(name, f"{name.replace(' ', '_')}.js", _NODE + before, _NODE + after, refusal)


_SHELL = "def run(cmd):\n    os.system(cmd)\n"
_YAML = "def load(text):\n    return yaml.load(text, Loader=yaml.Loader)\n"
_MD5 = "def digest(data):\n    return hashlib.md5(data).hexdigest()\n"
_SQL = "def find(db, name):\n    return db.execute(\"SELECT * FROM users WHERE name = '%s'\" % name)\n"
_EVAL = "def number(text):\n    return eval(text)\n"
_POPEN = "def run(cmd):\n    return subprocess.check_output('ls ' + cmd, shell=True)\n"

PYTHON = (
    _python("argv list", _SHELL, "def run(cmd):\n    subprocess.run([cmd], check=True)\n"),
    _python("argv list after", _POPEN, "def run(cmd):\n    return subprocess.check_output(['ls', '--', cmd])\n"),
    _python(
        "shlex imported", _SHELL, "import shlex\n\n\ndef run(cmd):\n    subprocess.run(shlex.split(cmd), check=True)\n"
    ),
    _python("safe load", _YAML, "def load(text):\n    return yaml.safe_load(text)\n"),
    _python("safe loader", _YAML, "def load(text):\n    return yaml.load(text, Loader=yaml.SafeLoader)\n"),
    _python("sha256", _MD5, "def digest(data):\n    return hashlib.sha256(data).hexdigest()\n"),
    _python(
        "bound value",
        _SQL,
        'def find(db, name):\n    return db.execute("SELECT * FROM users WHERE name = ?", (name,))\n',
    ),
    _python("int for eval", _EVAL, "def number(text):\n    return int(text)\n"),
    _python("literal eval", _EVAL, "import ast\n\n\ndef number(text):\n    return ast.literal_eval(text)\n"),
    _python(
        "new optional parameter", _SHELL, "def run(cmd, cwd=None):\n    subprocess.run([cmd], check=True, cwd=cwd)\n"
    ),
    _python("shell true", _SHELL, "def run(cmd):\n    subprocess.run(cmd, shell=True)\n", Refusal.NOT_FIXED),
    _python("popen for system", _SHELL, "def run(cmd):\n    os.popen(cmd)\n", Refusal.NOT_FIXED),
    _python("deleted", _SHELL, "def run(cmd):\n    pass\n", Refusal.DELETES_CODE),
    _python("returned none", _MD5, "def digest(data):\n    return None\n", Refusal.DELETES_CODE),
    _python("logged", _SHELL, "def run(cmd):\n    print('not run', cmd)\n", Refusal.DELETES_CODE),
    _python("raised", _SHELL, "def run(cmd):\n    raise NotImplementedError(cmd)\n", Refusal.DELETES_CODE),
    _python(
        "never reached", _SHELL, "def run(cmd):\n    if False:\n        subprocess.run([cmd])\n", Refusal.DELETES_CODE
    ),
    _python("bracket open", _SHELL, "def run(cmd):\n    subprocess.run([cmd)\n", Refusal.DOES_NOT_PARSE),
    _python("bad indent", _SHELL, "def run(cmd):\n  x = 1\n    subprocess.run([cmd])\n", Refusal.DOES_NOT_PARSE),
    _python("prose", _SHELL, "def run(cmd):\n    Use subprocess.run instead.\n", Refusal.DOES_NOT_PARSE),
    _python("import missing", _SHELL, "def run(cmd):\n    subprocess.run(shlex.split(cmd))\n", Refusal.UNDEFINED_NAME),
    _python("ast missing", _EVAL, "def number(text):\n    return ast.literal_eval(text)\n", Refusal.UNDEFINED_NAME),
    _python("argument misspelt", _SHELL, "def run(cmd):\n    subprocess.run([command])\n", Refusal.UNDEFINED_NAME),
    _python("name changed", _SHELL, "def run_command(cmd):\n    subprocess.run([cmd])\n", Refusal.NAME_REMOVED),
    _python(
        "argument added", _SHELL, "def run(cmd, cwd):\n    subprocess.run([cmd], cwd=cwd)\n", Refusal.SIGNATURE_CHANGED
    ),
    _python("made async", _SHELL, "async def run(cmd):\n    subprocess.run([cmd])\n", Refusal.SIGNATURE_CHANGED),
    _python("comment only", _SHELL, "def run(cmd):\n    os.system(cmd)  # checked by the caller\n", Refusal.NO_CHANGE),
    _python("suppressed", _SHELL, "def run(cmd):\n    os.system(cmd)  # nosec\n", Refusal.NO_CHANGE),
    _python("suppressed anew", _SHELL, "def run(cmd):\n    subprocess.run([cmd])  # nosec\n", Refusal.NEW_FINDING),
    _python("still sha1", _MD5, "def digest(data):\n    return hashlib.sha1(data).hexdigest()\n", Refusal.NOT_FIXED),
    _python(
        "renamed argument", _EVAL, "def number(text):\n    value = text\n    return eval(value)\n", Refusal.NOT_FIXED
    ),
    _python("exec for eval", _EVAL, "def number(text):\n    exec(text)\n", Refusal.NOT_FIXED),
    _python(
        "moved to a helper",
        _SHELL,
        "def run(cmd):\n    go(cmd)\n\n\nX = 1\n\n\ndef go(cmd):\n    os.system(cmd)\n",
        Refusal.NOT_FIXED,
    ),
    _python("bidi", _SHELL, "def run(cmd):\n    subprocess.run([cmd])  # \u202e\n", Refusal.HIDDEN_CHARACTERS),
    _python(
        "other weakness",
        _MD5,
        "def digest(data):\n    eval(data)\n    return hashlib.sha256(data).hexdigest()\n",
        Refusal.NEW_FINDING,
    ),
)

_EXEC = "exports.list = function list(req, res) {\n  cp.exec('ls ' + req.query.dir, (err, out) => res.json(out));\n};\n"
_JS_EVAL = "exports.calc = function calc(req, res) {\n  res.json(eval(req.query.sum));\n};\n"
_HASH = (
    "function digest(data) {\n  return crypto.createHash('md5').update(data).digest('hex');\n}\nexports.x = digest;\n"
)
_HTML = "function show(text) {\n  document.getElementById('out').innerHTML = location.hash + text;\n}\n"
_JS_SQL = 'exports.find = (db, req) => {\n  return db.query("SELECT * FROM t WHERE id = " + req.query.id);\n};\n'
_TLS = "function agent() {\n  return new https.Agent({ rejectUnauthorized: false });\n}\n"

JAVASCRIPT = (
    _node(
        "exec file", _EXEC, _EXEC.replace("cp.exec('ls ' + req.query.dir,", "cp.execFile('ls', ['--', req.query.dir],")
    ),
    _node("json parse", _JS_EVAL, _JS_EVAL.replace("eval(", "JSON.parse(")),
    _node("number", _JS_EVAL, _JS_EVAL.replace("eval(req.query.sum)", "Number(req.query.sum)")),
    _node("sha256", _HASH, _HASH.replace("md5", "sha256")),
    _node("text content", _HTML, _HTML.replace("innerHTML", "textContent")),
    _node("placeholder", _JS_SQL, _JS_SQL.replace('id = " + req.query.id', 'id = $1", [req.query.id]')),
    _node("tls on", _TLS, _TLS.replace("false", "true")),
    _node("tls option gone", _TLS, _TLS.replace("{ rejectUnauthorized: false }", "")),
    _node("exec sync", _EXEC, _EXEC.replace("cp.exec(", "cp.execSync("), Refusal.NOT_FIXED),
    _node("exec kept", _EXEC, _EXEC.replace("req.query.dir", "String(req.query.dir)"), Refusal.NOT_FIXED),
    _node("exec deleted", _EXEC, "exports.list = function list(req, res) {\n};\n", Refusal.DELETES_CODE),
    _node(
        "exec logged",
        _EXEC,
        "exports.list = function list(req, res) {\n  console.log(req.query.dir);\n};\n",
        Refusal.DELETES_CODE,
    ),
    _node(
        "exec thrown",
        _EXEC,
        "exports.list = function list(req, res) {\n  throw new Error('no');\n};\n",
        Refusal.DELETES_CODE,
    ),
    _node(
        "exec unreached",
        _EXEC,
        _EXEC.replace("  cp.exec('ls ' + req.query.dir", "  if (false) cp.execFile('ls', [req.query.dir]"),
        Refusal.DELETES_CODE,
    ),
    _node(
        "eval to null", _JS_EVAL, "exports.calc = function calc(req, res) {\n  return null;\n};\n", Refusal.DELETES_CODE
    ),
    _node("brace open", _HASH, _HASH.replace("('md5')", "('sha256'"), Refusal.DOES_NOT_PARSE),
    _node(
        "prose",
        _HASH,
        _HASH.replace("  return", "  Instead, use sha256:\n  return").replace("md5", "sha256"),
        Refusal.DOES_NOT_PARSE,
    ),
    _node(
        "path missing",
        _EXEC,
        _EXEC.replace("cp.exec('ls ' + req.query.dir,", "cp.execFile('ls', [path.basename(req.query.dir)],"),
        Refusal.UNDEFINED_NAME,
    ),
    _node(
        "escape missing",
        _HTML,
        _HTML.replace("location.hash + text", "escapeHtml(location.hash + text)"),
        Refusal.UNDEFINED_NAME,
    ),
    _node(
        "execFile missing",
        _EXEC,
        _EXEC.replace("cp.exec('ls ' + req.query.dir,", "execFile('ls', [req.query.dir],"),
        Refusal.UNDEFINED_NAME,
    ),
    _node(
        "export renamed",
        _EXEC,
        _EXEC.replace("cp.exec('ls ' + req.query.dir,", "cp.execFile('ls', [req.query.dir],").replace(
            "exports.list", "exports.ls"
        ),
        Refusal.NAME_REMOVED,
    ),
    _node(
        "argument added",
        _HASH,
        _HASH.replace("md5", "sha256").replace("(data) {", "(data, salt) {"),
        Refusal.SIGNATURE_CHANGED,
    ),
    _node(
        "made async",
        _HASH,
        _HASH.replace("md5", "sha256").replace("function", "async function"),
        Refusal.SIGNATURE_CHANGED,
    ),
    _node("comment only", _HASH, _HASH.replace("\n  return", "\n  // not for passwords\n  return"), Refusal.NO_CHANGE),
    _node("suppressed", _HASH, _HASH.replace("('hex');", "('hex'); // nosemgrep"), Refusal.NO_CHANGE),
    _node("still sha1", _HASH, _HASH.replace("md5", "sha1"), Refusal.NOT_FIXED),
    _node("outer html", _HTML, _HTML.replace("innerHTML", "outerHTML"), Refusal.NOT_FIXED),
    _node("bidi", _HASH, _HASH.replace("md5'", "sha256' /* \u2066 */"), Refusal.HIDDEN_CHARACTERS),
    _node(
        "other weakness",
        _HASH,
        _HASH.replace("md5", "sha256") + "exports.e = (req) => eval(req.query.x);\n",
        Refusal.NEW_FINDING,
    ),
)
