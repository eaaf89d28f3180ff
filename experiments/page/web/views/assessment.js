// View 7: the reader's own assessment of the four determinants, and what it changes.

const PLACES = ["low", "best", "high"];
const ENDS = [0.05, 0.5, 0.95];
const HALF_STEP = 0.5;

/** Return an assessment that says of every indicator what the model assumes of its determinant. */
function firstAssessment(data) {
  return Object.fromEntries(
    Object.entries(data.determinants).map(([name, items]) => {
      const prior = data.determinant_priors[name];
      const rounded = (share) => Math.round((data.scale * share) / HALF_STEP) * HALF_STEP;
      return [
        name,
        items.map((indicator) => ({
          indicator,
          low: rounded(prior.low),
          best: rounded(prior.best),
          high: rounded(prior.high),
        })),
      ];
    })
  );
}

/** Return the rating at a share of the reader's belief: straight lines through low, best and high. */
function ratingAt(item, share, scale) {
  const [low, best, high] = [item.low, item.best, item.high];
  const value =
    share < ENDS[1]
      ? low + ((best - low) * (share - ENDS[0])) / (ENDS[1] - ENDS[0])
      : best + ((high - best) * (share - ENDS[1])) / (ENDS[2] - ENDS[1]);
  return Math.min(scale, Math.max(0, value));
}

// A fixed shuffle for each determinant: the shares 0.5/n, 1.5/n ... in an order of its own.
function sharesOf(place, draws) {
  const keys = Array.from({ length: draws }, (_, draw) => {
    let state = Math.imul(draw + 1, 2654435761) ^ Math.imul(place + 1, 40503);
    state = Math.imul(state ^ (state >>> 15), 2246822507);
    state = Math.imul(state ^ (state >>> 13), 3266489909);
    return [(state ^ (state >>> 16)) >>> 0, draw];
  });
  keys.sort((first, second) => first[0] - second[0]);
  const shares = new Float64Array(draws);
  keys.forEach(([, draw], rank) => {
    shares[draw] = (rank + 0.5) / draws;
  });
  return shares;
}

/** Return the determinants of every draw, 0 to 1, by name of the model's constant. */
function assessmentDraws(data, assessment, draws) {
  return Object.fromEntries(
    Object.entries(assessment).map(([name, items], place) => {
      const shares = sharesOf(place, draws);
      const { lowest, highest } = data.determinant_priors[name];
      const values = shares.map((share) => {
        const mean =
          items.reduce((sum, item) => sum + ratingAt(item, share, data.scale), 0) / items.length;
        return Math.min(highest, Math.max(lowest, mean / data.scale));
      });
      return [`initial determinant[${name}]`, Array.from(values)];
    })
  );
}

const assessmentView = {
  id: "assessment",
  mount(root, app) {
    const { t, number } = app.words;
    const session = {
      left: false,
      entry: structuredClone(app.state.assessment ?? firstAssessment(app.data)),
    };
    const problem = make("p", { class: "problem", role: "alert" });
    const shown = make("div", { "aria-live": "polite" });
    const use = make(
      "button",
      { type: "button", class: "main", onclick: () => useAssessment(app, session, problem, shown) },
      t("assessment.use")
    );
    const tables = make("div");
    const fillTables = () =>
      put(
        tables,
        Object.entries(session.entry).map(([name, items]) =>
          determinantTable(app, name, items, problem)
        )
      );
    const file = fileChoice(
      "assessment-file",
      t("assessment.open"),
      ".csv,text/csv",
      async (chosen, field) => {
        try {
          session.entry = assessmentOfCsv(await readSmall(chosen), app.data);
          put(problem);
          fillTables();
          app.tell(t("keep.opened"));
        } catch (error) {
          if (!(error instanceof Mistake)) throw error;
          put(problem, t("keep.refused"), " ", t(error.key, error.blanks));
        }
        field.value = "";
      }
    );
    fillTables();
    put(
      root,
      make("p", null, t("assessment.how", { scale: number(app.data.scale, 0) })),
      tables,
      problem,
      make(
        "div",
        { class: "tools" },
        use,
        make(
          "button",
          {
            type: "button",
            onclick: () =>
              offer(
                "penilaian.csv",
                new Blob([assessmentCsv(session.entry)], { type: "text/csv" })
              ),
          },
          t("assessment.save")
        ),
        file
      ),
      shown,
      make("p", { class: "soft" }, t("assessment.note"))
    );
    if (app.state.assessment) showChange(app, session, shown).catch(troubleIn(app, shown));
    return {
      leave: () => {
        session.left = true;
      },
    };
  },
};

function determinantTable(app, name, items, problem) {
  const { t, short } = app.words;
  const caption = t(`determinant.${name}`);
  const ratings = Array.from(
    { length: app.data.scale / HALF_STEP + 1 },
    (_, step) => step * HALF_STEP
  );
  const cell = (item, place) =>
    selectOf(
      {
        "aria-label": `${t(`indicator.${item.indicator}`)}: ${t(`assessment.${place}`)}`,
        onchange: (event) => {
          item[place] = Number(event.target.value);
          const sound = soundItem(item, app.data.scale);
          for (const field of event.target.closest("tr").querySelectorAll("select"))
            field.setAttribute("aria-invalid", String(!sound));
          put(
            problem,
            sound ? null : t("assessment.order", { name: t(`indicator.${item.indicator}`) })
          );
        },
      },
      ratings,
      item[place],
      short
    );
  return makeTable(
    caption,
    [t("assessment.indicator"), ...PLACES.map((place) => t(`assessment.${place}`))],
    items.map((item) => [
      t(`indicator.${item.indicator}`),
      ...PLACES.map((place) => cell(item, place)),
    ]),
    { class: "entry" }
  );
}

function soundItem(item, scale) {
  return (
    PLACES.every((place) => Number.isFinite(item[place])) &&
    item.low >= 0 &&
    item.low <= item.best &&
    item.best <= item.high &&
    item.high <= scale
  );
}

function useAssessment(app, session, problem, shown) {
  const { t } = app.words;
  const wrong = Object.values(session.entry)
    .flat()
    .find((item) => !soundItem(item, app.data.scale));
  if (wrong) {
    put(problem, t("assessment.order", { name: t(`indicator.${wrong.indicator}`) }));
    return;
  }
  app.set({ assessment: structuredClone(session.entry) });
  put(document.getElementById("notices"), noticesOf(app));
  showChange(app, session, shown).catch(troubleIn(app, shown));
}

async function showChange(app, session, shown) {
  const { t, range, number, title } = app.words;
  put(shown, make("p", null, t("common.computing")));
  const { assessment } = app.state;
  const coordination = app.data.scenarios.find((row) => row.id === "coordination");
  const plans = [
    [title(coordination.title), coordination.plan],
    [t("chart.plan", { plan: "A" }), app.state.plans.A],
  ];
  const rows = [];
  for (const [name, plan] of plans) {
    const before = await askOnce(app, plan, "before", null);
    const after = await askOnce(app, plan, "after", assessment);
    if (session.left || !before || !after) return;
    rows.push({ name, before, after });
  }
  const drawn = assessmentDraws(app.data, assessment, app.state.draws);
  const own = Object.entries(app.data.determinant_priors).map(([name, prior]) => [
    t(`determinant.${name}`),
    number(prior.best, 2) + ` (${app.words.span(prior.low, prior.high, 2)})`,
    range(Statistics.interval(drawn[`initial determinant[${name}]`]), 2),
  ]);
  const caption = t("assessment.figure", { year: app.state.year });
  const bars = rows.flatMap((row) => [
    {
      label: t("assessment.before", { name: row.name }),
      interval: row.before,
      colour: COLOUR.base,
      end: number(row.before.mean, 2),
    },
    {
      label: t("assessment.after", { name: row.name }),
      interval: row.after,
      colour: COLOUR.A,
      end: number(row.after.mean, 2),
    },
  ]);
  const box = figureBox(app, {
    name: "penilaian",
    caption,
    chart: (width) =>
      intervalChart(
        {
          title: caption,
          summary: t("assessment.summary"),
          yLabel: t("chart.gain_axis"),
          xDomain: roundEnds(bars.flatMap((row) => [row.interval.low90, row.interval.high90])),
          xText: (value, step) => number(value, decimalsOf(step)),
          rows: bars,
        },
        width
      ),
    table: () => ({
      head: [t("assessment.column_plan"), t("results.row_gain"), t("results.row_mean")],
      rows: bars.map((row) => [
        row.label,
        range(row.interval, 2),
        { value: number(row.interval.mean, 2), raw: row.interval.mean },
      ]),
    }),
  });
  put(
    shown,
    make("h3", null, t("assessment.changes")),
    makeTable(
      t("assessment.determinants"),
      ["determinant", "model", "own"].map((key) => t(`assessment.column_${key}`)),
      own
    ),
    box.box
  );
  box.refresh();
}

async function askOnce(app, plan, channel, assessment) {
  const answer = await askEngine(app, plan, { until: app.state.year, channel, assessment });
  return answer && Statistics.interval(answer.gain(app.state.year));
}

function assessmentCsv(entry) {
  const rows = Object.entries(entry).flatMap(([name, items]) =>
    items.map((item) => [name, item.indicator, item.low, item.best, item.high])
  );
  return toCsv([["determinant", "indicator", ...PLACES], ...rows]);
}

/** Return the assessment of a CSV file's lines. */
function assessmentOfCsv(lines, data) {
  if (lines[0].trim() !== ["determinant", "indicator", ...PLACES].join(","))
    throw new Mistake("mistake.header", { line: 1 });
  const found = firstAssessment(data);
  const seen = new Set();
  lines.slice(1).forEach((line, index) => {
    if (line.trim() === "") return;
    const [name, indicator, ...numbers] = line.split(",").map((part) => part.trim());
    const item = found[name]?.find((one) => one.indicator === indicator);
    if (!item || numbers.length !== PLACES.length)
      throw new Mistake("mistake.indicator", {
        line: index + 2,
        found: indicator?.slice(0, 30) ?? "",
      });
    PLACES.forEach((place, column) => {
      item[place] = boundedNumber(numbers[column], 0, data.scale, index + 2);
    });
    if (!soundItem(item, data.scale)) throw new Mistake("mistake.order", { line: index + 2 });
    seen.add(indicator);
  });
  const all = Object.values(data.determinants).flat();
  if (seen.size !== all.length)
    throw new Mistake("mistake.missing", { count: all.length - seen.size });
  return found;
}
