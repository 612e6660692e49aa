"""The tests here run real, tiny models. They need the extra `model`; without it `test_extra.py` says what is missing."""

import importlib.util

MISSING = [name for name in ("torch", "transformers", "peft") if importlib.util.find_spec(name) is None]
collect_ignore_glob = ["test_[!e]*.py", "test_engine.py"] if MISSING else []
