"""What each codemod makes of a piece of code, and what it must leave alone. `at` is where the finding starts."""

from dataclasses import dataclass

from reviewbot.finding import Region


@dataclass(frozen=True, slots=True)
class Case:
    rule_id: str
    at: str
    before: str
    after: str | None = None

    @property
    def region(self) -> Region:
        start = self.before.rindex(self.at)
        line = self.before.count("\n", 0, start) + 1
        first = self.before.rfind("\n", 0, start) + 1
        return Region(line, line, start - first + 1, start - first + 1 + len(self.at))


FIXES = (
    Case("B103", "os.chmod", "import os\nos.chmod(path, 0o777)\n", "import os\nos.chmod(path, 0o700)\n"),
    Case(
        "B113",
        "requests.get",
        "import requests\nbody = requests.get(\n    url,\n    headers=h\n).json()\n",
        "import requests\nbody = requests.get(\n    url,\n    headers=h,\n    timeout=10\n).json()\n",
    ),
    Case(
        "B113",
        "requests.get",
        "import requests\nrequests.get(url, timeout=None)\n",
        "import requests\nrequests.get(url, timeout=10)\n",
    ),
    Case(
        "B201",
        "app.run",
        "from flask import Flask\napp = Flask(__name__)\napp.run(port=80, debug=True)\n",
        "from flask import Flask\napp = Flask(__name__)\napp.run(port=80, debug=False)\n",
    ),
    Case(
        "B202",
        "archive.extractall",
        "import tarfile\nwith tarfile.open(path) as archive:\n    archive.extractall(target)\n",
        'import tarfile\nwith tarfile.open(path) as archive:\n    archive.extractall(target, filter="data")\n',
    ),
    Case(
        "B303",
        "MD5.new",
        "from Crypto.Hash import MD5\n\nMD5.new(data)\n",
        "from Crypto.Hash import MD5\nimport hashlib\n\nhashlib.sha256(data)\n",
    ),
    Case(
        "B303",
        "MD5.new",
        "from Cryptodome.Hash import MD5\n\nMD5.new(data)\n",
        "from Cryptodome.Hash import MD5\nfrom Cryptodome.Hash import SHA256\n\nSHA256.new(data)\n",
    ),
    Case(
        "B303",
        "hashes.SHA1",
        "from cryptography.hazmat.primitives import hashes\nhashes.Hash(hashes.SHA1())\n",
        "from cryptography.hazmat.primitives import hashes\nhashes.Hash(hashes.SHA256())\n",
    ),
    Case(
        "B306",
        "tempfile.mktemp",
        'import tempfile\npath = tempfile.mktemp(".txt")\nwith open(path, "w") as file:\n    file.write(x)\n',
        'import tempfile\npath = tempfile.NamedTemporaryFile(suffix=".txt", delete=False).name\n'
        'with open(path, "w") as file:\n    file.write(x)\n',
    ),
    Case(
        "B307",
        "eval",
        "import json\n\nvalue = eval(text)\n",
        "import json\nimport ast\n\nvalue = ast.literal_eval(text)\n",
    ),
    Case(
        "B311",
        "random.choice",
        "import random\nrandom.choice(abc)\n",
        "import random\nimport secrets\nsecrets.choice(abc)\n",
    ),
    Case(
        "B311",
        "random.randint",
        "import random\nrandom.randint(1, 6)\n",
        "import random\nimport secrets\nsecrets.SystemRandom().randint(1, 6)\n",
    ),
    Case(
        "B314",
        "ET.parse",
        "import xml.etree.ElementTree as ET\nimport defusedxml.ElementTree as Defused\n\nET.parse(path)\n",
        "import xml.etree.ElementTree as ET\nimport defusedxml.ElementTree as Defused\n\nDefused.parse(path)\n",
    ),
    Case(
        "B318",
        "parseString",
        "from xml.dom.minidom import parseString\nfrom defusedxml import sax\n\nparseString(text)\n",
        "from xml.dom.minidom import parseString\nfrom defusedxml import sax\nfrom defusedxml import minidom\n\n"
        "minidom.parseString(text)\n",
    ),
    Case(
        "B323",
        "ssl._create",
        "import ssl\ncontext = ssl._create_unverified_context()\n",
        "import ssl\ncontext = ssl.create_default_context()\n",
    ),
    Case("B324", "hashlib.md5", "import hashlib\nhashlib.md5(data)\n", "import hashlib\nhashlib.sha256(data)\n"),
    Case(
        "B324",
        "sha1",
        "from hashlib import sha1\nd = sha1(x)\n",
        "from hashlib import sha1\nimport hashlib\nd = hashlib.sha256(x)\n",
    ),
    Case("B324", "hashlib.new", 'import hashlib\nhashlib.new("md5")\n', 'import hashlib\nhashlib.new("sha256")\n'),
    Case(
        "B501",
        "requests.post",
        "import requests\nrequests.post(url, verify=False, timeout=3)\n",
        "import requests\nrequests.post(url, timeout=3)\n",
    ),
    Case(
        "B501",
        "    verify",
        "import requests\nrequests.post(\n    url,\n    timeout=3,\n    verify=False,\n)\n",
        "import requests\nrequests.post(\n    url,\n    timeout=3,\n)\n",
    ),
    Case("B506", "yaml.load", "import yaml\nyaml.load(f, Loader=yaml.Loader)\n", "import yaml\nyaml.safe_load(f)\n"),
    Case(
        "B506",
        "y.load",
        "import yaml as y\ny.load(f, y.FullLoader)  # why\n",
        "import yaml as y\ny.safe_load(f)  # why\n",
    ),
    Case(
        "B507",
        "client.set",
        "import paramiko\nclient.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n",
        "import paramiko\nclient.set_missing_host_key_policy(paramiko.RejectPolicy())\n",
    ),
    Case(
        "B602",
        "subprocess.run",
        "import subprocess\nsubprocess.run(f'ping -c 1 {host}', shell=True, check=True)\n",
        "import subprocess\nsubprocess.run(['ping', '-c', '1', str(host)], check=True)\n",
    ),
    Case(
        "B602",
        "subprocess.Popen",
        "import subprocess\n\ndef go(name: str):\n    subprocess.Popen('cp %s /srv/%s' % (name, name), shell=True)\n",
        "import subprocess\n\ndef go(name: str):\n    subprocess.Popen(['cp', name, f\"/srv/{name}\"])\n",
    ),
    Case(
        "B605",
        "os.system",
        'import os\n\ndef go(host):\n    os.system("ping -c 1 " + host)\n',
        'import os\nimport subprocess\n\ndef go(host):\n    subprocess.call(["ping", "-c", "1", host])\n',
    ),
    Case(
        "B605",
        "os.system",
        "import os\n\ndef go(a):\n    if os.system(\"grep 'a b' {}\".format(a)) != 0:\n        raise OSError\n",
        "import os\nimport subprocess\n\ndef go(a):\n"
        '    if subprocess.call(["grep", "a b", str(a)]) != 0:\n        raise OSError\n',
    ),
    Case(
        "B608",
        'f"',
        "import sqlite3\n\ndef go(db, name, age):\n"
        "    db.execute(f\"SELECT * FROM people WHERE name = '{name}' AND age > {age}\")\n",
        "import sqlite3\n\ndef go(db, name, age):\n"
        '    db.execute("SELECT * FROM people WHERE name = ? AND age > ?", (name, age))\n',
    ),
    Case(
        "B608",
        '"INSERT',
        "import psycopg2\n\ndef go(db, a, b):\n    db.execute(\"INSERT INTO t VALUES ('%s', %s)\" % (a, b))\n",
        'import psycopg2\n\ndef go(db, a, b):\n    db.execute("INSERT INTO t VALUES (%s, %s)", (a, b))\n',
    ),
    Case(
        "B608",
        '"SELECT',
        'import sqlite3\n\ndef go(db, name):\n    db.execute("SELECT * FROM t WHERE name = \'" + name + "\'")\n',
        'import sqlite3\n\ndef go(db, name):\n    db.execute("SELECT * FROM t WHERE name = ?", (name,))\n',
    ),
    Case(
        "B608",
        '"""',
        "import sqlite3\n\ndef go(db, key):\n    db.execute(\n"
        '        """\n        DELETE FROM t\n        WHERE k = {}\n        """.format(key)\n    )\n',
        "import sqlite3\n\ndef go(db, key):\n    db.execute(\n"
        '        """\n        DELETE FROM t\n        WHERE k = ?\n        """,\n        (key,)\n    )\n',
    ),
    Case(
        "B614", "torch.load", "import torch\ntorch.load(path)\n", "import torch\ntorch.load(path, weights_only=True)\n"
    ),
    Case(
        "B701",
        "Environment",
        "from jinja2 import Environment\n\nenv = Environment(loader=x, autoescape=False)\n",
        "from jinja2 import Environment\nimport jinja2\n\n"
        "env = Environment(loader=x, autoescape=jinja2.select_autoescape())\n",
    ),
)

DECLINES = (
    Case("B103", "os.chmod", "import os\nos.chmod(path, stat.S_IRWXO)\n"),
    Case("B113", "requests.get", "import requests\nrequests.get(url, **options)\n"),
    Case("B201", "app.run", "import flask\napp.run(debug=DEBUG)\n"),
    Case("B202", "z.extractall", "import tarfile, zipfile\nz = zipfile.ZipFile(p)\nz.extractall()\n"),
    Case("B202", "z.extractall", "import tarfile\ndef go(z):\n    z = tarfile.open(p)\n    z.extractall()\n"),
    Case("B303", "SHA.new", "from Crypto.Hash import SHA\nfrom Crypto.Signature import pss\nSHA.new(data)\n"),
    Case("B306", "tempfile.mktemp", "import tempfile, os\nos.mkdir(tempfile.mktemp())\n"),
    Case("B307", "eval", "eval('1 + ' + x)\n"),
    Case("B307", "eval", "eval(x, {})\n"),
    Case("B307", "eval", "def eval(x): ...\n\neval(x)\n"),
    Case("B311", "random.choice", "import random\nrandom.seed(1)\nrandom.choice(x)\n"),
    Case("B314", "ET.parse", "import xml.etree.ElementTree as ET\nET.parse(path)\n"),
    Case("B323", "ssl._create", "import ssl\nssl._create_unverified_context(cafile=x)\n"),
    Case("B324", "hashlib.new", "import hashlib\nhashlib.new(name)\n"),
    Case("B501", "requests.get", "import requests\nrequests.get(url, verify=check)\n"),
    Case(
        "B501",
        "requests.get",
        "import requests\nrequests.get(\n    url,\n    verify=False,  # their own certificate\n)\n",
    ),
    Case("B506", "yaml.load", "import yaml\nyaml.load(f, Loader=OurLoader)\n"),
    Case("B506", "yaml.load", "import yaml\nyaml = other\nyaml.load(f)\n"),
    Case("B506", "yaml.load", "import yaml\nx = yaml.load(f)\rx = 2\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run(command, shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('ls | wc', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('ls *.py', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('echo $HOME', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('cd /tmp', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('A=1 env', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run(f'{tool} -v', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run(f'ls {a:>9}', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run(f'ls {a, b}', shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('ls %(a)s' % names, shell=True)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('ls', shell=True, executable='zsh')\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('ls', shell=flag)\n"),
    Case("B602", "subprocess.run", "import subprocess\nsubprocess.run('ls \ue0005\ue001', shell=True)\n"),
    Case("B605", "os.system", "import os\nstatus = os.system('ls')\n"),
    Case("B605", "os.system", "import os\nsubprocess = None\nos.system('ls')\n"),
    Case("B608", "db.execute", "db.execute(f'SELECT * FROM t WHERE a = {a}')\n"),
    Case("B608", "db.execute", "import sqlite3, psycopg2\ndb.execute(f'SELECT * FROM t WHERE a = {a}')\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f'SELECT * FROM {table} WHERE a = 1')\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f'SELECT * FROM t WHERE {column} = 1')\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f'SELECT * FROM t ORDER BY {a}')\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f'SELECT * FROM t WHERE a IN ({ids})')\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f'SELECT * FROM t WHERE a = {table}.b')\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f\"SELECT * FROM t WHERE a LIKE '%{a}%'\")\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f\"SELECT * FROM t WHERE a = 'x {a}'\")\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f'SELECT * FROM t WHERE a = {a} AND b = ?', (b,))\n"),
    Case("B608", "db.execute", "import sqlite3\ndb.execute(f\"SELECT * FROM t WHERE a = 'x = {a} y'\")\n"),
    Case("B614", "torch.load", "import torch\ntorch.load(path, pickle_module=dill)\n"),
    Case("B701", "Environment", "from jinja2 import Environment\njinja2 = 1\nEnvironment()\n"),
)
