// What the engine is asked, and what every view reads from its answers.

/** Return a plan as the engine runs it: with an assessment and the switch of the effects. */
function askedPlan(app, plan, assessment = app.state.assessment) {
  const asked = copyPlan(plan);
  asked.noEffect = app.state.noEffect;
  if (assessment)
    Object.assign(asked.overrides, assessmentDraws(app.data, assessment, app.state.draws));
  return asked;
}

/** Return the last year that an answer must reach. */
function lastYear(state) {
  return Math.max(state.year, state.target.year);
}

/** Ask the engine; nothing is returned when a later question has replaced this one. */
async function askEngine(app, plan, { assessment, ...options }) {
  const engine = await app.ready;
  try {
    const answer = await engine.simulate(askedPlan(app, plan, assessment), {
      draws: app.state.draws,
      ...options,
    });
    noteTime(app, answer);
    return answer;
  } catch (error) {
    if (error.name === "AbortError") return null;
    throw error;
  }
}

// Milliseconds for a draw beyond which another browser on the same machine may well be faster:
// Firefox has been seen to take a hundred where it usually takes less than one. Judged.
const SLOW = 20;

/** Tell the reader, once, of a browser that computes slowly. */
function noteTime(app, answer) {
  if (app.slow || !(answer.ms > SLOW * answer.draws)) return;
  app.slow = { draws: answer.draws, seconds: answer.ms / 1000 };
  put(document.getElementById("notices"), noticesOf(app));
}

/** Show in a place why an answer did not come. */
function troubleIn(app, holder) {
  return (error) =>
    put(holder, make("p", { class: "notice", role: "alert" }, engineTrouble(app, error)));
}

/** Return quantiles over time in percent, by name. */
function fanOf(paths, draws, columns) {
  const [low90, low50, median, high50, high90] = Statistics.fan(
    paths,
    draws,
    columns,
    [0.05, 0.25, 0.5, 0.75, 0.95]
  ).map((row) => Array.from(row, (value) => 100 * value));
  return { low90, low50, median, high50, high90 };
}

/** Return the gain of every draw at every month in percentage points, month by month. */
function gainPaths(answer) {
  return answer.base.map((value, index) => {
    const gain = value - answer.plan[index];
    return Math.abs(gain) < 1e-6 ? 0 : gain;
  });
}

/** Return the months of an answer as years with a fraction. */
function yearsOf(months) {
  return months.map((moment) => Number(moment.slice(0, 4)) + (Number(moment.slice(5)) - 1) / 12);
}

/** Return the interval of an output at the end of a year, percent. */
function percentAt(answer, output, year, of) {
  return Statistics.interval(answer.at(output, year, of).map((value) => 100 * value));
}

/** Return the interval of a table of paths at a column, percent. */
function percentIn(paths, draws, column) {
  return Statistics.interval(
    paths.subarray(column * draws, (column + 1) * draws).map((value) => 100 * value)
  );
}

/** Return the share of the draws in which a target is met. */
function targetChance(answer, of, target) {
  return Statistics.chance(
    answer.at("survey prevalence", target.year, of),
    (value) => 100 * value <= target.percent + 1e-9
  );
}

/** Return the layers of a fan: bands of 90 and 50 percent and the median; outlined, 90 percent as thin lines. */
function fanLayers(words, times, fan, { colour, dash, name, outlined = false }) {
  const band = (share) => words.t("chart.band", { name, share: words.percent(share) });
  const thin = (values, more) => ({
    line: true,
    times,
    values,
    colour,
    dash: "1 3",
    width: 1.4,
    ...more,
  });
  return [
    ...(outlined
      ? [thin(fan.low90, { name: band(0.9) }), thin(fan.high90)]
      : [
          {
            band: true,
            times,
            low: fan.low90,
            high: fan.high90,
            colour,
            opacity: 0.16,
            name: band(0.9),
          },
        ]),
    { band: true, times, low: fan.low50, high: fan.high50, colour, opacity: 0.26, name: band(0.5) },
    {
      line: true,
      times,
      values: fan.median,
      colour,
      dash,
      name: words.t("chart.median", { name }),
    },
  ];
}

/** Return the mark of the target as a layer. */
function targetLayer(words, target) {
  return {
    points: [{ x: target.year + 1, y: target.percent }],
    colour: COLOUR.target,
    shape: "diamond",
    name: words.t("chart.target", { percent: words.number(target.percent), year: target.year }),
  };
}

/** Return the surveys of the district as layers. */
function surveyLayers(words, standing) {
  const known = standing.surveys.filter((row) => row.value !== null);
  const ranges = standing.surveys.filter((row) => row.value === null);
  const points = (rows) =>
    rows.map((row) => ({ x: row.time, y: row.value, low: row.low, high: row.high }));
  return [
    {
      points: points(known),
      colour: COLOUR.survey,
      name: words.t("chart.survey", { level: words.percent(standing.interval.level) }),
    },
    ...(ranges.length > 0
      ? [
          {
            points: points(ranges),
            colour: COLOUR.survey,
            shape: "none",
            line: true,
            name: words.t("chart.survey_range"),
          },
        ]
      : []),
  ];
}
