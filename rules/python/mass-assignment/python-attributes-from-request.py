from flask import Flask, request

app = Flask(__name__)
FIELDS = ("name", "city")


@app.post("/users")
def create():
    # ruleid: python-attributes-from-request
    user = User(**request.get_json())
    for name, value in request.json.items():
        # ruleid: python-attributes-from-request
        setattr(user, name, value)
    return ""


@app.post("/named")
def named():
    sent = request.get_json()
    # ok: python-attributes-from-request
    user = User(name=sent["name"], city=sent["city"])
    for name, value in sent.items():
        if name in FIELDS:
            # ok: python-attributes-from-request
            setattr(user, name, value)
    return ""
