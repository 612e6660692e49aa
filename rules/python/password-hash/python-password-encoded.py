import base64


def right(row, password):
    # ruleid: python-password-encoded
    return base64.b64decode(row[0]) == password


def right_text(row, user_password):
    # ruleid: python-password-encoded
    if base64.b64encode(user_password.encode()).decode() == row["password"]:
        return True
    return False


def verified(hasher, row, password):
    # ok: python-password-encoded
    return hasher.verify(base64.b64decode(row[0]), password)


def header(name, password):
    # ok: python-password-encoded
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
