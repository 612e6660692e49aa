"""A Review or a Scan, written down for people and for machines."""
