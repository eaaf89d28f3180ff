// The same money for each strategy: the only set within which one may ask which is best.

/** Return the section that gives the same sum to each strategy; start() computes it. */
function sameMoney(app) {
  const { t, rupiah, short } = app.words;
  const shown = make("div", { "aria-live": "polite" });
  const field = make("input", {
    type: "text",
    id: "sum",
    maxlength: 9,
    inputmode: "decimal",
    autocomplete: "off",
    value: short(app.state.sum / 1000),
  });
  const ask = async () => {
    const value = amountOf(field.value);
    const sound = value >= 0.001;
    field.setAttribute("aria-invalid", String(!sound));
    if (!sound) {
      put(shown, make("p", { class: "problem" }, t("mistake.sum")));
      return;
    }
    app.set({ sum: 1000 * value });
    put(shown, make("p", null, t("common.computing")));
    await computeMoney(app)
      .then((found) => {
        if (found) showMoney(app, found, shown);
      })
      .catch(troubleIn(app, shown));
  };
  const box = make(
    "section",
    { class: "card money wide", id: "same-money", tabindex: "-1" },
    make("h3", null, t("money.heading")),
    make("p", null, t("money.lead")),
    make(
      "form",
      {
        class: "fields",
        onsubmit: (event) => {
          event.preventDefault();
          ask();
        },
      },
      make("label", { class: "field", for: "sum" }, t("money.sum"), " ", field),
      make("button", { type: "submit" }, t("money.ask"))
    ),
    shown,
    make(
      "p",
      { class: "soft" },
      t("money.note", {
        sum: rupiah(app.data.equal_sum),
        draws: app.words.number(app.data.library.draws, 0),
      })
    )
  );
  return { box, start: ask };
}

async function computeMoney(app) {
  const rows = [];
  for (const scenario of app.data.scenarios.filter((row) => row.equal_budget !== null)) {
    const plan = scaledPlan(scenario.plan, app.data.levers, app.state.sum);
    const answer = await askEngine(app, plan, { until: app.state.year, channel: "money" });
    if (answer === null) return null;
    const gains = answer.gain(app.state.year);
    rows.push({
      scenario,
      plan,
      gains,
      interval: Statistics.interval(gains),
      cost: planCost(plan, app.data.levers),
      found: answer.outcomes(app.state.year),
    });
  }
  Statistics.chanceOfBest(rows.map((row) => row.gains)).forEach((chance, index) => {
    rows[index].best = chance;
  });
  return rows;
}

function showMoney(app, rows, holder) {
  const { t, number, range, percent, rupiah, title } = app.words;
  const { year } = app.state;
  const caption = t("money.figure", { sum: rupiah(app.state.sum), year });
  const box = figureBox(app, {
    name: "dana-sama",
    caption,
    chart: (width) =>
      intervalChart(
        {
          title: caption,
          summary: t("money.summary"),
          yLabel: t("chart.gain_axis"),
          xDomain: roundEnds(rows.flatMap((row) => [row.interval.low90, row.interval.high90])),
          xText: (value, step) => number(value, decimalsOf(step)),
          rows: rows.map((row) => ({
            label: title(row.scenario.title),
            interval: row.interval,
            colour: COLOUR.limit,
            end: percent(row.best),
          })),
        },
        width
      ),
    table: () => ({
      head: ["strategy", "best", "gain", "mean", "none", "cost", "averted"].map((key) =>
        t(`money.column_${key}`, { year })
      ),
      rows: rows.map((row) => [
        title(row.scenario.title),
        { value: percent(row.best), raw: row.best },
        range(row.interval, 2),
        { value: number(row.interval.mean, 2), raw: row.interval.mean },
        percent(row.found.none),
        rupiah(row.cost),
        range(row.found.averted, 0),
      ]),
    }),
  });
  put(
    holder,
    verdictTexts(app, rows),
    cheaperText(app, rows),
    box.box,
    make("p", { class: "soft" }, t("money.reading", { draws: number(rows[0].gains.length, 0) })),
    make(
      "div",
      { class: "tools" },
      rows.map((row) =>
        make(
          "button",
          {
            type: "button",
            onclick: () => {
              app.state.plans[app.state.editing] = copyPlan(row.plan);
              app.set({}, { remount: true });
              document.getElementById("heading").focus();
            },
          },
          t("money.take", { name: title(row.scenario.title), plan: app.state.editing })
        )
      )
    )
  );
  box.refresh();
}

/** Say what may be said of the strategy with the best chance. */
function verdictTexts(app, rows) {
  const { t, number, percent, title } = app.words;
  const { rules } = app.data;
  const first = rows.reduce((most, row) => (row.best > most.best ? row : most));
  const { second, difference } = Statistics.nearest(
    rows.map((row) => row.gains),
    rows.indexOf(first)
  );
  const verdict = verdictOf(first.best, difference, rules);
  const said = (text) => make("p", { class: "verdict" }, text);
  if (verdict === "open")
    return [said(t("money.open", { chance: percent(rules.ranking) })), leadingText(app, rows)];
  return said(
    t(verdict === "ranking" ? "money.best" : "money.close", {
      name: title(first.scenario.title),
      second: title(rows[second].scenario.title),
      chance: percent(first.best),
      difference: number(difference, 2),
      deciding: number(rules.deciding, 2),
    })
  );
}

/** Say which two plans have the best chances, where none is best often enough. */
function leadingText(app, rows) {
  const { t, percent, title } = app.words;
  const [first, second] = [...rows].sort((one, other) => other.best - one.best);
  const apart = Statistics.toldApart(first.best, second.best, first.gains.length);
  return make(
    "p",
    null,
    t(apart ? "money.leading" : "money.alike", {
      first: title(first.scenario.title),
      first_chance: percent(first.best),
      second: title(second.scenario.title),
      second_chance: percent(second.best),
    })
  );
}

/** Say whether a plan gains as much for less; as much means within the difference that should decide, and above half. */
function cheaperText(app, rows) {
  const { t, number, rupiah, title } = app.words;
  const most = rows.reduce((first, row) =>
    row.interval.median > first.interval.median ? row : first
  );
  const enough = Math.max(most.interval.median - app.data.rules.deciding, most.interval.median / 2);
  const able = rows.filter((row) => row.interval.median >= enough && row.cost < 0.95 * most.cost);
  if (able.length === 0 || most.interval.median <= 0) return null;
  const less = able.reduce((first, row) => (row.cost < first.cost ? row : first));
  return make(
    "p",
    null,
    t("money.cheaper", {
      name: title(less.scenario.title),
      most: title(most.scenario.title),
      less: number(less.interval.median, 2),
      more: number(most.interval.median, 2),
      cost: rupiah(less.cost),
      dearer: rupiah(most.cost),
    })
  );
}
