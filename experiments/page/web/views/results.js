// What a plan brings: in words, as figures over time, and as a table.

const LOOK = { A: { colour: COLOUR.A, dash: DASH.A }, B: { colour: COLOUR.B, dash: DASH.B } };

/** Return the names of the plans in use. */
function plansInUse(state) {
  return state.plans.B ? ["A", "B"] : ["A"];
}

/** Return sentences about the answers, the most important first. */
function headlineTexts(app, answers) {
  const { t, range, number, percent, rupiah } = app.words;
  const { year, target } = app.state;
  const first = answers.A;
  const lines = [
    t("results.base", {
      year,
      range: range(percentAt(first, "survey prevalence", year, "base"), 1, " %"),
    }),
  ];
  for (const name of plansInUse(app.state)) {
    const found = answers[name].outcomes(year, target.percent / 100);
    const [half] = found.chances;
    lines.push(
      t("results.plan", {
        plan: name,
        year,
        gain: range(found.gain, 2),
        mean: number(found.gain.mean, 2),
        none: percent(found.none),
        half: percent(half),
        point: number(app.data.rules.gains[0], 1),
      })
    );
    lines.push(
      t("results.money", {
        plan: name,
        year,
        cost: rupiah(planCost(app.state.plans[name], app.data.levers)),
        spent: rupiah(found.spending.median),
        averted: range(found.averted, 0),
      })
    );
    lines.push(
      t("results.target", {
        plan: name,
        percent: number(target.percent),
        year: target.year,
        base: percent(targetChance(answers[name], "base", target)),
        chance: percent(targetChance(answers[name], "plan", target)),
      })
    );
  }
  if (app.state.plans.B) lines.push(moreText(app, answers));
  return lines;
}

/** Say which plan does more, and what may be said of that. */
function moreText(app, answers) {
  const { t, number, percent, range } = app.words;
  const { year } = app.state;
  const [first, second] = [answers.A.gain(year), answers.B.gain(year)];
  const chance = Statistics.chanceOfMore(first, second);
  const difference = Statistics.interval(first.map((value, draw) => value - second[draw]));
  const { rules } = app.data;
  const key = { ranking: "results.more", close: "results.close", open: "results.open" };
  return t(key[verdictOf(Math.max(chance, 1 - chance), difference.median, rules)], {
    better: chance >= 0.5 ? "A" : "B",
    worse: chance >= 0.5 ? "B" : "A",
    chance: percent(Math.max(chance, 1 - chance)),
    difference: range(difference, 2),
    limit: percent(rules.ranking),
    deciding: number(rules.deciding, 2),
  });
}

/** Return the fan of survey prevalence with the past, the plans, the surveys and the target. */
function fanChart(app, answers, width) {
  const { words } = app;
  const { standing } = app.data;
  const history = standing.history;
  const past = history.times.findLastIndex((time) => time <= app.data.decision.year) + 1;
  const cut = Object.fromEntries(
    ["times", "low90", "low50", "median", "high50", "high90"].map((key) => [
      key,
      history[key].slice(0, past),
    ])
  );
  const first = answers.A;
  const columns = 12 * (app.state.year + 1 - app.data.decision.year) + 1;
  const years = yearsOf(first.months).slice(0, columns);
  const clip = (fan) =>
    Object.fromEntries(Object.entries(fan).map(([key, row]) => [key, row.slice(0, columns)]));
  const base = clip(fanOf(first.base, first.draws, first.months.length));
  const joined = Object.fromEntries(
    Object.keys(base).map((key) => [key, [...cut[key], ...base[key]]])
  );
  const baseName = words.t("chart.base");
  const layers = fanLayers(words, [...cut.times, ...years], joined, {
    colour: COLOUR.base,
    dash: DASH.base,
    name: baseName,
  });
  for (const name of plansInUse(app.state)) {
    const answer = answers[name];
    const fan = clip(fanOf(answer.plan, answer.draws, answer.months.length));
    layers.push(
      ...fanLayers(words, years, fan, {
        ...LOOK[name],
        outlined: app.state.plans.B !== null,
        name: words.t("chart.plan", { plan: name }),
      })
    );
  }
  layers.push({ at: app.data.decision.year, text: words.t("chart.decision"), colour: COLOUR.soft });
  if (app.state.target.year <= app.state.year) layers.push(targetLayer(words, app.state.target));
  layers.push(...surveyLayers(words, standing));
  return timeChart(
    {
      title: words.t("results.fan", { year: app.state.year }),
      summary: headlineTexts(app, answers)[1],
      yLabel: words.t("chart.survey_axis"),
      xDomain: [history.times[0], app.state.year + 1],
      yDomain: roundEnds([...joined.high90, ...standing.surveys.map((row) => row.high)]),
      xText: String,
      yText: (value) => words.number(value, 0),
      layers,
    },
    width
  );
}

/** Return the paired difference against no extra action over time. */
function gainChart(app, answers, width) {
  const { words } = app;
  const layers = [];
  const values = [0];
  const years = yearsOf(answers.A.months).slice(
    0,
    12 * (app.state.year + 1 - app.data.decision.year) + 1
  );
  for (const name of plansInUse(app.state)) {
    const answer = answers[name];
    const fan = fanOf(gainPaths(answer), answer.draws, answer.months.length);
    const clipped = Object.fromEntries(
      Object.entries(fan).map(([key, row]) => [key, row.slice(0, years.length)])
    );
    layers.push(
      ...fanLayers(words, years, clipped, {
        ...LOOK[name],
        outlined: app.state.plans.B !== null,
        name: words.t("chart.plan", { plan: name }),
      })
    );
    values.push(...clipped.high90, ...clipped.low90);
  }
  return timeChart(
    {
      title: words.t("results.gain"),
      summary: headlineTexts(app, answers)[1],
      yLabel: words.t("chart.gain_axis"),
      xDomain: [app.data.decision.year, app.state.year + 1],
      yDomain: roundEnds([...values, 0.2]),
      xText: String,
      yText: (value, step) => words.number(value, decimalsOf(step)),
      layers,
    },
    width
  );
}

/** Return fans as a table: one row a year. */
function fanTable(app, answers) {
  const { t, span, number } = app.words;
  const years = Object.keys(answers.A.years)
    .map(Number)
    .filter((year) => year <= app.state.year);
  const names = plansInUse(app.state);
  const interval = (answer, of, year) => percentAt(answer, "survey prevalence", year, of);
  const cell = (found) => ({
    value: `${number(found.median)} (${span(found.low90, found.high90)})`,
    raw: found.median,
  });
  return {
    head: [
      t("results.column_end"),
      t("chart.base"),
      ...names.map((name) => t("chart.plan", { plan: name })),
    ],
    rows: years.map((year) => [
      String(year),
      cell(interval(answers.A, "base", year)),
      ...names.map((name) => cell(interval(answers[name], "plan", year))),
    ]),
  };
}

function gainTable(app, answers) {
  const { t, range } = app.words;
  const years = Object.keys(answers.A.years)
    .map(Number)
    .filter((year) => year <= app.state.year);
  const names = plansInUse(app.state);
  return {
    head: [t("results.column_end"), ...names.map((name) => t("chart.plan", { plan: name }))],
    rows: years.map((year) => [
      String(year),
      ...names.map((name) => {
        const gain = Statistics.interval(answers[name].gain(year));
        return { value: range(gain, 2), raw: gain.median };
      }),
    ]),
  };
}

/** Return everything that is reported of the plans at the end of the year, side by side. */
function outcomeTable(app, answers) {
  const { t, range, percent, rupiah, number } = app.words;
  const { year, target } = app.state;
  const names = plansInUse(app.state);
  const found = names.map((name) => answers[name].outcomes(year, target.percent / 100));
  const each = (take) => found.map((item, index) => take(item, names[index]));
  const none = t("common.none");
  const [half, one] = app.data.rules.gains;
  const rows = [
    [
      t("results.row_survey"),
      range(percentAt(answers.A, "survey prevalence", year, "base")),
      ...each((item) => range(item.survey)),
    ],
    [t("results.row_gain"), none, ...each((item) => range(item.gain, 2))],
    [t("results.row_mean"), none, ...each((item) => number(item.gain.mean, 2))],
    [t("results.row_none"), none, ...each((item) => percent(item.none))],
    [
      t("results.row_chance", { points: number(half, 1) }),
      none,
      ...each((item) => percent(item.chances[0])),
    ],
    [
      t("results.row_chance", { points: number(one, 1) }),
      none,
      ...each((item) => percent(item.chances[1])),
    ],
    [t("results.row_averted"), none, ...each((item) => range(item.averted, 0))],
    [t("results.row_child_years"), none, ...each((item) => range(item.child_years, 0))],
    [
      t("results.row_cost"),
      none,
      ...each((_, name) => rupiah(planCost(app.state.plans[name], app.data.levers))),
    ],
    [t("results.row_spent", { year }), none, ...each((item) => rupiah(item.spending.median))],
    [
      t("results.row_target", { percent: number(target.percent), year: target.year }),
      percent(targetChance(answers.A, "base", target)),
      ...names.map((name) => percent(targetChance(answers[name], "plan", target))),
    ],
    [
      t("results.row_routine"),
      range(percentAt(answers.A, "routine prevalence", year, "base")),
      ...each((item) => range(item.routine)),
    ],
    [
      t("results.row_severe"),
      range(percentAt(answers.A, "severe prevalence", year, "base")),
      ...each((item) => range(item.severe)),
    ],
  ];
  return {
    head: [
      t("results.column_outcome", { year }),
      t("chart.base"),
      ...names.map((name) => t("chart.plan", { plan: name })),
    ],
    rows,
  };
}
