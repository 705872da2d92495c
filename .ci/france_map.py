"""Convert the vector map of the French regions (MIT) once into coordinates that our templates can colour.

The metropolitan regions of 2016 only, under their ISO 3166-2 codes, rounded to a tenth of a unit.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

# The map is older than the codes of 2016: its own key -> (ISO 3166-2 code, official name).
REGIONS = {
    "FR-X7": ("FR-ARA", "Auvergne-Rhône-Alpes"),
    "FR-X1": ("FR-BFC", "Bourgogne-Franche-Comté"),
    "FR-E": ("FR-BRE", "Bretagne"),
    "FR-H": ("FR-COR", "Corse"),
    "FR-F": ("FR-CVL", "Centre-Val de Loire"),
    "FR-X4": ("FR-GES", "Grand Est"),
    "FR-X6": ("FR-HDF", "Hauts-de-France"),
    "FR-J": ("FR-IDF", "Île-de-France"),
    "FR-X2": ("FR-NAQ", "Nouvelle-Aquitaine"),
    "FR-X3": ("FR-NOR", "Normandie"),
    "FR-X5": ("FR-OCC", "Occitanie"),
    "FR-U": ("FR-PAC", "Provence-Alpes-Côte d’Azur"),
    "FR-R": ("FR-PDL", "Pays de la Loire"),
}
MARGIN = 4.0
SMALLEST_ISLAND = 2.0  # square units: below it an island is less than a pixel on a phone

Point = tuple[float, float]


def rings(path: str) -> list[list[Point]]:
    """The closed outlines of a path made of M, L, H, V and Z in either case."""
    found: list[list[Point]] = []
    x = y = 0.0
    for command, numbers in re.findall(r"([MmLlHhVvZz])([^A-Za-z]*)", path):
        values = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if command in "Zz":
            x, y = found[-1][0]
            continue
        if command in "HhVv":
            across = command in "Hh"
            values = [part for value in values for part in ((value, None) if across else (None, value))]
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            relative = command.islower()
            x = x if dx is None else dx + (x if relative else 0.0)
            y = y if dy is None else dy + (y if relative else 0.0)
            if command in "Mm" and (not found or (dx, dy) == (values[0], values[1])):
                found.append([])
            found[-1].append((x, y))
    return found


def area(ring: list[Point]) -> float:
    """The signed area by the shoelace formula."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def centroid(ring: list[Point]) -> Point:
    """The centre of gravity of an outline, where a label sits."""
    doubled = 6 * area(ring)
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    x = sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / doubled
    y = sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / doubled
    return x, y


def short(number: float) -> str:
    """A coordinate with one decimal at most, and no negative zero."""
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")


def draw(outlines: list[list[Point]], left: float, top: float) -> str:
    """Path data relative from rounded point to rounded point, so that errors do not add up along a border."""
    parts = []
    for ring in outlines:
        points = [(round(x - left, 1), round(y - top, 1)) for x, y in ring]
        parts.append(f"M{short(points[0][0])} {short(points[0][1])}l")
        steps = [
            f"{short(bx - ax)} {short(by - ay)}" for (ax, ay), (bx, by) in pairwise(points) if (ax, ay) != (bx, by)
        ]
        parts.append(" ".join(steps) + "z")
    return "".join(parts)


def convert(script: str) -> dict[str, object]:
    """Read the map's script and return {"viewBox": ..., "regions": {code: {...}}}."""
    drawn = dict(re.findall(r'"(FR-\w+)": \{\s*path: "([^"]+)"', script))
    outlines = {REGIONS[key][0]: rings(path) for key, path in drawn.items() if key in REGIONS}
    kept = {code: [ring for ring in found if abs(area(ring)) >= SMALLEST_ISLAND] for code, found in outlines.items()}
    points = [point for found in kept.values() for ring in found for point in ring]
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    width, height = max(x for x, _ in points) + MARGIN - left, max(y for _, y in points) + MARGIN - top
    regions = {}
    for code, name in sorted(REGIONS.values()):
        x, y = centroid(max(kept[code], key=lambda ring: abs(area(ring))))
        regions[code] = {
            "name": name,
            "label_x": round(x - left, 1),
            "label_y": round(y - top, 1),
            "path": draw(kept[code], left, top),
        }
    return {"viewBox": f"0 0 {short(width)} {short(height)}", "regions": regions}


def write(source: Path, target: Path) -> None:
    """Convert one file into the other."""
    converted = convert(source.read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(converted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
