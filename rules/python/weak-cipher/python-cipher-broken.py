from Crypto.Cipher import AES, DES3
from cryptography.hazmat.primitives.ciphers import algorithms


def old(key, nonce):
    # ruleid: python-cipher-broken
    return DES3.new(key, DES3.MODE_CFB, nonce)


def older(key):
    # ruleid: python-cipher-broken
    return algorithms.ARC4(key)


def current(key, nonce):
    # ok: python-cipher-broken
    return AES.new(key, AES.MODE_GCM, nonce)


def aes(key):
    # ok: python-cipher-broken
    return algorithms.AES(key)
