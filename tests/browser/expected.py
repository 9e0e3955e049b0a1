"""What the pixels of a trace have to be, from the figure's numbers alone. Each check returns the faults it found."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.plotting.theme import DARK
from tests.browser.canvas import PLOTLY, Picture, rgb

Trace = dict[str, Any]
Numbers = NDArray[np.float64]
MOST = 40  # sampled points of a trace
HALF = 0.71  # px, from a point to the middle of its pixel
ON = {"dot": 0.5, "dash": 0.5, "longdash": 0.5, "dashdot": 2 / 3}  # the share of a line that is drawn
FILLED = ("circle", "square", "diamond", "star", "triangle-up", "triangle-down", "x")


def colour_of(name: str, dark: bool) -> Numbers:
    return rgb(DARK.get(name, name) if dark else name)


@cache
def named_scale(name: str) -> list[tuple[float, str]]:
    """As plotly.js has it, which is not what Python's plotly has under the same name."""
    stops = re.search(rf"\b{name}:(\[\[0,.*?\]\])", PLOTLY.read_text())[1]
    return [(float(at), "#" + "".join(f"{int(v):02x}" for v in rgb))
            for at, *rgb in re.findall(r'\[([\d.]+),"rgb\((\d+), ?(\d+), ?(\d+)\)"\]', stops)]


def scale(trace: Trace, values: Any, dark: bool, low: str = "zmin", high: str = "zmax") -> Numbers:
    """Colours of numbers by straight lines between the stops of a scale."""
    stops = named_scale(trace["colorscale"]) if isinstance(trace["colorscale"], str) else trace["colorscale"]
    shares = (np.asarray(values, float) - trace[low]) / (trace[high] - trace[low])
    colours = np.array([colour_of(name, dark) for _, name in stops])
    return np.stack([np.interp(shares, [at for at, _ in stops], channel) for channel in colours.T], axis=-1)


def like(pixels: Numbers, colour: Numbers, strength: float = 0.0, tolerance: float = 2.0) -> NDArray[np.bool_]:
    """Which pixels have a colour, as precisely as their strength (0 to 255) lets them say it."""
    pixels = np.atleast_2d(pixels)
    alpha = pixels[:, 3]
    allowed = tolerance + 255 / np.maximum(alpha, 1)
    return (alpha >= max(strength, 1.0)) & (np.abs(pixels[:, :3] - colour) <= allowed[:, None]).all(axis=1)


def some(n: int) -> NDArray[np.int_]:
    """Indices, evenly among n."""
    return np.unique(np.linspace(0, n - 1, min(n, MOST)).astype(int)) if n else np.empty(0, int)


def places(trace: Trace, picture: Picture) -> tuple[Numbers, Numbers]:
    n = min(len(trace["x"]), len(trace["y"]))
    px = picture.placed(trace.get("xaxis", "x"), np.asarray(trace["x"], float)[:n])
    return px, picture.placed(trace.get("yaxis", "y"), np.asarray(trace["y"], float)[:n])


def far_from(pieces: Numbers, px: Numbers, py: Numbers) -> Numbers:
    """px from places to the nearest of some straight pieces, rows of [x0, y0, x1, y1]."""
    if not len(pieces):
        return np.full(np.shape(px), np.inf)
    x0, y0, x1, y1 = (pieces[:, i, None] for i in range(4))
    dx, dy = x1 - x0, y1 - y0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.nan_to_num(((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy)).clip(0, 1)
    return np.hypot(px - x0 - t * dx, py - y0 - t * dy).min(axis=0)


def pieces_of(px: Numbers, py: Numbers) -> Numbers:
    """The straight pieces between points that follow each other."""
    known = np.isfinite(px) & np.isfinite(py)
    both = known[:-1] & known[1:]
    return np.stack([px[:-1], py[:-1], px[1:], py[1:]], axis=1)[both]


def line(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """Its colour at its points and between them; nothing where numbers are missing."""
    given = trace.get("line", {})
    width, dash = given.get("width", 2), given.get("dash", "solid")
    if "lines" not in trace["mode"] or not width or not given.get("color"):
        return []
    px, py = places(trace, picture)
    pieces = pieces_of(px, py)
    if length(pieces) < 2:  # px: it may lie between two pixels
        return []
    colour, opacity = colour_of(given["color"], dark), trace.get("opacity", 1.0)
    shares = np.linspace(0.0, 1.0, 5)[1:-1] if dash == "solid" else np.linspace(0, 1, 60)
    chosen = pieces[some(len(pieces))]
    x = (chosen[:, [0]] + shares * (chosen[:, 2] - chosen[:, 0])[:, None]).ravel()
    y = (chosen[:, [1]] + shares * (chosen[:, 3] - chosen[:, 1])[:, None]).ravel()
    seen = picture.inside(x, y) & (np.abs(far_from(ends_of(px, py), x, y)) > 1.5)
    if "markers" in trace["mode"]:
        seen &= far_from(np.stack([px, py, px, py], axis=1)[np.isfinite(px + py)], x, y) > reach_of(trace)
    x, y = x[seen], y[seen]
    strength = 255 * opacity * min(1.0, width / 2 - HALF + 0.5) - 8
    drawn = like(picture.at(x, y), colour, strength if dash == "solid" else 60 * opacity)
    if dash == "solid" and (width < 2 or len(px) > 2 * picture.plot[2]):  # between two pixels, or thinned to the pixel
        drawn = np.array([like(picture.around(*at, 1), colour, 60 * opacity).any() for at in zip(x, y, strict=True)])
    out = []
    if dash == "solid" and not drawn.all():
        out.append(f"its line is not at {[*zip(x[~drawn][:2].round(1), y[~drawn][:2].round(1), strict=True)]}")
    elif dash != "solid" and len(drawn) >= 60 and length(pieces) > 150:
        lengths = [float(part.removesuffix("px")) for part in dash.split()] if "px" in dash else []
        on = sum(lengths[::2]) / sum(lengths) if lengths else ON[dash]
        if not on - 0.2 < drawn.mean() < on + 0.25:
            out.append(f"its dashes are {drawn.mean():.2f} of its line, not {on:.2f}")
    return out + gaps(trace, picture, pieces, width)


def ends_of(px: Numbers, py: Numbers) -> Numbers:
    """The first and the last point of each part of a line, where it is cut off."""
    known = np.concatenate([[False], np.isfinite(px) & np.isfinite(py), [False]])
    at = np.concatenate([np.flatnonzero(~known[:-1] & known[1:]), np.flatnonzero(known[:-1] & ~known[1:]) - 1])
    return np.stack([px, py, px, py], axis=1)[at]


def reach_of(trace: Trace) -> float:
    """px from the middle of a trace's largest symbol, beyond which nothing is of it."""
    return float(np.max(trace.get("marker", {}).get("size", 6))) + 2


def length(pieces: Numbers) -> float:
    """px, of all together."""
    return float(np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum())


def gaps(trace: Trace, picture: Picture, pieces: Numbers, width: float) -> list[str]:
    """Between two points with a missing one in between there is nothing."""
    px, py = places(trace, picture)
    known = np.flatnonzero(np.isfinite(px) & np.isfinite(py))
    ends = known[:-1][np.diff(known) > 1], known[1:][np.diff(known) > 1]
    x, y = ((v[ends[0]] + v[ends[1]]) / 2 for v in (px, py))
    dots = np.stack([px, py, px, py], axis=1)[known] if "markers" in trace["mode"] else np.empty((0, 4))
    clear = picture.inside(x, y) & (far_from(pieces, x, y) > width / 2 + 2) & (far_from(dots, x, y) > reach_of(trace))
    painted = clear & (picture.at(np.nan_to_num(x), np.nan_to_num(y))[:, 3] > 0)
    return [f"a gap is bridged at {x[painted][0]:.0f}, {y[painted][0]:.0f}"] if painted.any() else []


def nth(value: Any, i: int) -> Any:
    return value[i] if isinstance(value, (list, tuple, np.ndarray)) else value


def markers(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """The colour of each symbol in its middle, of an open one around it; the tip of an arrow where it points."""
    marker = trace.get("marker", {})
    if "markers" not in trace["mode"]:
        return []
    px, py = places(trace, picture)
    out = []
    for i in some(len(px)):
        size, symbol = nth(marker.get("size", 6), i), nth(marker.get("symbol", "circle"), i)
        own = nth(marker.get("color", trace.get("line", {}).get("color")), i)
        later = np.hypot(px[i + 1:] - px[i], py[i + 1:] - py[i])
        if not size or not np.isfinite(px[i] + py[i]) or not picture.inside(px[i], py[i], size) \
                or (np.isfinite(later) & (later < 1.5 * size)).any():
            continue
        colour = colour_of(own, dark) if isinstance(own, str) else scale(marker, own, dark, "cmin", "cmax")
        strength = 200 * trace.get("opacity", 1.0)
        if symbol in FILLED:
            drawn = like(picture.at(px[[i]], py[[i]]), colour, strength).all()
        elif symbol == "arrow":
            step = np.array([px[i] - px[i - 1], py[i] - py[i - 1]])
            x, y = np.array([px[i], py[i]]) - step / np.hypot(*step) * size / 2
            drawn = like(picture.at(x, y), colour, strength).all()
        else:  # open
            turn = np.arange(0, 2 * np.pi, 0.05)
            reach = np.linspace(0.35, 0.75, 9)[:, None] * size
            ring = picture.at((px[i] + reach * np.cos(turn)).ravel(), (py[i] + reach * np.sin(turn)).ravel())
            drawn = like(ring, colour, 60).reshape(reach.size, -1).any(axis=0).mean() > 0.9 \
                and ("lines" in trace["mode"] or picture.at(px[i], py[i])[3] == 0)
        if not drawn:
            out.append(f"its {symbol} {i} is not at {px[i]:.1f}, {py[i]:.1f}")
    return out


def area(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """Within its outline its colour, and nothing outside."""
    if trace.get("fill") != "toself" or not len(trace["x"]):
        return []
    px, py = places(trace, picture)
    pieces, edge = [], []
    for part in np.split(np.arange(len(px)), np.flatnonzero(~np.isfinite(px + py))):
        ring = part[np.isfinite(px[part] + py[part])]
        if len(ring):
            a, b = ring, np.roll(ring, -1)
            edge.append(np.stack([px[a], py[a], px[b], py[b]], axis=1))
    if not edge:
        return []
    pieces = np.concatenate(edge)
    rng = np.random.default_rng(0)
    left, top, width, height = picture.plot
    x = np.concatenate([rng.uniform(left, left + width, 200), pieces[:, 0].mean() + rng.normal(0, 8, 100)])
    y = np.concatenate([rng.uniform(top, top + height, 200), pieces[:, 1].mean() + rng.normal(0, 8, 100)])
    x, y = np.floor(x) + 0.5, np.floor(y) + 0.5
    border = trace.get("line", {}).get("width", 2) / 2
    known = picture.inside(x, y) & (far_from(pieces, x, y) > border + 1.5)
    x, y = x[known], y[known]
    x0, y0, x1, y1 = (pieces[:, i, None] for i in range(4))
    with np.errstate(divide="ignore", invalid="ignore"):
        right = x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    winds = (((y0 <= y) & (y < y1) & right).astype(int) - ((y1 <= y) & (y < y0) & right)).sum(axis=0) != 0
    pixels = picture.at(x, y)
    wrong = np.where(winds, ~like(pixels, colour_of(trace["fillcolor"], dark), 255 * trace.get("opacity", 1) - 3),
                     pixels[:, 3] > 0)
    return [f"its area is wrong at {x[wrong][0]:.0f}, {y[wrong][0]:.0f}"] if wrong.any() else []


def zeros(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """What is exactly 0 on a logarithmic axis stands at its foot."""
    axis = trace.get("yaxis", "y")
    if not picture.axes[axis]["log"]:
        return []
    x = picture.placed("x", np.asarray(trace["x"], float))
    left, top, width, height = picture.plot
    out = []
    for i in np.flatnonzero(np.asarray(trace["y"], float)[:len(x)] == 0)[:MOST]:
        if left < x[i] < left + width and not (picture.around(x[i], top + height - 8, 6)[:, 3] > 100).any():
            out.append(f"its zero {i} is not at the foot")
    return out


def edges(middles: Any) -> Numbers:
    """Of cells with these middles."""
    middles = np.asarray(middles, float)
    if len(middles) == 1:
        return np.array([middles[0] - 0.5, middles[0] + 0.5])
    between = (middles[1:] + middles[:-1]) / 2
    return np.concatenate([[2 * middles[0] - between[0]], between, [2 * middles[-1] - between[-1]]])


def grid(picture: Picture) -> tuple[Numbers, Numbers]:
    """Middles of pixels of the plot."""
    rng, (left, top, width, height) = np.random.default_rng(0), picture.plot
    x, y = rng.uniform(left + 1, left + width - 1, 150), rng.uniform(top + 1, top + height - 1, 150)
    return np.floor(x) + 0.5, np.floor(y) + 0.5


def cells(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """At places anywhere in the plot the colour of the cell there, or of one that touches the pixel; nothing where its
    number is missing, or where there is no cell."""
    z = np.asarray(trace["z"], float)
    if not z.size:
        return []
    z = z.T if trace.get("transpose") else z
    x, y = grid(picture)
    ways = []
    for axis, n, px in (("x", z.shape[1], x), ("y", z.shape[0], y)):
        values = trace.get(axis, np.arange(n))
        ends = edges(np.log10(values) if picture.axes[axis]["log"] else values)
        ways.append([np.searchsorted(ends, picture.valued(axis, px + shift)) - 1 for shift in (-1.01, 0.0, 1.01)])
    pixels, fine = picture.at(x, y), np.zeros(len(x), bool)
    strength = 255 * trace.get("opacity", 1.0)
    for rows in ways[1]:
        for columns in ways[0]:
            there = (rows >= 0) & (rows < z.shape[0]) & (columns >= 0) & (columns < z.shape[1])
            value = np.where(there, z[rows.clip(0, z.shape[0] - 1), columns.clip(0, z.shape[1] - 1)], np.nan)
            known = np.isfinite(value)
            colours = scale(trace, np.where(known, value, trace["zmin"]), dark)
            right = (np.abs(pixels[:, :3] - colours) <= 2 + 255 / strength).all(axis=1) \
                & (np.abs(pixels[:, 3] - strength) <= 2)
            fine |= np.where(known, right, pixels[:, 3] == 0)
    wrong = [f"{a:.0f}, {b:.0f}" for a, b in zip(x[~fine], y[~fine], strict=True)]
    return [f"{len(wrong)} of {len(x)} places have another colour, as {wrong[0]}"] if wrong else []


def levels(trace: Trace) -> Numbers:
    given = trace["contours"]
    return np.arange(given["start"], given["end"] + 1e-9, given.get("size", 1))


def contours(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """Lines where the numbers between two points cross a level, nothing where they do not; between them colours."""
    z, colour = np.asarray(trace["z"], float), colour_of(trace["line"]["color"], dark)
    px, py = picture.placed("x", trace["x"]), picture.placed("y", trace["y"])
    out, x, y = [], [], []
    for level in levels(trace):
        a, b = z[:, :-1], z[:, 1:]
        with np.errstate(invalid="ignore"):
            i, j = np.nonzero((a - level) * (b - level) < 0)
        keep = some(len(i))
        i, j = i[keep], j[keep]
        share = (level - a[i, j]) / (b[i, j] - a[i, j])
        x.append(px[j] + share * (px[j + 1] - px[j]))
        y.append(py[i])
    x, y = np.concatenate([[], *x]), np.concatenate([[], *y])
    seen = picture.inside(x, y)
    x, y = x[seen], y[seen]
    width, dash = trace["line"]["width"], trace["line"].get("dash", "solid")
    found = np.array([like(picture.around(a, b, 1), colour, 40, 6).any() for a, b in zip(x, y, strict=True)], bool)
    shaded = trace["contours"].get("coloring") == "heatmap"
    if shaded:  # an antialiased line on colours is between the two
        found = np.array([line_on_colours(picture.around(a, b, 1), colour) for a, b in zip(x, y, strict=True)], bool)
    if len(found) and dash == "solid" and not found.all():
        out.append(f"no contour at {x[~found][0]:.0f}, {y[~found][0]:.0f}: {(~found).sum()} of {len(found)}")
    if len(found) > 30 and dash != "solid" and not 0.25 < found.mean() < 0.95:
        out.append(f"its dashes are at {found.mean():.2f} of its places")
    return out + between(trace, picture, dark, shaded, width)


def line_on_colours(pixels: Numbers, colour: Numbers) -> bool:
    return bool((np.abs(pixels[:, :3] - colour).max(axis=1) < 90).any())


def between(trace: Trace, picture: Picture, dark: bool, shaded: bool, width: float) -> list[str]:
    """Away from every line: the colours of the scale, or nothing."""
    z, (x, y) = np.asarray(trace["z"], float), grid(picture)
    given = {"x": np.asarray(trace["x"], float), "y": np.asarray(trace["y"], float)}
    if len(given["x"]) < 2 or len(given["y"]) < 2:
        return []
    j, i = ((np.searchsorted(given[n], picture.valued(n, px)) - 1).clip(0, len(given[n]) - 2)
            for n, px in (("x", x), ("y", y)))
    px = {n: abs(picture.placed(n, given[n][1]) - picture.placed(n, given[n][0])) for n in "xy"}  # of a cell
    reach = [int(np.ceil(4 / px[n])) + 1 if px[n] else 1 for n in "yx"]  # cells, in 4 px
    wrong, checked = 0, 0
    for a, b, row, column in zip(x, y, i, j, strict=True):
        around = z[max(0, row - reach[0]):row + reach[0] + 2, max(0, column - reach[1]):column + reach[1] + 2]
        if not np.isfinite(around).all() or any(around.min() <= level <= around.max() for level in levels(trace)):
            continue
        checked += 1
        pixel = picture.at(a, b)
        if not shaded:
            wrong += pixel[3] > 0
            continue
        near = z[max(0, row - 1):row + 3, max(0, column - 1):column + 3]
        colours = scale(trace, np.linspace(near.min(), near.max(), 9), dark)
        wrong += not ((pixel[:3] >= colours.min(axis=0) - 3) & (pixel[:3] <= colours.max(axis=0) + 3)).all()
    return [f"{wrong} of {checked} places between the contours are wrong"] if wrong else []


def bars(trace: Trace, picture: Picture, dark: bool) -> list[str]:
    """From zero to its number, as wide as it is told, and nothing above it."""
    out, colour, opacity = [], colour_of(trace["marker"]["color"], dark), trace.get("opacity", 1.0)
    zero = float(picture.placed("y", [0.0])[0])
    for i, (middle, value) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        half = nth(trace.get("width", 0.8), i) / 2
        left, right = picture.placed("x", [middle - half, middle + half])
        top = float(picture.placed("y", [value])[0])
        if right - left < 4:
            continue
        x = np.array([left + 1.6, (left + right) / 2, right - 1.6])
        heights = [h for h in (top + 1.5, (top + zero) / 2, zero - 1.5) if top < h < zero] if value > 0 else []
        for y in heights:
            if not like(picture.at(x, np.full(3, y)), colour, 255 * opacity - 3).all():
                out.append(f"bar {i} is not at its height {y:.0f}")
        above = np.full(3, (top if value > 0 else zero) - 2.5)
        seen = picture.inside(x, above)
        if (picture.at(x, above)[seen, 3] > 0).any():
            out.append(f"bar {i} is too high")
    return out


CHECKS = {"scatter": (line, markers, area, zeros), "heatmap": (cells,), "contour": (contours,), "bar": (bars,)}


def faults(trace: Trace, picture: Picture, dark: bool = False) -> list[str]:
    """What is wrong with the pixels of a trace that is drawn by itself."""
    if trace.get("visible") is False or (trace["type"] in ("scatter", "bar") and not len(trace["x"])):
        return ["it is drawn, and should not be"] if strays(picture) else []
    return [fault for check in CHECKS[trace["type"]] for fault in check(trace, picture, dark)]


def strays(picture: Picture) -> bool:
    """Whether anything at all is in the plot."""
    left, top, width, height = map(int, picture.plot)
    return bool((picture.image[top + 2:top + height - 2, left + 2:left + width - 2, 3] > 0).any())


def over(under: Numbers, top: Numbers) -> Numbers:
    """One canvas laid over another: both as red, green, blue and strength, 0 to 255."""
    a, b = top[..., 3:] / 255, under[..., 3:] / 255
    strength = a + b * (1 - a)
    colour = (top[..., :3] * a + under[..., :3] * b * (1 - a)) / np.maximum(strength, 1e-9)
    return np.concatenate([colour, 255 * strength], axis=-1)


def inner(picture: Picture) -> Numbers:
    """The pixels of the plot without its edges, where words of the axes may be."""
    left, top, width, height = map(int, picture.plot)
    return picture.image[top + 3:top + height - 3, left + 3:left + width - 3].astype(np.float32)


def order(traces: list[Trace], bare: Picture, alone: list[Picture]) -> list[str]:
    """What is drawn later lies over what was drawn before, pixel by pixel; words over all."""
    if any(one.plot != bare.plot for one in alone):
        return []
    laid = np.zeros_like(inner(bare))
    last = sorted(range(len(traces)), key=lambda i: traces[i].get("mode") == "text")
    for layer in (inner(alone[i]) for i in last):
        laid = over(laid, layer) if layer[..., 3].any() else laid
    seen, wanted = (v[..., :3] * v[..., 3:] / 255 + 255 - v[..., 3:] for v in (inner(bare), laid))  # on white
    wrong = np.abs(seen - wanted).max(axis=-1) > 10
    return [f"{wrong.sum()} pixels are not of what lies on top"] if wrong.any() else []


def rules(shapes: list[Trace], picture: Picture, dark: bool = False) -> list[str]:
    """Lines and bands at their places, in their colours, and nothing else."""
    left, top, width, height = picture.plot
    out, lines, painted = [], [], np.empty((0, 4))
    for shape in shapes:
        def at(letter: str, value: float, shape: Trace = shape) -> float:
            if shape.get(f"{letter}ref") == "paper":
                return left + value * width if letter == "x" else top + (1 - value) * height
            return float(picture.placed(shape.get(f"{letter}ref", letter), value))

        x0, x1, y0, y1 = at("x", shape["x0"]), at("x", shape["x1"]), at("y", shape["y0"]), at("y", shape["y1"])
        opacity, line_ = shape.get("opacity", 1.0), shape.get("line", {})
        if shape["type"] == "rect":
            x, y = np.linspace(x0, x1, 9)[1:-1], np.linspace(y0, y1, 9)[1:-1]
            seen = picture.inside(x, y)
            if shape.get("fillcolor") and not (picture.at(x, y)[seen, 3] > 255 * opacity * 0.5).all():
                out.append(f"a band is not at {x0:.0f} to {x1:.0f}")
            painted = np.array([[left, top, left + width, top]])  # the plot may be full
            continue
        lines.append([x0, y0, x1, y1])
        x, y = np.linspace(x0, x1, 200), np.linspace(y0, y1, 200)
        seen = picture.inside(x, y)
        alone = all(other is shape or "line" not in other or abs(at("y", other["y0"], other) - y0)
                    + abs(at("x", other["x0"], other) - x0) > 4 for other in shapes)
        colour = colour_of(line_["color"], dark)
        pixels = (picture.around(*place, 1) for place in zip(x[seen], y[seen], strict=True))
        drawn = np.array([(like(one, colour, 40 * opacity, 8) if alone else one[:, 3]).any() for one in pixels])
        if len(drawn) > 100 and drawn.mean() < 0.3:
            out.append(f"a rule is not at {x0:.0f}, {y0:.0f}")
    if not len(painted):
        x, y = grid(picture)
        clear = far_from(np.array(lines).reshape(-1, 4), x, y) > 4
        if (picture.at(x, y)[clear, 3] > 0).any():
            out.append("there is more than the rules")
    return out


def colour_bar(traces: list[Trace], picture: Picture, dark: bool) -> list[str]:
    """Beside the plot, from the lowest colour at its foot to the highest at its head."""
    trace = next((t for t in traces if t.get("colorbar") and t.get("showscale", True) and t.get("visible", True)), None)
    left, top, width, height = picture.plot
    beside = picture.image[int(top + 4):int(top + height - 4), int(left + width + 14):int(left + width + 18)]
    if trace is None:
        return []
    shares = 1 - (np.arange(len(beside)) + 4.5) / height
    colours = scale(trace, trace["zmin"] + shares * (trace["zmax"] - trace["zmin"]), dark)
    allowed = 9 + 2 * 255 / np.maximum(beside[..., 3].astype(float), 1)  # 32 stops on the way
    wrong = (np.abs(beside[..., :3] - colours[:, None]).max(axis=-1) > allowed).any(axis=1)
    return [f"the bar of colours is another at {wrong.sum()} of {len(wrong)} heights"] if wrong.any() else []
