"""Carries out: one use case a file. Loads, asks the engine, saves. Decides nothing, knows no platform."""
