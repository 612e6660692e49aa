"""Hashes, random numbers and certificate checks of which the strong form is a drop-in."""

import libcst as cst

from reviewbot.codemods.arguments import argument, positional, replaced, with_values
from reviewbot.codemods.flagged import Flagged, Rewritten, spelled

WEAK_HASHES = tuple(f"hashlib.{name}" for name in ("md4", "md5", "sha", "sha1", "new"))

_PYCRYPTO = tuple(f"{package}.Hash" for package in ("Crypto", "Cryptodome"))
_TAKES_DIGESTS = tuple(f"Crypto.{name}" for name in ("Signature", "Cipher", "Protocol", "PublicKey", "Hash.HMAC"))
_HAZMAT = "cryptography.hazmat.primitives.hashes"
WEAK_DIGESTS = (
    *(f"{package}.{name}.new" for package in _PYCRYPTO for name in ("MD2", "MD4", "MD5", "SHA")),
    *(f"{_HAZMAT}.{name}" for name in ("MD5", "SHA1")),
)

_SECRETS = {"choice": "choice", "getrandbits": "randbits", "randbytes": "token_bytes"}
_SYSTEM_RANDOM = ("random", "randrange", "randint", "choices", "uniform", "triangular", "sample")
RANDOM = tuple(f"random.{name}" for name in (*_SECRETS, *_SYSTEM_RANDOM))


def sha256(flagged: Flagged) -> Rewritten | None:
    """`hashlib.md5(data)` → `hashlib.sha256(data)`; `hashlib.new("md5", data)` → `hashlib.new("sha256", data)`.

    `usedforsecurity=False` would only silence the scanner, and claims what nobody but the author knows.
    """
    call = flagged.call
    if flagged.names.resolve(flagged.node.func) == "hashlib.new":
        algorithm = argument(call, "name") or next(iter(positional(call)), None)
        if algorithm is None or not isinstance(algorithm.value, cst.SimpleString):
            return None
        quote = algorithm.value.quote
        return Rewritten(replaced(call, algorithm, cst.SimpleString(f"{quote}sha256{quote}")))
    name = flagged.names.spell("hashlib", "sha256")
    return Rewritten(call.with_changes(func=spelled(name)), name.imports) if name else None


def sha256_digest(flagged: Flagged) -> Rewritten | None:
    """`MD5.new(data)` → `hashlib.sha256(data)` or Cryptodome's `SHA256.new(data)`; `hashes.MD5()` → `hashes.SHA256()`.

    Another import of `Crypto`, which may be the abandoned PyCrypto, would be a finding of its own; but its
    signatures, ciphers and keys take no digest of the standard library.
    """
    module = (flagged.names.resolve(flagged.node.func) or "").rpartition(".")[0]
    if module == _HAZMAT:
        name = flagged.names.spell(_HAZMAT, "SHA256")
    elif module.startswith("Cryptodome."):
        name = flagged.names.spell("Cryptodome.Hash.SHA256", "new")
    elif flagged.names.imports(*_TAKES_DIGESTS) or len(flagged.call.args) != len(positional(flagged.call)):
        return None
    else:
        name = flagged.names.spell("hashlib", "sha256")
    return Rewritten(flagged.call.with_changes(func=spelled(name)), name.imports) if name else None


def system_random(flagged: Flagged) -> Rewritten | None:
    """`random.choice(letters)` → `secrets.choice(letters)`, unless the program wants to repeat its numbers."""
    if "random.seed" in flagged.module.text:
        return None
    function = (flagged.names.resolve(flagged.node.func) or "").rpartition(".")[2]
    name = flagged.names.spell("secrets", _SECRETS.get(function, "SystemRandom"))
    if name is None:
        return None
    func = spelled(name)
    if function not in _SECRETS:
        func = cst.Attribute(cst.Call(func), cst.Name(function))
    return Rewritten(flagged.call.with_changes(func=func), name.imports)


def verified_context(flagged: Flagged) -> Rewritten | None:
    """`ssl._create_unverified_context()` → `ssl.create_default_context()`."""
    name = flagged.names.spell("ssl", "create_default_context")
    if name is None or flagged.call.args:
        return None
    return Rewritten(with_values(flagged.call, []).with_changes(func=spelled(name)), name.imports)


def reject_unknown_hosts(flagged: Flagged) -> Rewritten | None:
    """`set_missing_host_key_policy(paramiko.AutoAddPolicy())` → `…(paramiko.RejectPolicy())`."""
    name = flagged.names.spell("paramiko", "RejectPolicy")
    if name is None or len(flagged.call.args) != 1:
        return None
    policy = flagged.call.args[0]
    value = cst.Call(spelled(name)) if isinstance(policy.value, cst.Call) else spelled(name)
    return Rewritten(replaced(flagged.call, policy, value), name.imports)
