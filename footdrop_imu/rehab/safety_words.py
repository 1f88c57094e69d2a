"""What is shown at set-up and one press away ever after: signs that need help now, and how a strap is worn."""

from __future__ import annotations

from collections.abc import Mapping

from footdrop_imu.language import mark

__all__ = ["HELP_NOW", "RED_FLAGS", "STRAP_ON_NUMB_SKIN", "STRAP_RULES"]

RED_FLAGS: Mapping[str, str] = {
    "new_weakness": mark("New weakness, or weakness that has got worse"),
    "both_feet": mark("Both feet are weak now"),
    "bladder_or_bowel": mark("You cannot hold or pass water or stool as usual"),
    "saddle_numbness": mark("The skin between the legs, where you sit on a saddle, is numb"),
    "stroke_signs": mark("One side of the face hangs, an arm or leg is suddenly weak, or speech is suddenly unclear"),
}
"""Signs that something serious may look like foot drop, by id."""

HELP_NOW = mark("Get medical help now. Call the emergency number. The program pauses until this has been looked into.")
"""What is said as soon as one of ``RED_FLAGS`` is named."""

STRAP_RULES = (
    mark(
        "Wear the strap of a shank sensor at least a hand's breadth below the knee. A nerve lies under the skin there."
    ),
    mark("One finger has to fit under the strap."),
    mark("Do not put a strap over the pads of a stimulator."),
)
"""How a strap is worn, shown with a picture."""

STRAP_ON_NUMB_SKIN = (
    mark("Wear the strap over a sock."),
    mark("Take it off after 30 minutes at most."),
    mark("Look at the skin afterward."),
    mark("If it stays red for more than 20 minutes, do not wear the strap again and tell your therapist."),
)
"""How a strap is worn where the skin is numb."""
