// View 3: what it would take; the target, its chance, and how fast prevalence can fall at all.

const CUTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

const targetView = {
  id: "target",
  mount(root, app) {
    const { t, number } = app.words;
    const session = { left: false, cuts: null, answers: null };
    const output = make("output", { for: "target" });
    const said = make(
      "div",
      { class: "card key", "aria-live": "polite" },
      make("p", null, t("common.computing"))
    );
    const figures = make("div");
    const slider = make("input", {
      type: "range",
      id: "target",
      min: 5,
      max: 30,
      step: 0.1,
      value: app.state.target.percent,
      oninput: (event) => {
        app.set({ target: { ...app.state.target, percent: Number(event.target.value) } });
        tellTarget();
        if (session.cuts) showTarget(app, session, said, figures);
      },
    });
    const tellTarget = () => {
      const text = `${number(app.state.target.percent)} %`;
      put(output, text);
      slider.setAttribute("aria-valuetext", text);
    };
    const compute = () =>
      computeCuts(app, session)
        .then((done) => {
          if (done) showTarget(app, session, said, figures);
        })
        .catch(troubleIn(app, said));
    tellTarget();
    put(
      root,
      make(
        "div",
        { class: "card" },
        make(
          "div",
          { class: "row" },
          make("label", { for: "target" }, t("target.slider")),
          slider,
          output
        ),
        make(
          "label",
          { class: "field" },
          t("target.year"),
          " ",
          selectOf(
            {
              id: "target-year",
              onchange: (event) => {
                app.set({ target: { ...app.state.target, year: Number(event.target.value) } });
                compute();
              },
            },
            app.data.dates.years,
            app.state.target.year,
            String
          )
        )
      ),
      said,
      figures
    );
    compute();
    return {
      leave: () => {
        session.left = true;
      },
    };
  },
};

async function computeCuts(app, session) {
  const engine = await app.ready;
  const until = Math.max(app.data.library.year, app.state.target.year);
  const answers = {};
  for (const name of plansInUse(app.state))
    answers[name] = await askEngine(app, app.state.plans[name], {
      until,
      channel: `target ${name}`,
    });
  const asked = (session.asked = {});
  const cuts = [];
  for (const removal of CUTS) {
    cuts.push(await engine.speedLimit({ until, draws: app.state.draws, removal }));
    if (session.left || session.asked !== asked) return false;
  }
  if (Object.values(answers).includes(null)) return false;
  session.cuts = cuts;
  session.answers = answers;
  return true;
}

function cutChance(app, cut) {
  const column = cut.years[app.state.target.year];
  return Statistics.chance(
    cut.survey.subarray(column * cut.draws, (column + 1) * cut.draws),
    (value) => 100 * value <= app.state.target.percent + 1e-9
  );
}

function showTarget(app, session, said, figures) {
  const { t, percent, number, range } = app.words;
  const { target } = app.state;
  const chances = session.cuts.map((cut) => cutChance(app, cut));
  const limit = session.cuts.at(-1);
  const column = limit.years[target.year];
  const interval = (paths) => percentIn(paths, limit.draws, column);
  const half = CUTS.find((_, index) => chances[index] >= 0.5);
  const lines = [
    t("target.anyway", {
      percent: number(target.percent),
      year: target.year,
      chance: percent(targetChance(session.answers.A, "base", target)),
    }),
    ...plansInUse(app.state).map((name) =>
      t("target.with_plan", {
        plan: name,
        chance: percent(targetChance(session.answers[name], "plan", target)),
      })
    ),
    t("target.limit", {
      year: target.year,
      coflow: range(interval(limit.coflow), 1, " %"),
      stocks: range(interval(limit.stocks), 1, " %"),
      chance: percent(chances.at(-1)),
    }),
    half === undefined
      ? t("target.never", { half: percent(0.5) })
      : t("target.half", { half: percent(0.5), cut: percent(half) }),
  ];
  put(
    said,
    make("h3", null, t("target.says")),
    make(
      "ul",
      null,
      lines.map((text) => make("li", null, text))
    )
  );
  if (!session.boxes) {
    session.boxes = [chanceBox(app, session), limitBox(app, session)];
    put(
      figures,
      session.boxes.map((box) => box.box)
    );
  }
  session.chances = chances;
  for (const box of session.boxes) box.refresh();
}

function chanceBox(app, session) {
  const { t, number, percent } = app.words;
  const caption = t("target.chance_figure");
  return figureBox(app, {
    name: "peluang-target",
    caption,
    chart: (width) =>
      timeChart(
        {
          title: caption,
          summary: t("target.chance_summary"),
          yLabel: t("target.chance_axis"),
          xDomain: [0, 100],
          yDomain: [0, 100],
          xTicks: [0, 20, 40, 60, 80, 100],
          xText: String,
          yText: (value) => number(value, 0),
          layers: [
            {
              line: true,
              times: CUTS.map((cut) => 100 * cut),
              values: session.chances.map((chance) => 100 * chance),
              colour: COLOUR.limit,
              name: t("target.chance_name", {
                percent: number(app.state.target.percent),
                year: app.state.target.year,
              }),
            },
            {
              points: CUTS.map((cut, index) => ({ x: 100 * cut, y: 100 * session.chances[index] })),
              colour: COLOUR.limit,
            },
          ],
        },
        width
      ),
    table: () => ({
      head: [t("target.column_cut"), t("target.column_chance")],
      rows: CUTS.map((cut, index) => [
        percent(cut),
        { value: percent(session.chances[index]), raw: session.chances[index] },
      ]),
    }),
  });
}

function limitBox(app, session) {
  const { words } = app;
  const { t, number, range } = words;
  const caption = t("target.limit_figure");
  return figureBox(app, {
    name: "batas-kecepatan",
    caption,
    chart: (width) => {
      const { A } = session.answers;
      const limit = session.cuts.at(-1);
      const years = yearsOf(A.months);
      const base = fanOf(A.base, A.draws, A.months.length);
      const least = fanOf(limit.survey, limit.draws, limit.months.length);
      return timeChart(
        {
          title: caption,
          summary: t("target.limit_summary"),
          yLabel: t("chart.survey_axis"),
          xDomain: [years[0], years.at(-1)],
          yDomain: roundEnds(base.high90),
          xText: String,
          yText: (value) => number(value, 0),
          layers: [
            ...fanLayers(words, years, base, {
              colour: COLOUR.base,
              dash: DASH.base,
              name: t("chart.base"),
            }),
            ...fanLayers(words, yearsOf(limit.months), least, {
              colour: COLOUR.limit,
              dash: DASH.limit,
              name: t("chart.limit"),
            }),
            targetLayer(words, app.state.target),
          ],
        },
        width
      );
    },
    table: () => {
      const { A } = session.answers;
      const limit = session.cuts.at(-1);
      return {
        head: [t("results.column_end"), t("chart.base"), t("chart.limit")],
        rows: Object.entries(A.years).map(([year, column]) => [
          year,
          range(percentIn(A.base, A.draws, column)),
          range(percentIn(limit.survey, limit.draws, column)),
        ]),
      };
    },
  });
}
