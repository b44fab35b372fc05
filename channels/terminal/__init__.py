"""The chat in a terminal: for content authors, and to write transcripts."""
