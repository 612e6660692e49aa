import _pickle as quick

import yaml


def settings(text):
    # ruleid: python-loader-of-objects
    return yaml.load(text)


def full(text):
    # ruleid: python-loader-of-objects
    return yaml.load(text, Loader=yaml.Loader)


def token(data):
    # ruleid: python-loader-of-objects
    return quick.loads(data)


def plain(text):
    # ok: python-loader-of-objects
    return yaml.safe_load(text)


def named(text):
    # ok: python-loader-of-objects
    return yaml.load(text, Loader=yaml.SafeLoader)
