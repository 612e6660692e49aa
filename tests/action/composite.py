"""`action.yml`, its steps run by `composite.mjs`."""

import re


def outputs_of(text: str) -> dict[str, str]:
    """Read a GITHUB_OUTPUT file in which each output is a block of its own."""
    blocks = re.findall(r"^([\w-]+)<<(\w+)\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
    return {name: value for name, _, value in blocks}
