import sqlite3

from flask import Flask, request
from sqlalchemy import select, text

app = Flask(__name__)
db = sqlite3.connect("app.db")
COLUMNS = {"name": "name", "age": "age"}


@app.route("/user")
def user():
    cursor = db.cursor()
    # ruleid: python-sql-injection
    cursor.execute("SELECT * FROM users WHERE name = '" + request.args["name"] + "'")
    query = f"SELECT * FROM users WHERE name = '{request.args.get('name')}'"
    # ruleid: python-sql-injection
    return cursor.execute(query).fetchall()


@app.get("/items/{item}")
async def item(item: str):
    # ruleid: python-sql-injection
    return await pool.fetchrow("SELECT * FROM items WHERE id = '%s'" % item)


def view(request):
    # ruleid: python-sql-injection
    return User.objects.raw("SELECT * FROM users WHERE name = '{}'".format(request.POST["name"]))


@app.route("/engine")
def engine():
    # ruleid: python-sql-injection
    return session.execute(text("DELETE FROM users WHERE id = " + request.form["id"]))


@app.route("/bound")
def bound():
    cursor = db.cursor()
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM users WHERE name = ?", (request.args["name"],))
    # ok: python-sql-injection
    cursor.execute("SELECT * FROM users LIMIT %d" % int(request.args["limit"]))
    # ok: python-sql-injection
    return session.execute(text("SELECT * FROM users WHERE id = :id"), {"id": request.args["id"]})


@app.route("/built")
def built():
    # ok: python-sql-injection
    return session.execute(select(User).where(User.name == request.args["name"]))


@app.route("/order")
def order():
    column = request.args["column"]
    if column not in COLUMNS:
        abort(400)
    # ok: python-sql-injection
    return db.execute(f"SELECT * FROM users ORDER BY {column}")


async def forwarded(request, pool):
    # ok: python-sql-injection
    page = await http_client.fetch(request.args["url"])
    # ruleid: python-sql-injection
    rows = await pool.fetch("SELECT * FROM pages WHERE url = '" + request.args["url"] + "'")
    return page, rows
