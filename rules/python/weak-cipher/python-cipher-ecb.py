from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def encrypt(key, text):
    # ruleid: python-cipher-ecb
    AES.new(key, AES.MODE_ECB).encrypt(text)
    # ruleid: python-cipher-ecb
    Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    # ok: python-cipher-ecb
    AES.new(key, AES.MODE_GCM).encrypt_and_digest(text)
    # ok: python-cipher-ecb
    Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
