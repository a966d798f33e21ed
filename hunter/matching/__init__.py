"""Comparing a brand with a profile. Pure: no clock, file, socket, database, environment or randomness in here."""
