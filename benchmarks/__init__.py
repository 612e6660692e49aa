"""One script for each promise on speed: `python -m benchmarks.gate`, `.review`, `.growth`, `.parity`."""
