"""Runs a Python handler: polls the Runtime API, calls the function, posts what it returns or raises."""
