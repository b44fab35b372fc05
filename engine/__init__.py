"""Decides: what to ask, what an answer is worth, what to show next. Never reads a file, a clock or a database."""
