"""The checks of the gate, one subject each. `reviewbot.verdict` asks them in turn."""
