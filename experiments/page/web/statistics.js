// What is read from draws: quantiles as numpy computes them, and the probabilities of a comparison.

const Statistics = (() => {
  // Percentage points below which a difference is rounding of the engine.
  const TIE_POINTS = 1e-4;
  // Standard errors beyond which a difference is more than sampling error, 5 percent.
  const TWO_SIDED = 1.96;

  function sorted(values) {
    return Float64Array.from(values).sort();
  }

  // Quantile of sorted values, linear between neighbours.
  function between(ordered, share) {
    const place = (ordered.length - 1) * share;
    const low = Math.floor(place);
    const first = ordered[low];
    const second = ordered[Math.min(low + 1, ordered.length - 1)];
    const rest = place - low;
    // As numpy: from the nearer end.
    if (rest < 0.5) return first + (second - first) * rest;
    return second - (second - first) * (1 - rest);
  }

  function quantile(values, share) {
    return between(sorted(values), share);
  }

  function mean(values) {
    let sum = 0;
    for (const value of values) sum += value;
    return sum / values.length;
  }

  // Median, mean, and the ranges that hold 80 and 90 percent of the draws.
  function interval(values) {
    const ordered = sorted(values);
    const [low90, low80, median, high80, high90] = [0.05, 0.1, 0.5, 0.9, 0.95].map((share) =>
      between(ordered, share)
    );
    return { median, mean: mean(values), low80, high80, low90, high90 };
  }

  // Quantiles of every column of a month-major table: one array for each share. A draw with a
  // value that is no number counts nowhere.
  function fan(table, draws, columns, shares) {
    const out = Array.from(shares, () => new Float64Array(columns));
    for (let column = 0; column < columns; column++) {
      const values = table.subarray(column * draws, (column + 1) * draws).filter(Number.isFinite);
      values.sort();
      shares.forEach((share, k) => (out[k][column] = between(values, share)));
    }
    return out;
  }

  // Share of the draws in which something holds.
  function chance(values, holds) {
    let count = 0;
    for (const value of values) if (holds(value)) count++;
    return count / values.length;
  }

  // Probability that the first gain is larger in the same draw; ties count half.
  function chanceOfMore(first, second, tie = TIE_POINTS) {
    let sum = 0;
    for (let k = 0; k < first.length; k++) {
      const difference = first[k] - second[k];
      sum += Math.abs(difference) < tie ? 0.5 : difference > 0 ? 1 : 0;
    }
    return sum / first.length;
  }

  // Probability of the largest gain; plans that tie share the draw.
  function chanceOfBest(gains, tie = TIE_POINTS) {
    const best = gains.map(() => 0);
    const draws = gains[0].length;
    for (let k = 0; k < draws; k++) {
      const top = Math.max(...gains.map((gain) => gain[k])) - tie;
      const leads = gains.map((gain) => gain[k] >= top);
      const count = leads.filter(Boolean).length;
      leads.forEach((lead, i) => (best[i] += lead ? 1 / count : 0));
    }
    return best.map((sum) => sum / draws);
  }

  // Place of the gains that come nearest to those at a place, and the median difference, points.
  function nearest(gains, first) {
    const ahead = gains.map((gain, place) =>
      place === first
        ? Infinity
        : quantile(
            gain.map((value, draw) => gains[first][draw] - value),
            0.5
          )
    );
    const difference = Math.min(...ahead);
    return { second: ahead.indexOf(difference), difference };
  }

  // Whether two shares of the same draws differ by more than the largest error that they can have.
  function toldApart(first, second, draws) {
    const difference = Math.abs(first - second);
    const disagree = Math.min(first + second, 2 - first - second);
    const error = Math.sqrt(Math.max(0, disagree - difference ** 2) / draws);
    return difference > TWO_SIDED * error;
  }

  return Object.freeze({
    TIE_POINTS,
    quantile,
    mean,
    interval,
    fan,
    chance,
    chanceOfMore,
    chanceOfBest,
    nearest,
    toldApart,
  });
})();
