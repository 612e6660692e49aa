"""The pages of the set-up as HTML: no script, nothing loaded from elsewhere, light or dark as the browser likes it."""

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape

from reviewbot.setup.keys import CLIENT_SECRET, PRIVATE_KEY, SETTINGS, WEBHOOK_SECRET, App, Folder
from reviewbot.setup.manifest import EVENTS, PERMISSIONS, Registration

STYLE = """
:root { color-scheme: light dark; --page: #f5f6f8; --card: #ffffff; --text: #1c2128; --soft: #59636e; --line: #d9dee4;
  --accent: #1a6b4a; --on-accent: #ffffff; --code: #eef1f4; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1318; --card: #171c23; --text: #e4e8ed; --soft: #99a3ae;
  --line: #2d343d; --accent: #5cc596; --on-accent: #0b1a13; --code: #212831; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 3rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2.25rem 2.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
p { margin: .5rem 0; }
.lead, .note, td:last-child, dt { color: var(--soft); }
.note { font-size: .9rem; }
table { width: 100%; border-collapse: collapse; }
td { padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td:first-child { width: 8.5rem; font-weight: 600; white-space: nowrap; }
td:nth-child(2):not(:last-child) { width: 4rem; }
dl { display: grid; grid-template-columns: 8.5rem 1fr; margin: .5rem 0; row-gap: .35rem; }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .9rem/1.5 ui-monospace, "Liberation Mono", monospace; background: var(--code); border-radius: .3rem; }
code { padding: .1rem .3rem; }
pre { margin: .5rem 0; padding: .75rem 1rem; overflow-x: auto; }
ul, ol { margin: .5rem 0; padding-left: 1.25rem; }
li { margin: .25rem 0; }
button, .button { display: inline-block; margin: 1.25rem 0 .25rem; padding: .65rem 1.25rem; border: 0;
  border-radius: .45rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  text-decoration: none; cursor: pointer; }
button:hover, .button:hover { filter: brightness(1.08); }
button:focus-visible, .button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
@media (max-width: 36rem) { main { padding: 1.5rem 1.25rem; } dl { grid-template-columns: 1fr; } }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def headers(github_url: str) -> dict[str, str]:
    """Return the headers of each page: it runs nothing, and is framed and kept by nobody.

    What is posted to GitHub may be led on by it, to where the person signs in.
    """
    policy = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action https: {github_url}"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "strict-origin",
        "X-Content-Type-Options": "nosniff",
    }


def registration_page(asked: Registration, folder: Folder, state: str, until: str) -> str:
    """Return the page with the button that leads to GitHub."""
    owner = f"the organization <b>{escape(asked.organization)}</b>" if asked.organization else "your account"
    host = escape(asked.host)
    content = f"""
<h1>Register your reviewbot</h1>
<p class="lead">This registers a GitHub App of your own for {owner} on {host}. GitHub shows you what it asks for and
lets you confirm or cancel. You copy no key: GitHub hands them to this page, and it writes them to files that only
you can read.</p>
<h2>What the App may do</h2>
<table>{_rows((p.label, p.access, p.reason) for p in PERMISSIONS)}</table>
<p class="note">It has no permission to push, to merge or to change settings.</p>
<h2>What GitHub tells it</h2>
<ul>{"".join(f"<li>when {escape(reason)}</li>" for _, reason in EVENTS)}</ul>
<h2>How it is set up</h2>
<dl><dt>Name</dt><dd>{escape(asked.name)} <span class="note">(you can change it on GitHub)</span></dd>
<dt>Deliveries go to</dt><dd><code>{escape(asked.receiver_url)}</code></dd>
<dt>Keys are kept in</dt><dd><code>{escape(str(folder.path))}</code></dd></dl>
<form method="post" action="{escape(asked.form_url(state))}">
<input type="hidden" name="manifest" value="{escape(json.dumps(asked.manifest()))}">
<button type="submit">Register on {host}</button></form>
<p class="note">This page works once, until {escape(until)}.</p>"""
    return _page("Register your reviewbot", content)


def done_page(app: App, asked: Registration, folder: Folder) -> str:
    """Return the page that says what to do next."""
    kept = {
        PRIVATE_KEY: "signs as the App: only workers need it",
        WEBHOOK_SECRET: "by it the receiver knows GitHub's deliveries",
        CLIENT_SECRET: "for signing in to the dashboard with GitHub",
        SETTINGS: "the settings that name these files",
    }
    files = _rows((name, reason) for name, reason in kept.items())
    content = f"""
<h1>{escape(app.slug)} is registered</h1>
<p class="lead">Two steps are left.</p>
<h2>1. Start the service</h2>
<pre>{escape(start_commands(folder))}</pre>
<p class="note">GitHub has to reach it at <code>{escape(asked.receiver_url)}</code>.</p>
<h2>2. Install the App on your repositories</h2>
<a class="button" href="{escape(app.install_url)}">Install {escape(app.slug)}</a>
<p class="note">From then on pull requests are reviewed as they are opened and pushed to.</p>
<h2>What was written to <code>{escape(str(folder.path))}</code></h2>
<table>{files}</table>
<p class="note">Only you can read these files. GitHub does not show the keys again: keep a copy where your secrets
are kept. This page is closed now, and so is the command that opened it.</p>"""
    return _page(f"{app.slug} is registered", content)


def trouble_page(heading: str, sentence: str, *, again: bool = False) -> str:
    """Return a page that says what is wrong; with `again` it leads back to the beginning."""
    link = '<a class="button" href="/setup">Begin again</a>' if again else ""
    return _page(heading, f"<h1>{escape(heading)}</h1><p class='lead'>{escape(sentence)}</p>{link}")


def start_commands(folder: Folder) -> str:
    """Return the commands that start the service with the new settings."""
    return f"set -a; . {folder.quoted_settings}; set +a\nreviewbot serve"


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)


def _page(title: str, content: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><main>{content}</main></body></html>\n"
    )
