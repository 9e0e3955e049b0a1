"""Contrast by the rule of WCAG 2.1 (relative luminance)."""

from __future__ import annotations


def luminance(colour: str) -> float:
    """0 for black, 1 for white; the colour as #rrggbb."""
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """1 for the same colour, 21 for black on white."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(colour: str, strength: float, behind: str) -> str:
    """What is seen of a colour that lets the one behind it through; strength from 0 to 1."""
    mixed = (round(strength * int(colour[i:i + 2], 16) + (1 - strength) * int(behind[i:i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
