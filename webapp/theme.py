"""Design values with names; the style sheet in `static/theme.css` says the same to plain pages."""

PRIMARY = "#0b5563"
SECONDARY = "#44606b"
ACCENT = "#b4530a"
POSITIVE = "#1b6e3c"
NEGATIVE = "#b3261e"
WARNING = "#8a5a00"
INFO = "#2a5d8f"
