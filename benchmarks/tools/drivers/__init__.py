"""Drivers: small programs that run one tool each, all with the same questions and answers.

`protocol.py` says what they are asked and what they answer. A driver is run by the interpreter
of the tool's own environment, which has nothing else: so it imports what it needs late.
"""
