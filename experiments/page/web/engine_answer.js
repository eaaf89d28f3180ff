// Trajectories of all draws, and what is read from them: the numbers of a comparison.

const POINTS = 100;

function makeAnswer(payload, { plan, base, draws, months, until, cost, begun }) {
  const columns = months.length;
  const years = yearColumns(months);
  const runs = { plan, base };
  const place = (name) => {
    const found = payload.outputs.indexOf(name);
    if (found < 0) throw refusal("output", name, "unknown output");
    return found;
  };
  const path = (name, of = "plan") => tableOf(runs[of], place(name), columns * draws);
  const good = Array.from({ length: draws }, (_, draw) => allFinite(runs, draw, draws));
  const kept = (values) => values.filter((_, draw) => good[draw]);
  const column = (year) => {
    if (!(year in years)) throw refusal("year", `${year}`, `expected a year to ${until}`);
    return years[year];
  };
  const at = (name, year, of = "plan") => {
    const from = column(year) * draws;
    return kept(path(name, of).subarray(from, from + draws));
  };
  const gainOf = (name, year) => {
    const from = (place(name) * columns + column(year)) * draws;
    return kept(pairedGain(payload, base, plan, from, draws));
  };
  const more = (name, year, sign) => {
    const other = at(name, year, "base");
    return at(name, year).map((value, k) => sign * (value - other[k]));
  };

  function outcomes(year, target) {
    const percent = (name) => Statistics.interval(at(name, year).map((value) => POINTS * value));
    const gain = gainOf("survey prevalence", year);
    const none = payload.rules.no_effect_points;
    return {
      survey: percent("survey prevalence"),
      true: percent("true prevalence"),
      severe: percent("severe prevalence"),
      routine: percent("routine prevalence"),
      gain: Statistics.interval(gain),
      true_gain: Statistics.interval(gainOf("true prevalence", year)),
      averted: Statistics.interval(more("stunted children", year, -1)),
      child_years: Statistics.interval(more("stunting free child years", year, 1)),
      spending: Statistics.interval(at("Cumulative Spending", year)),
      chances: payload.rules.gains.map((least) => Statistics.chance(gain, (g) => g >= least)),
      better: Statistics.chance(gain, (g) => g > 0),
      none: Statistics.chance(gain, (g) => Math.abs(g) < none),
      on_target:
        target === undefined
          ? null
          : Statistics.chance(at("survey prevalence", year), (value) => value <= target),
    };
  }

  // Implied cut in new stunting under two over the last two years, percent.
  function cut(year = until) {
    const last = months[column(year)];
    const onset = (of, draw) => {
      const rates = [];
      months.forEach((month, m) => {
        // Every three months, as a comparison keeps them.
        const counts = month % 3 === 0 && month >= last - 24 && month <= last;
        if (counts) rates.push(path("onset rate under two", of)[m * draws + draw]);
      });
      return Statistics.mean(rates);
    };
    const fall = Float64Array.from({ length: draws }, (_, draw) => {
      const change = 1 - onset("plan", draw) / onset("base", draw);
      return POINTS * (Math.abs(change) < payload.rules.tie ? 0 : change);
    });
    return Statistics.interval(kept(fall));
  }

  // Million rupiah spent in the month that begins at each column.
  function spending() {
    const sums = path("Cumulative Spending");
    return sums.slice(draws).map((sum, k) => sum - sums[k]);
  }

  return Object.freeze({
    draws,
    failed: good.filter((fine) => !fine).length,
    until,
    months: months.map(dateOf),
    years,
    base: path("survey prevalence", "base"),
    plan: path("survey prevalence"),
    path,
    at,
    get spending() {
      return spending();
    },
    outcomes,
    gain: (year = until) => gainOf("survey prevalence", year),
    cut,
    yearlyCost: cost,
    ms: performance.now() - begun,
  });
}

function allFinite(runs, draw, draws) {
  return Object.values(runs).every((all) => {
    for (let k = draw; k < all.length; k += draws) if (!Number.isFinite(all[k])) return false;
    return true;
  });
}

function tableOf(all, place, size) {
  return all.subarray(place * size, (place + 1) * size);
}

function yearColumns(months) {
  const years = {};
  months.forEach((month, column) => {
    if (column && month % 12 === 0) years[2018 + month / 12 - 1] = column;
  });
  return years;
}

// Fall of a prevalence from one run to another in the same draws, points.
function pairedGain(payload, base, other, from, draws) {
  const gain = new Float64Array(draws);
  for (let k = 0; k < draws; k++) {
    const fall = base[from + k] - other[from + k];
    gain[k] = POINTS * (Math.abs(fall) < payload.rules.tie ? 0 : fall);
  }
  return gain;
}
