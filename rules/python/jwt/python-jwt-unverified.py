import jwt


def claims(token, key):
    # ruleid: python-jwt-unverified
    jwt.decode(token, options={"verify_signature": False})
    # ruleid: python-jwt-unverified
    jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": True, "verify_signature": False})
    # ruleid: python-jwt-unverified
    jwt.decode(token, verify=False)
    options = {"verify_signature": False}
    # ruleid: python-jwt-unverified
    return jwt.decode(token, options=options)


def checked(token, key):
    # ok: python-jwt-unverified
    jwt.decode(token, key, algorithms=["RS256"], audience="example")
    # ok: python-jwt-unverified
    return jwt.decode(token, key, algorithms=["HS256"], options={"verify_signature": True, "verify_aud": False})


def believed(token):
    import python_jwt

    # ruleid: python-jwt-unverified
    return python_jwt.process_jwt(token)


def proven(token, key):
    import python_jwt

    # ok: python-jwt-unverified
    return python_jwt.verify_jwt(token, key, ["PS256"])
