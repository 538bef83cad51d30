"""Colours that people with any kind of colour vision can tell apart (Okabe and Ito)."""

BLACK = "#000000"
GREY = "#8C8C8C"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
RED = "#D55E00"
PURPLE = "#CC79A7"

CLASSES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
"""One for each class; its marker tells it apart in black and white, too."""
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = (BLUE, RED, GREEN, PURPLE, ORANGE, BLACK)
"""One for each curve, none of them too pale for a thin line."""
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
"""How the lines of these colours are drawn."""
