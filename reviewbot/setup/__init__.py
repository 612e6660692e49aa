"""Registering a GitHub App of one's own by GitHub's manifest flow, without copying a secret by hand.

    the page ─► github.com shows what was asked for ─► back with a code ─► keys, written to files ─► installation

https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""
