from flask import Flask, make_response

app = Flask(__name__)
# ruleid: python-cookie-flag-off
app.config["SESSION_COOKIE_SECURE"] = True
# ruleid: python-cookie-flag-off
app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)


@app.route("/")
def start():
    response = make_response("")
    # ruleid: python-cookie-flag-off
    response.set_cookie("basket", "1", secure=True)
    # ruleid: python-cookie-flag-off
    response.set_cookie("session", "1", httponly=True, secure=True)
    # ok: python-cookie-flag-off
    response.set_cookie("session", "1", httponly=True, secure=True)
    # ok: python-cookie-flag-off
    response.set_cookie("theme", "dark")
    return response


# ok: python-cookie-flag-off
app.config["SESSION_COOKIE_HTTPONLY"] = True
