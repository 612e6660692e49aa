import hashlib
import os
from hashlib import pbkdf2_hmac


def same(password):
    salt = b"pepper"
    # ruleid: python-salt-constant
    return pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def written(password):
    # ruleid: python-salt-constant
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"pepper", 600_000)


def drawn(password):
    salt = os.urandom(16)
    # ok: python-salt-constant
    return salt + hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def stretched(password, salt):
    # ok: python-salt-constant
    return hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1)
