"""Draws results as files to keep: pictures and documents. Gets what it draws; fetches and decides nothing."""
