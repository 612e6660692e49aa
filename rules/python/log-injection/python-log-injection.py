import logging

from flask import Flask, request

app = Flask(__name__)
logger = logging.getLogger(__name__)


@app.route("/login", methods=["POST"])
def login():
    name = request.form["name"]
    # ruleid: python-log-injection
    logger.info("login of " + name)
    # ruleid: python-log-injection
    app.logger.warning("login of %s", name)
    # ruleid: python-log-injection
    logging.error(f"no user {request.args['name']}")
    # ok: python-log-injection
    logger.info("login of %r", name)
    clean = name.replace("\r", "").replace("\n", "")
    # ok: python-log-injection
    logger.info("login of %s", clean)
    # ok: python-log-injection
    logger.info("page %d", int(request.args["page"]))
    return ""
