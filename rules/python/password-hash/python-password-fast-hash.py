import hashlib
import os


def store(password, salt):
    # ruleid: python-password-fast-hash
    hashlib.md5(password.encode()).hexdigest()
    # ruleid: python-password-fast-hash
    hashlib.sha256(salt + password.encode("utf-8")).hexdigest()
    digest = hashlib.sha512()
    # ruleid: python-password-fast-hash
    digest.update(password.encode())
    # ok: python-password-fast-hash
    hashlib.scrypt(password.encode(), salt=os.urandom(16), n=2**14, r=8, p=1)
    # ok: python-password-fast-hash
    hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000)


def checksum(data):
    # ok: python-password-fast-hash
    return hashlib.sha256(data).hexdigest()
