"""Words that keep inside their place in a figure: measured, shortened, wrapped, whatever script they are in."""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

__all__ = ["shorten", "text_width_pt", "wrap"]

_BOLD = 1.15
# Widths of DejaVu Sans in em, rounded up: wider than what most readers' screens show, so that texts keep inside.
_WIDTHS = {
    letter: width
    for width, letters in (
        (0.32, "' ,.IJijl"),
        (0.38, "-/:;\\f|"),
        (0.42, "!()[]rt"),
        (0.46, '"'),
        (0.53, "*_`sz°–²"),
        (0.57, "?Lc"),
        (0.62, "FPTYaekovxy"),
        (0.65, "$0123456789EKSbdghnpqu{}"),
        (0.7, "ABCRVXZ"),
        (0.77, "DGHNU"),
        (0.79, "&OQw"),
        (0.84, "#+<=>M^~−"),
        (1.0, "%@Wm…"),
    )
    for letter in letters
}


def text_width_pt(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Tell how wide a text is at most, in any script."""
    return sum(map(_width_em, text)) * size_pt * (_BOLD if bold else 1)


def _width_em(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    if combining(letter):
        return 0
    return 1.05 if east_asian_width(letter) in "WF" or category(letter) in ("So", "Cn", "Co") else 0.72


def shorten(text: str, width_pt: float, size_pt: float, *, bold: bool = False) -> str:
    """Cut a text to one line of a width, with … where something was cut."""
    text = " ".join(text.split())
    if text_width_pt(text, size_pt, bold=bold) <= width_pt:
        return text
    room = width_pt / (size_pt * (_BOLD if bold else 1)) - 1
    kept = 0
    for letter in text:
        room -= _width_em(letter)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def wrap(text: str, width_pt: float, size_pt: float, lines: int = 2) -> tuple[str, ...]:
    """Break a text into so many lines of a width at most; a word too long for a line is broken, the rest is cut."""
    broken: list[str] = []
    left = text.split()
    while left and len(broken) < lines - 1:
        line = left.pop(0)
        if text_width_pt(line, size_pt) > width_pt:
            whole = line
            line = shorten(whole, width_pt, size_pt).removesuffix("…") or whole[:1]
            if rest := whole[len(line) :]:
                left.insert(0, rest)
        while left and text_width_pt(f"{line} {left[0]}", size_pt) <= width_pt:
            line = f"{line} {left.pop(0)}"
        broken.append(line)
    if left:
        broken.append(shorten(" ".join(left), width_pt, size_pt))
    return tuple(broken)
