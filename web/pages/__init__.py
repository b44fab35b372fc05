"""The pages of the console, a module for each subject."""

from web.pages import account
from web.visit import Page

PAGES: tuple[Page, ...] = (*account.PAGES,)
"""Every page, with who may ask for it."""
