import ldap
from flask import Flask, request
from ldap.filter import escape_filter_chars

app = Flask(__name__)
connection = ldap.initialize("ldaps://directory.example.com")


@app.route("/find")
def find():
    name = request.args["name"]
    # ruleid: python-ldap-injection
    found = connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=" + name + ")")
    # ruleid: python-ldap-injection
    connection.search_s("ou=" + request.args["unit"] + ",dc=example", ldap.SCOPE_SUBTREE, "(uid=*)")
    # ok: python-ldap-injection
    found = connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(uid=%s)" % escape_filter_chars(name))
    # ok: python-ldap-injection
    connection.search_s("dc=example", ldap.SCOPE_SUBTREE, "(objectClass=person)")
    return str(found)
