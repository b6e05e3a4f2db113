"""Drivers: small programs that run one tool each, with the same requests and answers.

`protocol.py` documents them. A driver runs in the environment of its tool, which has no other
packages, so it imports the tool late.
"""
