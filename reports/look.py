"""The colours and the font of everything that is drawn: AA on white, safe for colour blindness."""

FONT = "Be Vietnam Pro"

COLOURS = {
    "ink": "#1d2433",
    "muted": "#566072",
    "line": "#c3cad5",
    "track": "#e8ebf0",
    "ground": "#ffffff",
    "accent": "#0b7285",
    "accent_tint": "#e9f4f6",
    "warm": "#b45309",
    "warm_tint": "#fdf3e7",
}
"""`accent`: as it should be. `warm`: needs attention, always together with a shape or words. No red."""

LIGHTER = "#85b9c2"
"""Half accent, half ground: the part of a bar in which the true value lies."""

MAP_STEPS = (COLOURS["accent_tint"], "#7ab3be", COLOURS["accent"], COLOURS["ink"])
"""From light to dark in one hue, the darkest nearly black: told apart without colours, and on a copy."""
