"""Translates: what a platform sends into `Incoming`, screens into what a platform shows. Decides nothing."""
