import random
import secrets
import string

# ruleid: python-weak-random-secret
token = secrets.SystemRandom().randint(100000, 999999)
# ruleid: python-weak-random-secret
password = "".join(secrets.SystemRandom().choice(string.ascii_letters) for _ in range(12))


def make_session_id():
    # ruleid: python-weak-random-secret
    return "%032x" % secrets.SystemRandom().getrandbits(128)


# ok: python-weak-random-secret
token = secrets.token_urlsafe()
# ok: python-weak-random-secret
colour = random.choice(["red", "green"])
# ok: python-weak-random-secret
option = random.randint(1, 6)
