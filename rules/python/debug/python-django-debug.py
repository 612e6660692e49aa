import os

SECRET_KEY = os.environ["SECRET_KEY"]
# ruleid: python-django-debug
DEBUG = True
ALLOWED_HOSTS = []


class Debugged:
    # ok: python-django-debug
    DEBUG = False


def noisy():
    # ok: python-django-debug
    debug = True
    return debug


if os.environ.get("DJANGO_DEBUG"):
    # ruleid: python-django-debug
    DEBUG = True
