// View 1: where the district stands.

const standingView = {
  id: "standing",
  mount(root, app) {
    const { t } = app.words;
    const { standing, statement, planners } = app.data;
    const language = app.state.language;
    const surveys = figureBox(app, {
      name: "survey",
      caption: t("standing.figure"),
      chart: (width) => standingChart(app, width),
      table: () => standingTable(app),
    });
    const routine = figureBox(app, {
      name: "posyandu",
      caption: t("standing.routine_figure"),
      chart: (width) => routineChart(app, width),
      table: () => routineTable(app),
    });
    const ratios = standing.ratios.map((row) => row.ratio);
    put(
      root,
      make(
        "section",
        { class: "card asked" },
        make("h3", null, t("standing.questions")),
        make(
          "ul",
          null,
          ["strategies", "target", "equity", "unknown"].map((view) =>
            make(
              "li",
              null,
              make(
                "a",
                {
                  href: `#${stateText({ ...app.state, view })}`,
                  onclick: (event) => {
                    event.preventDefault();
                    app.wanted = view === "strategies" ? "money" : null;
                    app.goto(view);
                  },
                },
                t(`standing.question_${view}`)
              )
            )
          )
        )
      ),
      make(
        "section",
        { class: "card key" },
        make("h3", null, t("standing.known")),
        make(
          "ul",
          null,
          (planners ?? statement)[language].map((text) => make("li", null, text))
        ),
        planners ? null : make("p", { class: "notice" }, t("standing.score_missing")),
        planners && app.data.own ? make("p", { class: "notice" }, t("standing.score_own")) : null
      ),
      surveys.box,
      make(
        "section",
        { class: "card" },
        make("h3", null, t("standing.targets")),
        make("p", null, targetText(app)),
        targetTable(app)
      ),
      routine.box,
      make(
        "section",
        { class: "card" },
        make("h3", null, t("standing.why")),
        ratios.length > 0
          ? make(
              "p",
              null,
              t("standing.ratio", {
                low: app.words.number(Math.min(...ratios), 2),
                high: app.words.number(Math.max(...ratios), 2),
              })
            )
          : null,
        make(
          "ul",
          null,
          ["who", "how", "rise", "use"].map((key) => make("li", null, t(`standing.why_${key}`)))
        )
      ),
      make(
        "section",
        { class: "card" },
        make("h3", null, t("standing.answer")),
        make(
          "ul",
          null,
          app.data.headlines[language].map((text) => make("li", null, text))
        ),
        make(
          "p",
          { class: "soft" },
          t(app.data.own ? "standing.answer_note_own" : "standing.answer_note", {
            draws: app.words.number(app.data.library.draws, 0),
          })
        )
      )
    );
    surveys.refresh();
    routine.refresh();
    return {};
  },
};

function standingChart(app, width) {
  const { words } = app;
  const { standing } = app.data;
  const history = standing.history;
  const name = words.t("chart.base");
  const targets = standing.targets.national;
  return timeChart(
    {
      title: words.t("standing.figure"),
      summary: words.t("standing.summary", { count: standing.surveys.length }),
      yLabel: words.t("chart.survey_axis"),
      xDomain: [history.times[0], history.times.at(-1)],
      yDomain: roundEnds([...history.high90, ...standing.surveys.map((row) => row.high)]),
      xText: String,
      yText: (value) => words.number(value, 0),
      layers: [
        ...fanLayers(words, history.times, history, { colour: COLOUR.base, dash: DASH.base, name }),
        { at: app.data.decision.year, text: words.t("chart.decision"), colour: COLOUR.soft },
        {
          points: targets.map((row) => ({ x: row.year + 1, y: row.percent })),
          colour: COLOUR.target,
          shape: "diamond",
          name: words.t("chart.path"),
        },
        ...surveyLayers(words, standing),
      ],
    },
    width
  );
}

function standingTable(app) {
  const { t, number, span } = app.words;
  return {
    head: ["survey", "value", "interval", "children", "source"].map((key) =>
      t(`standing.column_${key}`)
    ),
    rows: app.data.standing.surveys.map((row) => [
      row.own ? t("standing.own_survey", { name: row.name }) : row.name,
      row.value === null ? t("standing.range_only") : { value: number(row.value), raw: row.value },
      span(row.low, row.high),
      { value: number(row.children, 0), raw: row.children },
      sourceCell(row),
    ]),
  };
}

function sourceCell(row) {
  // The address is shown as text: the page opens nothing from outside.
  return make(
    "span",
    { lang: "en" },
    row.source,
    row.url ? make("span", { class: "address" }, ` ${row.url}`) : null
  );
}

function routineChart(app, width) {
  const { words } = app;
  const rows = app.data.standing.routine;
  return timeChart(
    {
      title: words.t("standing.routine_figure"),
      summary: words.t("standing.routine_summary", { count: rows.length }),
      yLabel: words.t("standing.routine_axis"),
      xDomain: [app.data.standing.history.times[0], app.data.decision.year],
      yDomain: roundEnds([...rows.map((row) => row.value), 20]),
      xText: String,
      yText: (value) => words.number(value, 0),
      layers: [
        {
          points: rows.map((row) => ({ x: row.time, y: row.value })),
          colour: "#7a5c00",
          shape: "square",
          open: true,
          name: words.t("standing.routine_name"),
        },
      ],
    },
    width
  );
}

function routineTable(app) {
  const { t, number, month } = app.words;
  const unknown = t("common.unknown");
  return {
    head: ["when", "routine", "attendance", "source"].map((key) => t(`standing.column_${key}`)),
    rows: app.data.standing.routine.map((row) => [
      row.month === null
        ? String(row.year)
        : month(`${row.year}-${String(row.month).padStart(2, "0")}`),
      { value: number(row.value), raw: row.value },
      row.attendance === null ? unknown : { value: number(row.attendance, 0), raw: row.attendance },
      sourceCell(row),
    ]),
  };
}

function targetText(app) {
  const { t, number } = app.words;
  const { targets } = app.data.standing;
  return t("standing.target_text", { percent: number(targets.percent), year: targets.year });
}

function targetTable(app) {
  const { t, number } = app.words;
  const { targets } = app.data.standing;
  const rows = ["national", "district"].flatMap((path) =>
    targets[path].map((row) => [String(row.year), t(`standing.path_${path}`), number(row.percent)])
  );
  return makeTable(
    t("standing.targets"),
    [t("standing.column_end"), t("standing.column_path"), t("standing.column_value")],
    rows,
    { class: "titled" }
  );
}
