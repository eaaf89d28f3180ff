"""One hypothesis profile for all tests, whatever the machine and however cold its cache."""

import os

from hypothesis import HealthCheck, settings

# No deadline: a first example may import a library. Derandomised where a result must repeat.
settings.register_profile(
    "tumbuh",
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("ci", settings.get_profile("tumbuh"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "tumbuh")
