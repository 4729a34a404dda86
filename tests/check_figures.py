#!/usr/bin/env python3
"""Hold scores against figures.toml.

    tests/check_figures.py SCORES.json

Prints each figure with its bound; exits 1 when one is missed or absent. Standard library only.
"""
import json
import sys
import tomllib
from pathlib import Path

scores = json.loads(Path(sys.argv[1]).read_text())
missed = 0
for figure in tomllib.loads(Path(__file__).with_name("figures.toml").read_text())["figure"]:
    value = scores
    for key in figure["key"]:
        value = value.get(key, {}) if isinstance(value, dict) else {}
    reached = isinstance(value, (int, float))
    bounds = []
    if "least" in figure:
        bounds.append(f">= {figure['least']}")
        reached = reached and value >= figure["least"]
    if "most" in figure:
        bounds.append(f"<= {figure['most']}")
        reached = reached and value <= figure["most"]
    missed += not reached
    shown = f"{value:.3f}" if isinstance(value, (int, float)) else "absent"
    print(f"{'ok    ' if reached else 'MISSED'} {figure['what']}: {shown} ({' and '.join(bounds)})")
sys.exit(1 if missed else 0)
