import hmac


def check(key, body, sent):
    # ruleid: python-signature-compared-in-time
    if hmac.new(key, body, "sha256").hexdigest() == sent:
        return True
    mine = hmac.new(key, body, "sha256").hexdigest()
    # ruleid: python-signature-compared-in-time
    return mine == sent


def checked(key, body, sent):
    mine = hmac.new(key, body, "sha256").hexdigest()
    # ok: python-signature-compared-in-time
    return hmac.compare_digest(mine, sent)


def same(one, other):
    # ok: python-signature-compared-in-time
    return one == other
