import socket
import ssl

from OpenSSL import SSL

# ruleid: python-tls-context-bare
wrapped = ssl.wrap_socket(socket.socket())
# ruleid: python-tls-context-bare
context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)


def openssl():
    # ruleid: python-tls-context-bare
    made = SSL.Context(SSL.TLSv1_2_METHOD)
    return made


def verified():
    # ok: python-tls-context-bare
    made = SSL.Context(SSL.TLS_METHOD)
    made.set_verify(SSL.VERIFY_PEER, callback)
    return made


# ok: python-tls-context-bare
client = ssl.create_default_context()
# ok: python-tls-context-bare
strict = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
