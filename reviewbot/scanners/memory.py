"""What scanners said of files that they have read before: a file is told by a hash of its content, and not kept.

A finding quotes whole lines in its `snippet`, which is left out here and cut from the file again when it comes back.
What of the code stays is what a finding's message, fix and suppression quote; it goes with the process.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reviewbot.change import SourceFile
from reviewbot.scanners.batch import Answer, AskAll
from reviewbot.scanners.regions import Text

MAX_FINDINGS = 100
"""A file with more of them is scanned again: it is rare, and the memory stays small."""


class Store:
    """The last `size` answers, of whatever scanner and for whomever."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def recall(self, key: bytes) -> Answer | None:
        """Return the answer kept under `key`, if it is still there."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def keep(self, key: bytes, answer: Answer) -> None:
        """Keep `answer`; the one that was not recalled for longest makes room."""
        with self._lock:
            self._answers[key] = answer
            if len(self._answers) > self._size:
                self._answers.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known in a store under one `namespace`: for whom it is, the scanner and its version, the rules.

    What is known under one namespace is unknown under any other. Only answers on files that were read whole are kept.
    """

    namespace: tuple[str, ...] = ()
    store: Store = field(default_factory=Store)

    def under(self, *names: str) -> "Memory":
        """Return the memory in the same store under a longer namespace."""
        return replace(self, namespace=(*self.namespace, *names))

    def asked_once(self, files: Sequence[SourceFile], ask: AskAll) -> dict[SourceFile, Answer]:
        """Return the answers on `files`, and `ask` only about those that are not remembered."""
        keys = {file: self._key(file) for file in files}
        known = {file: answer for file, key in keys.items() if (answer := self.store.recall(key)) is not None}
        fresh = ask([file for file in keys if file not in known])
        for file, answer in fresh.items():
            if not answer.problem and len(answer.findings) <= MAX_FINDINGS:
                bare = tuple(replace(finding, snippet="") for finding in answer.findings)
                self.store.keep(keys[file], replace(answer, findings=bare, way="memory"))
        return {file: _whole(file, answer) for file, answer in known.items()} | dict(fresh)

    def _key(self, file: SourceFile) -> bytes:
        digest = hashlib.sha256()
        for part in (*self.namespace, file.path, file.text):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8))
            digest.update(data)
        return digest.digest()


def _whole(file: SourceFile, answer: Answer) -> Answer:
    if not answer.findings:
        return answer
    text = Text.of(file)
    return replace(answer, findings=tuple(replace(f, snippet=text.snippet(f.region)) for f in answer.findings))
