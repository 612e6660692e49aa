"""The receiver of GitHub's webhooks: what is answered with 202 stands in the ledger.

    POST /github ─► body, within limits ─► signature.verify ─► events.parse_delivery ─► work_of ─► Recorder ─► 202

It decides nothing about a pull request and asks GitHub nothing: it holds no private key, scanner or model.
"""

from reviewbot.webhook.app import create_app

__all__ = ["create_app"]
