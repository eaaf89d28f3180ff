// The controls of a plan: a preset, one slider for each strategy, every action in detail, and money.

const STRATEGIES = ["hr", "facilities", "coordination", "food", "budget"];
const RAMPS = [0, 6, 12, 18, 24, 36];
const NEW_RAMP = 12;

/** Return the months at which an action may begin: every half year but the last. */
function startChoices(dates) {
  const [first, last] = [dates.first, dates.last].map((moment) => Number(moment.slice(0, 4)));
  return Array.from({ length: last - first }, (_, year) => [
    `${first + year}-01`,
    `${first + year}-07`,
  ]).flat();
}

function selectOf(attributes, values, chosen, text) {
  const kept = values.includes(chosen) ? values : [...values, chosen].sort();
  return make(
    "select",
    attributes,
    kept.map((value) =>
      make("option", { value: value ?? "", selected: value === chosen }, text(value))
    )
  );
}

/** Return the controls of the plan that is edited; changed() is called after each change. */
function planControls(app, changed) {
  const plan = () => app.state.plans[app.state.editing];
  const refreshers = [];
  const edit = (change) => {
    change(plan());
    for (const refresh of refreshers) refresh();
    changed();
  };
  const groups = STRATEGIES.filter((name) => app.data.levers.some((row) => row.strategy === name));
  return make(
    "div",
    { class: "controls" },
    groups.map((name) => strategyControls(app, name, plan, edit, refreshers)),
    moneyControls(app, plan, edit, refreshers)
  );
}

function doseOf(app, plan, row) {
  return (
    plan.levers[row.id] ?? { level: 0, start: app.data.dates.first, ramp: NEW_RAMP, end: null }
  );
}

function setDose(app, plan, row, patch) {
  const dose = { ...doseOf(app, plan, row), ...patch };
  plan.levers[row.id] = { ...dose, end: dose.end && dose.end <= dose.start ? null : dose.end };
}

function strategyControls(app, name, plan, edit, refreshers) {
  const { t, title, rupiah, month, percent } = app.words;
  const rows = app.data.levers.filter((row) => row.strategy === name);
  const label = title(app.data.strategies[name]);
  const most = Math.max(...rows.map((row) => Math.min(1, row.maximum_share)));
  const levels = () => rows.map((row) => doseOf(app, plan(), row).level);
  const output = make("output", { id: `out-${name}`, for: `all-${name}` });
  const slider = make("input", {
    type: "range",
    id: `all-${name}`,
    min: 0,
    max: 100 * most,
    step: 5,
    "aria-describedby": `hint-${name}`,
    oninput: (event) =>
      edit((edited) => {
        for (const row of rows)
          setDose(app, edited, row, {
            level: Math.min(Number(event.target.value) / 100, row.maximum_share),
          });
      }),
  });
  const starts = rows.map((row) => doseOf(app, plan(), row).start);
  const start = selectOf(
    {
      onchange: (event) =>
        edit((edited) => {
          for (const row of rows) setDose(app, edited, row, { start: event.target.value });
        }),
    },
    startChoices(app.data.dates),
    starts[0],
    month
  );
  const refresh = () => {
    const found = levels();
    const same = found.every((level) => Math.abs(level - found[0]) < 1e-9);
    const mean = found.reduce((sum, level) => sum + level, 0) / found.length;
    slider.value = 100 * mean;
    const cost = rupiah(
      planCost(
        { levers: Object.fromEntries(rows.map((row) => [row.id, doseOf(app, plan(), row)])) },
        rows
      )
    );
    const text = t(same ? "strategies.share" : "strategies.mixed", { share: percent(mean), cost });
    put(output, text);
    slider.setAttribute("aria-valuetext", text);
    start.value = doseOf(app, plan(), rows[0]).start;
  };
  refreshers.push(refresh);
  refresh();
  return make(
    "fieldset",
    { class: `strategy ${name}` },
    make("legend", null, label),
    make("p", { class: "hint", id: `hint-${name}` }, t(`strategies.hint_${name}`)),
    make(
      "div",
      { class: "both" },
      make(
        "div",
        { class: "row" },
        make(
          "label",
          { for: `all-${name}` },
          t("strategies.amount"),
          make("span", { class: "hidden" }, `: ${label}`)
        ),
        slider
      ),
      make(
        "label",
        { class: "field" },
        t("strategies.start"),
        make("span", { class: "hidden" }, `: ${label}`),
        " ",
        start
      )
    ),
    output,
    make(
      "details",
      null,
      make(
        "summary",
        null,
        t("strategies.detail", { count: rows.length }),
        make("span", { class: "hidden" }, `: ${label}`)
      ),
      rows.map((row) => leverControls(app, row, plan, edit, refreshers))
    )
  );
}

function leverControls(app, row, plan, edit, refreshers) {
  const { t, title, rupiah, month, months, percent, doseText } = app.words;
  const label = title(row.title);
  const output = make("output", { for: `lever-${row.id}` });
  const id = `lever-${row.id.replaceAll(" ", "-")}`;
  const hidden = () => make("span", { class: "hidden" }, `: ${label}`);
  const slider = make("input", {
    type: "range",
    id,
    min: 0,
    max: Math.round(100 * row.maximum_share),
    step: 5,
    oninput: (event) =>
      edit((edited) =>
        setDose(app, edited, row, {
          level: Math.min(Number(event.target.value) / 100, row.maximum_share),
        })
      ),
  });
  const start = selectOf(
    {
      onchange: (event) =>
        edit((edited) => setDose(app, edited, row, { start: event.target.value })),
    },
    startChoices(app.data.dates),
    doseOf(app, plan(), row).start,
    month
  );
  const ramp = selectOf(
    {
      onchange: (event) =>
        edit((edited) => setDose(app, edited, row, { ramp: Number(event.target.value) })),
    },
    RAMPS,
    doseOf(app, plan(), row).ramp,
    months
  );
  const ends = [
    null,
    ...startChoices(app.data.dates).filter(
      (moment) => moment.endsWith("-01") && moment > app.data.dates.first
    ),
  ];
  const end = selectOf(
    {
      onchange: (event) =>
        edit((edited) => setDose(app, edited, row, { end: event.target.value || null })),
    },
    ends,
    doseOf(app, plan(), row).end,
    (value) => (value ? month(value) : t("strategies.no_end"))
  );
  const refresh = () => {
    const dose = doseOf(app, plan(), row);
    slider.value = 100 * dose.level;
    const text = t("strategies.dose", {
      dose: doseText(row, dose.level * row.full),
      share: percent(dose.level),
      cost: rupiah(dose.level * row.full_cost),
    });
    put(output, text);
    slider.setAttribute("aria-valuetext", text);
    start.value = dose.start;
    ramp.value = dose.ramp;
    end.value = dose.end ?? "";
  };
  refreshers.push(refresh);
  refresh();
  const say = (key) => make("p", null, make("b", null, t(`lever.${key}`)), " ", title(row[key]));
  return make(
    "div",
    { class: "lever" },
    make("div", { class: "row" }, make("label", { for: id }, label), slider, output),
    make(
      "div",
      { class: "fields" },
      make("label", { class: "field" }, t("strategies.start"), hidden(), " ", start),
      make("label", { class: "field" }, t("strategies.ramp"), hidden(), " ", ramp),
      make("label", { class: "field" }, t("strategies.end"), hidden(), " ", end)
    ),
    make(
      "details",
      { class: "about" },
      make("summary", null, t("lever.about"), hidden()),
      ["buys", "full_means", "delay", "moves", "persistence", "prior"].map(say),
      make("p", { class: "soft" }, t("lever.evidence", { ids: row.evidence.join(", ") }))
    )
  );
}

const MOST_CEILING = 1000; // billion rupiah a year, as in links and files

function moneyControls(app, plan, edit, refreshers) {
  const { t, rupiah, short } = app.words;
  const field = make("input", {
    type: "text",
    id: "ceiling",
    maxlength: 9,
    inputmode: "decimal",
    autocomplete: "off",
    "aria-describedby": "ceiling-problem ceiling-cost",
    onchange: (event) => {
      const empty = event.target.value.trim() === "";
      const value = empty ? null : amountOf(event.target.value);
      const sound = empty || (value > 0 && value <= MOST_CEILING);
      event.target.setAttribute("aria-invalid", String(!sound));
      put(problem, sound ? "" : keptCeiling(app, plan()));
      if (!sound) return;
      edit((edited) => {
        edited.ceiling = empty ? null : 1000 * value;
      });
    },
  });
  const problem = make("p", { class: "problem", id: "ceiling-problem", role: "alert" });
  const cost = make("p", { id: "ceiling-cost" });
  const refresh = () => {
    // A mistake stays as it was typed, beside what it says, until it is corrected.
    if (document.activeElement !== field && field.getAttribute("aria-invalid") !== "true")
      field.value = plan().ceiling === null ? "" : short(plan().ceiling / 1000);
    const sum = planCost(plan(), app.data.levers);
    const over = plan().ceiling !== null && sum > plan().ceiling;
    put(
      cost,
      t(over ? "strategies.over" : "strategies.cost", {
        cost: rupiah(sum),
        ceiling: rupiah(plan().ceiling ?? 0),
      })
    );
    cost.className = over ? "warn" : "";
  };
  refreshers.push(refresh);
  refresh();
  return make(
    "fieldset",
    { class: "strategy money" },
    make("legend", null, t("strategies.money")),
    make("label", { class: "field", for: "ceiling" }, t("strategies.ceiling"), " ", field),
    problem,
    cost
  );
}

/** Say what a ceiling may be, and which one the plan keeps. */
function keptCeiling({ words }, { ceiling }) {
  return words.t("mistake.ceiling", {
    most: words.number(MOST_CEILING, 0),
    kept: ceiling === null ? words.t("results.no_ceiling") : words.rupiah(ceiling),
  });
}
