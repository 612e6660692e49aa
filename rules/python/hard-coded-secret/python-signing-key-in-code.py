import os

import jwt
from flask import Flask

app = Flask(__name__)
# ruleid: python-signing-key-in-code
app.secret_key = "not-a-real-key"
# ruleid: python-signing-key-in-code
app.config["SECRET_KEY"] = "not-a-real-key"
# ruleid: python-signing-key-in-code
token = jwt.encode({"sub": "1"}, "not-a-real-key", algorithm="HS256")

# ok: python-signing-key-in-code
app.secret_key = os.environ["SECRET_KEY"]
# ok: python-signing-key-in-code
app.config["SECRET_KEY"] = os.urandom(32)
# ok: python-signing-key-in-code
token = jwt.encode({"sub": "1"}, os.environ["JWT_KEY"], algorithm="HS256")
# ok: python-signing-key-in-code
app.secret_key = "change-me"
