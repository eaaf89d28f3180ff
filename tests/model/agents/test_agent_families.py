import numpy as np


def test_births_flow_from_the_first_step_on_as_evenly_as_in_the_stocks(docked, stocks):
    model, born = docked(drivers=stocks), []
    monthly = stocks.at("inflow[s1]", 0.0)
    for _ in range(48):
        before = model.families.last_birth.copy()
        model.step()
        born.append(np.count_nonzero(model.families.last_birth != before))
    expected = monthly * model.settings.step
    # Poisson: no step is empty and none is doubled.
    assert abs(sum(born) - 48 * expected) < 4.0 * np.sqrt(48 * expected)
    assert abs(np.array(born) - expected).max() < 5.0 * np.sqrt(expected)
