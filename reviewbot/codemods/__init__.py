"""Rewrites of source code that remove one kind of weakness each, for findings whose rule carries no fix."""
