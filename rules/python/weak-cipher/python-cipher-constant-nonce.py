import os

from Crypto.Cipher import AES


def encrypt(key, text):
    # ruleid: python-cipher-constant-nonce
    AES.new(key, AES.MODE_CBC, b"0123456789abcdef")
    # ruleid: python-cipher-constant-nonce
    AES.new(key, AES.MODE_CBC, iv=b"\x00" * 16)
    # ruleid: python-cipher-constant-nonce
    AES.new(key, AES.MODE_GCM, nonce=bytes(12))
    # ok: python-cipher-constant-nonce
    AES.new(key, AES.MODE_CBC, iv=os.urandom(16))
    # ok: python-cipher-constant-nonce
    AES.new(key, AES.MODE_GCM)


def kept(key):
    vector = b"\x00" * 16
    # ruleid: python-cipher-constant-nonce
    return AES.new(key, AES.MODE_CBC, vector)


def drawn(key):
    vector = os.urandom(16)
    # ok: python-cipher-constant-nonce
    return AES.new(key, AES.MODE_CBC, vector)
