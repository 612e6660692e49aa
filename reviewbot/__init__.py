"""A security review of a code change, in which no suggestion goes out unchecked.

The map, in the order in which a review runs. Each noun is one module: its type, the Protocol of
what it needs from outside, and the function that makes it.

    Change → Finding → Suggestion → Verdict → Review

Start reading in `pipeline.py`.
"""

__version__ = "0.1.0"
