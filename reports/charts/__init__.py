"""The charts of a release: one specification each, drawn once, for the page, the PDF and the picture alike."""
