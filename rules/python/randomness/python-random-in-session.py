import random
import secrets

from flask import make_response, session


def login(user):
    # ruleid: python-random-in-session
    session["ticket"] = str(random.getrandbits(64))


def remember(user):
    number = random.randint(0, 10**9)
    response = make_response("")
    # ruleid: python-random-in-session
    response.set_cookie("remember", f"{user}-{number}")
    return response


def shortened(user):
    number = str(random.random())[2:]
    # ruleid: python-random-in-session
    session["ticket"] = number


def drawn(user):
    # ok: python-random-in-session
    session["ticket"] = secrets.token_urlsafe()


def greeting():
    # ok: python-random-in-session
    return random.choice(["Hello", "Welcome"])
