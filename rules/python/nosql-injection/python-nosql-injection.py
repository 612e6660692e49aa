from flask import Flask, request
from pymongo import MongoClient

app = Flask(__name__)
users = MongoClient().app.users


@app.post("/login")
def login():
    sent = request.get_json()
    # ruleid: python-nosql-injection
    user = users.find_one({"name": sent["name"], "password": sent["password"]})
    # ruleid: python-nosql-injection
    return list(users.find(request.json))


@app.post("/typed")
def typed():
    sent = request.get_json()
    # ok: python-nosql-injection
    user = users.find_one({"name": str(sent["name"])})
    # ok: python-nosql-injection
    return str(users.find_one({"name": request.args["name"]}))
