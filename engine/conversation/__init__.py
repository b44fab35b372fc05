"""The conversation with a citizen: what each screen shows, and what each press or word does."""
