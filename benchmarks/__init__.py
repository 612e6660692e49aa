"""One script for each promise: speed (`python -m benchmarks.gate`, `.review`, `.growth`, `.parity`), `.detection`."""
