import socket

server = socket.socket()
# ruleid: python-socket-bind-all
server.bind(("", 8080))
# ruleid: python-socket-bind-all
server.bind(("0.0.0.0", 8080))
# ok: python-socket-bind-all
server.bind(("127.0.0.1", 8080))
# ok: python-socket-bind-all
server.bind((address, 8080))
