from flask import make_response

response = make_response("")
# ruleid: python-session-cookie-bare
response.set_cookie("session_id", "1")
# ruleid: python-session-cookie-bare
response.set_cookie("auth_token", "1", max_age=60, httponly=True)
# ok: python-session-cookie-bare
response.set_cookie("session_id", "1", secure=True, httponly=True, samesite="Lax")
# ok: python-session-cookie-bare
response.set_cookie("theme", "dark")
