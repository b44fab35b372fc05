"""Starts it all: settings, the parts joined together, the command line. Decides nothing."""
