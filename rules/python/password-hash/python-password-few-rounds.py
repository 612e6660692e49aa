import hashlib
import os

import bcrypt
from Crypto.Protocol.KDF import PBKDF2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ROUNDS = 5_000


def few(password, salt):
    # ruleid: python-password-few-rounds
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1000)


def few_by_name(password, salt):
    # ruleid: python-password-few-rounds
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=ROUNDS)
    return kdf.derive(password)


def few_by_default(password, salt):
    # ruleid: python-password-few-rounds
    return PBKDF2(password, salt, dkLen=32)


def quick(password):
    # ruleid: python-password-few-rounds
    salt = bcrypt.gensalt(rounds=4)
    return bcrypt.hashpw(password.encode(), salt)


def cheap(password, salt):
    # ruleid: python-password-few-rounds
    return hashlib.scrypt(password.encode(), salt=salt, n=2**10, r=8, p=1)


def enough(password):
    salt = os.urandom(16)
    # ok: python-password-few-rounds
    return salt + hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def enough_of_bcrypt(password):
    # ok: python-password-few-rounds
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt())


def enough_of_scrypt(password, salt):
    # ok: python-password-few-rounds
    return hashlib.scrypt(password.encode(), salt=salt, n=2**17, r=8, p=1)


def said(password, salt, rounds):
    # ok: python-password-few-rounds
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
