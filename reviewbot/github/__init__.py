"""What GitHub sends us and what we ask of it. `events` and `commands` do no I/O."""
