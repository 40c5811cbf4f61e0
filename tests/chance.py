"""Chance that can be had again: every run takes a fresh seed and prints it; CIM_SEED repeats one."""

import os
import random


def seed() -> int:
    """Choose the seed of this run, and say it where a failed test shows it."""
    chosen = int(os.environ.get("CIM_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"CIM_SEED={chosen}")
    return chosen
