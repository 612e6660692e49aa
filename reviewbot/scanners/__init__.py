"""Semgrep, Bandit and our own checks of the text, each behind the `Scanner` port."""
