"""JPEG files: the markers of their segments (ITU-T T.81, annex B)."""

from __future__ import annotations

__all__ = ["ALONE", "END_OF_IMAGE", "FRAMES", "PROGRESSIVE", "START_OF_SCAN"]

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9

FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The markers of frames, which tell the channels; the others in that range are of tables."""

PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
"""The markers of frames whose scans refine each other."""

ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a segment."""
