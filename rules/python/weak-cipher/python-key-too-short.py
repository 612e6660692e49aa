from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import dsa, rsa

# ruleid: python-key-too-short
short = RSA.generate(1024)
# ruleid: python-key-too-short
made = dsa.generate_private_key(key_size=1024)
# ok: python-key-too-short
long = RSA.generate(3072)
# ok: python-key-too-short
kept = rsa.generate_private_key(public_exponent=65537, key_size=4096)


def made(bits=1024):
    # ruleid: python-key-too-short
    return RSA.generate(bits)


def made_long(bits=3072):
    # ok: python-key-too-short
    return RSA.generate(bits)


def made_as_told(bits, exponent=65537):
    # ok: python-key-too-short
    return RSA.generate(bits)
