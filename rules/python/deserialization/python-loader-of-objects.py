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


# ruleid: python-loader-of-objects
class Ordered(yaml.Loader):
    pass


# ok: python-loader-of-objects
class Plain(yaml.SafeLoader):
    def __init__(self, stream):
        # ok: python-loader-of-objects
        yaml.SafeLoader.__init__(self, stream)


class Old(Mixed):
    def __init__(self, stream):
        # ruleid: python-loader-of-objects
        yaml.Loader.__init__(self, stream)
