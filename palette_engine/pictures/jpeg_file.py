"""JPEG files: the markers of their segments (ITU-T T.81, annex B)."""

from __future__ import annotations

import re

__all__ = [
    "ALONE",
    "ARITHMETIC",
    "END_OF_IMAGE",
    "FRAMES",
    "HUFFMAN_TABLES",
    "LOSSLESS",
    "MARKER_IN_SCAN",
    "PROGRESSIVE",
    "RESTART_INTERVAL",
    "START_OF_SCAN",
]

HUFFMAN_TABLES, RESTART_INTERVAL = 0xC4, 0xDD

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9

FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The markers of frames, which tell the channels; the others in that range are of tables."""

PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
"""The markers of frames whose scans refine each other."""

LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}
"""The markers of frames without a cosine transform."""

ARITHMETIC = {*range(0xC9, 0xD0)}
"""The markers of frames with arithmetic coding."""

MARKER_IN_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
"""A marker in the data of a scan, where 0xFF is followed by 0 or a restart marker else."""

ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a segment."""
