// How long an answer takes: for `tumbuh bench page`, not part of the page.

// Move a slider step by step and wait for each fan; times in milliseconds.
async function measure(payload, plan, { runs, draws, workers }) {
  const begun = performance.now();
  const engine = await createEngine(payload, { workers });
  const started = performance.now();
  const [lever, dose] = Object.entries(plan.levers)[0];
  const times = [];
  for (let k = 0; k <= runs; k++) {
    const level = (dose.level * (k + 1)) / (runs + 1);
    const moved = { ...plan, levers: { ...plan.levers, [lever]: { ...dose, level } } };
    const asked = performance.now();
    const answer = await engine.simulate(moved, { draws });
    const shares = [0.05, 0.1, 0.5, 0.9, 0.95];
    Statistics.fan(answer.plan, draws, answer.months.length, shares);
    Statistics.fan(answer.base, draws, answer.months.length, shares);
    answer.outcomes(answer.until, 0);
    times.push(performance.now() - asked);
  }
  engine.close();
  const [first, ...later] = times;
  return {
    workers: engine.info.workers,
    start: started - begun,
    first,
    median: Statistics.quantile(later, 0.5),
    high95: Statistics.quantile(later, 0.95),
    most: Statistics.quantile(later, 1),
  };
}
