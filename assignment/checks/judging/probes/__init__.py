"""Probes: properties that every right function has, tried on a student's own functions."""
