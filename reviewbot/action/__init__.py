"""The door for GitHub Actions: one job's token, no ledger, and a log that hostile text must not command.

The event decides what is done: `pull_request` and `pull_request_target` review, `workflow_run` posts the review that
a job without write permission could not post, and `issue_comment` executes a command. Start with `door.py`.
"""
