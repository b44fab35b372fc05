"""The chat in a browser: a page that works without JavaScript, and JSON for the one that has it."""
