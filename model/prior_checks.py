"""What is wrong with the numbers of a prior, in words."""

from __future__ import annotations

from .distributions import FAMILIES, Prior, mass_inside, support

_SMALLEST_MASS = 1e-9


def faults(prior: Prior) -> list[tuple[str, str]]:
    """List what is wrong with the numbers of a prior, as (expected, found).

    Returns
    -------
    list of tuple
        Empty when the prior can be drawn from.
    """
    if prior.family not in FAMILIES:
        return [(f"a family out of {', '.join(FAMILIES)}", repr(prior.family))]
    found = _number_faults(prior) or _shape_faults(prior)
    found += _bound_faults(prior) + _spike_faults(prior)
    return found or _mass_faults(prior)


def _number_faults(prior: Prior) -> list[tuple[str, str]]:
    names = FAMILIES[prior.family]
    result = []
    for letter, number, name in zip("abc", prior.numbers, (*names, "", "", ""), strict=False):
        if name and number is None:
            result.append((f"{letter} = {name} for the {prior.family} family", "nothing"))
        if not name and number is not None:
            result.append((f"no {letter} for the {prior.family} family", f"{number:g}"))
    return result


def _shape_faults(prior: Prior) -> list[tuple[str, str]]:
    a, b, c = (0.0 if number is None else number for number in prior.numbers)
    low, high = support(prior)
    rules: dict[str, list[tuple[bool, str, str]]] = {
        "normal": [(b > 0.0, "a standard deviation above 0", f"{b:g}")],
        "lognormal": [
            (a > 0.0, "a median above 0", f"{a:g}"),
            (b > 0.0, "a standard deviation of the log above 0", f"{b:g}"),
        ],
        "uniform": [(a < b, "a low below the high", f"{a:g} and {b:g}")],
        "triangular": [(a <= b <= c and a < c, "low <= mode <= high", f"{a:g}, {b:g}, {c:g}")],
        "bernoulli": [(0.0 <= a <= 1.0, "a probability within 0 to 1", f"{a:g}")],
        "beta": [
            (low < a < high, f"a mean inside {low:g} to {high:g}", f"{a:g}"),
            (
                b > 0.0 and b * b < max((a - low) * (high - a), 0.0),
                "a standard deviation above 0 and small enough for the mean and the bounds",
                f"{b:g}",
            ),
        ],
    }
    return [(want, got) for fine, want, got in rules.get(prior.family, []) if not fine]


def _bound_faults(prior: Prior) -> list[tuple[str, str]]:
    if prior.lower is not None and prior.upper is not None and prior.lower >= prior.upper:
        return [("a lower bound below the upper", f"{prior.lower:g} and {prior.upper:g}")]
    return []


def _spike_faults(prior: Prior) -> list[tuple[str, str]]:
    if prior.spike is None:
        return []
    result = []
    if prior.family in ("fixed", "bernoulli"):
        result.append((f"no spike for the {prior.family} family", f"{prior.spike:g}"))
    if not 0.0 < prior.spike < 1.0:
        result.append(("a spike above 0 and below 1, or nothing", f"{prior.spike:g}"))
    if prior.null_value is None:
        result.append(("the null value that the spike stands on", "nothing"))
    return result


def _mass_faults(prior: Prior) -> list[tuple[str, str]]:
    if prior.family in ("fixed", "bernoulli", "beta"):
        return []
    low, high = support(prior)
    mass = mass_inside(prior) if low < high else 0.0
    if mass > _SMALLEST_MASS:
        return []
    return [("bounds that leave some of the distribution", f"a share of {mass:.1g} inside")]
