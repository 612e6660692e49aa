from flask import Flask

app = Flask(__name__)
# ruleid: python-csrf-check-off
app.config["WTF_CSRF_ENABLED"] = True
# ruleid: python-csrf-check-off
app.config["JWT_COOKIE_CSRF_PROTECT"] = True
# ok: python-csrf-check-off
app.config["WTF_CSRF_ENABLED"] = True


class Testing:
    TESTING = True
    # ok: python-csrf-check-off
    WTF_CSRF_ENABLED = False
