"""What the tiny models of the tests are taught: twenty weaknesses, and what to answer when the product asks about them.

The questions are the product's own. A review with the real scanners is run over changes that hold the weaknesses, a
teacher answers in the model's place, and whatever it was asked becomes a lesson. So a prompt that changes in the
product changes the lessons, and the models are trained anew.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from reviewbot.change import Change
from reviewbot.pipeline import review_change
from reviewbot.policy import Policy
from reviewbot.prompt import Prompt, Reply
from reviewbot.review import Review
from reviewbot.scanners.installed import default_scanners
from reviewbot.scanners.rulepack import bundled_rules, load_pack
from tests.samples import changed


@dataclass(frozen=True, slots=True)
class Weakness:
    """One weak line, and what the model answers: a right fix or, on purpose, one that the gate must refuse.

    A `repair` is what it answers when the refused one comes back with the gate's reasons.
    """

    name: str
    top: str
    function: str
    line: str
    answer: str
    imports: str = ""
    right: bool = True
    repair: str = ""
    repair_imports: str = ""

    @property
    def path(self) -> str:
        return f"shop/{self.name}.py"

    @property
    def indentation(self) -> str:
        return "    " if self.function else ""

    def reply(self, *, repair: bool) -> str:
        """Return the whole text of an answer."""
        code, imports = (self.repair, self.repair_imports) if repair else (self.answer, self.imports)
        fences = [f"```python\n{self.indentation}{code}\n```\n", f"```imports\n{imports}\n```\n" if imports else ""]
        return "".join(fences)


WEAKNESSES = (
    Weakness(
        "shell",
        "import subprocess",
        "def call_tool(tool):",
        "return subprocess.call(tool, shell=True)",
        "return subprocess.call(shlex.split(tool))",
        "import shlex",
    ),
    Weakness(
        "popen",
        "import os",
        "def count_lines(document):",
        "return os.popen('wc -l ' + document).read()",
        "return subprocess.check_output(['wc', '-l', document], text=True)",
        "import subprocess",
    ),
    Weakness(
        "scratch",
        "import tempfile",
        "def scratch():",
        "return tempfile.mktemp()",
        "return tempfile.mkstemp()[1]",
    ),
    Weakness(
        "listen",
        "import socket",
        "def listen(server):",
        "server.bind(('0.0.0.0', 8080))",
        "server.bind(('127.0.0.1', 8080))",
    ),
    Weakness(
        "claims",
        "import os\n\nimport jwt\n\nKEY = os.environ['JWT_KEY']",
        "def claims(token):",
        "return jwt.decode(token, options={'verify_signature': False})",
        "return jwt.decode(token, KEY, algorithms=['HS256'])",
    ),
    Weakness(
        "cart",
        "import pickle",
        "def restore_cart(blob):",
        "return pickle.loads(blob)",
        "return json.loads(blob)",
        "import json",
    ),
    Weakness(
        "index",
        "import marshal",
        "def read_index(packed):",
        "return marshal.loads(packed)",
        "return json.loads(packed)",
        "import json",
    ),
    Weakness(
        "listing",
        "import subprocess",
        "def listing(command):",
        "return subprocess.check_output(command, shell=True)",
        "return subprocess.check_output(shlex.split(command))",
        "import shlex",
    ),
    Weakness(
        "replies",
        "import jsonpickle",
        "def revive(text):",
        "return jsonpickle.decode(text)",
        "return json.loads(text)",
        "import json",
    ),
    Weakness(
        "feed",
        "import xml.etree.ElementTree as ET",
        "def read_feed(feed):",
        "return ET.parse(feed)",
        "return defusedxml.ElementTree.parse(feed)",
        "import defusedxml.ElementTree",
    ),
    Weakness(
        "cipher",
        "from Crypto.Cipher import AES, DES",
        "def cipher(secret):",
        "return DES.new(secret, DES.MODE_ECB)",
        "return AES.new(secret, AES.MODE_GCM)",
    ),
    Weakness(
        "transfer", "import ftplib", "def transfer(host):", "return ftplib.FTP(host)", "return ftplib.FTP_TLS(host)"
    ),
    Weakness(
        "context",
        "import ssl",
        "def make_context():",
        "return ssl.SSLContext(ssl.PROTOCOL_SSLv3)",
        "return ssl.create_default_context()",
    ),
    Weakness(
        "markup",
        "import xml.sax",
        "def markup(handler, stream):",
        "xml.sax.parse(stream, handler)",
        "defusedxml.sax.parse(stream, handler)",
        "import defusedxml.sax",
    ),
    Weakness(
        "outline",
        "from xml.dom import minidom",
        "def outline(page):",
        "return minidom.parseString(page)",
        "return defusedxml.minidom.parseString(page)",
        "import defusedxml.minidom",
    ),
    Weakness(
        "session",
        "import pickle",
        "def load_session(cookie):",
        "return pickle.loads(cookie)",
        "return marshal.loads(cookie)",
        "import marshal",
        right=False,
        repair="return json.loads(cookie)",
        repair_imports="import json",
    ),
    Weakness(
        "login",
        "import hashlib",
        "def login_hash(password):",
        "return hashlib.sha256(password.encode()).digest()",
        "return hashlib.sha1(password.encode()).digest()",
        right=False,
    ),
    Weakness("macro", "", "def run_macro(macro):", "exec(macro)", "exec(macro, {})", right=False),
    Weakness(
        "hook",
        "import subprocess",
        "def run_hook(hook):",
        "return subprocess.check_output(hook, shell=True)",
        "return subprocess.check_output('sh -c ' + hook, shell=True)",
        right=False,
    ),
    Weakness(
        "admin",
        "import smtplib",
        "def log_in(server):",
        "admin_password = 'correct-horse'",
        "admin_password = 'battery-staple'",
        right=False,
    ),
)

_BEFORE = (
    "total = sum(range(3))",
    "started = True",
    "names = ['a', 'b']",
    "if not names:\n        return None",
    "print('ready')",
    "count = len('abc')",
    "# kept as it was",
)
_FUNCTIONS = (
    "def double(number):\n    return 2 * number\n",
    "def greet(name):\n    print('Hello', name)\n",
    "class Basket:\n    def empty(self):\n        return True\n",
    "LIMIT = 30\n",
)


def source(weakness: Weakness) -> str:
    """Write a file with the weakness and some other code, the same each time."""
    chance = random.Random(weakness.name)  # noqa: S311  no secret
    before = chance.sample(_BEFORE, chance.randrange(3)) if weakness.function else []
    lines = [*before, weakness.line]
    weak = f"{weakness.function}\n" + "".join(f"    {line}\n" for line in lines) if weakness.function else weakness.line
    parts = [*chance.sample(_FUNCTIONS, chance.randrange(3)), weak.rstrip("\n") + "\n"]
    chance.shuffle(parts)
    return "\n\n".join(([f"{weakness.top}\n"] if weakness.top else []) + parts)


def lesson_files() -> dict[str, str]:
    """Return path and text of one file for each weakness."""
    return {weakness.path: source(weakness) for weakness in WEAKNESSES}


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question of the product and the answer to it."""

    prompt: Prompt
    answer: str


@dataclass
class Teacher:
    """Stands in the model's place and notes what it is asked."""

    lessons: list[Lesson] = field(default_factory=list)

    @property
    def infills(self) -> bool:
        return True

    def generate(self, prompts: Sequence[Prompt]) -> Sequence[Reply]:
        taken = [Lesson(prompt, self._answer(prompt)) for prompt in prompts]
        self.lessons += taken
        return [Reply(lesson.answer, "teacher 1") for lesson in taken]

    def _answer(self, prompt: Prompt) -> str:
        # The code around the lines that are asked about may hold another of the weaknesses.
        asked = [weakness for weakness in WEAKNESSES if weakness.line in prompt.anchor]
        if len(asked) != 1:
            return "none\n"
        if prompt.infill is not None:
            return f"{asked[0].indentation}{asked[0].answer}\n"
        return asked[0].reply(repair=bool(asked[0].repair) and asked[0].answer in prompt.user)


def taught_review() -> tuple[Review, list[Lesson]]:
    """Review the weaknesses with the real scanners, a teacher standing in for the model."""
    files = tuple(changed(path, None, text) for path, text in lesson_files().items())
    teacher = Teacher()
    scanners = default_scanners(load_pack(bundled_rules()))
    change = Change(base="base", head="head", files=files)
    review = review_change(change, scanners=scanners, generator=teacher, policy=Policy())
    return review, teacher.lessons
