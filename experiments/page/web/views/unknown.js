// View 4: what is not known, what moves the answer, and what to measure next.

// Each assumption runs the whole history again, twice.
const MOVED_DRAWS = 100;

const unknownView = {
  id: "unknown",
  mount(root, app) {
    const { t } = app.words;
    const holder = make("div", { "aria-busy": "true" }, make("p", null, t("common.computing")));
    const watch = { left: false };
    const note = make("p", { class: "soft" }, t("unknown.switch_note"));
    put(
      root,
      make(
        "section",
        { class: "card" },
        make("h3", null, t("unknown.switch_heading")),
        make(
          "label",
          { class: "check" },
          make("input", {
            type: "checkbox",
            id: "no-effect",
            checked: app.state.noEffect,
            onchange: (event) => {
              app.set({ noEffect: event.target.checked }, { remount: true });
              document.getElementById("no-effect").focus();
            },
          }),
          " ",
          t("unknown.switch")
        ),
        note
      ),
      make(
        "section",
        { class: "card" },
        make("h3", null, t("unknown.moves")),
        make("p", null, t("unknown.moves_lead", { year: app.state.year })),
        holder
      ),
      measuringCard(app),
      leadingCard(app)
    );
    showMoves(app, holder, watch);
    return {
      leave: () => {
        watch.left = true;
      },
    };
  },
};

async function showMoves(app, holder, watch) {
  const { words, data } = app;
  const rows = [];
  const ask = async (overrides) => {
    const plan = copyPlan(app.state.plans.A);
    Object.assign(plan.overrides, overrides);
    const answer = await askEngine(app, plan, {
      until: app.state.year,
      channel: "moves",
      draws: Math.min(MOVED_DRAWS, app.state.draws),
    });
    return answer && Statistics.interval(answer.gain(app.state.year));
  };
  try {
    const now = await ask({});
    for (const [place, row] of data.assumptions.entries()) {
      put(
        holder,
        make("p", null, words.t("unknown.progress", { done: place, all: data.assumptions.length }))
      );
      const low = watch.left ? null : await ask({ [row.name]: row.low });
      const high = watch.left ? null : await ask({ [row.name]: row.high });
      if (!low || !high) return;
      rows.push({ ...row, atLow: low, atHigh: high, width: Math.abs(high.mean - low.mean) });
    }
    rows.sort((first, second) => second.width - first.width);
    holder.removeAttribute("aria-busy");
    if (!watch.left) showMovesBox(app, holder, now, rows);
  } catch (error) {
    troubleIn(app, holder)(error);
  }
}

function showMovesBox(app, holder, now, rows) {
  const { words } = app;
  const { t, number } = words;
  const caption = t("unknown.figure", { year: app.state.year });
  const values = rows.flatMap((row) => [row.atLow.mean, row.atHigh.mean]);
  const box = figureBox(app, {
    name: "asumsi",
    caption,
    chart: (width) =>
      intervalChart(
        {
          title: caption,
          summary: t("unknown.summary", { name: words.title(rows[0].title) }),
          yLabel: t("unknown.axis"),
          xDomain: roundEnds([...values, now.mean]),
          xText: (value, step) => number(value, decimalsOf(step)),
          rows: rows.map((row) => ({
            label: words.title(row.title),
            colour: COLOUR.A,
            interval: {
              mean: now.mean,
              low90: Math.min(row.atLow.mean, row.atHigh.mean),
              high90: Math.max(row.atLow.mean, row.atHigh.mean),
            },
            end: number(row.width, 2),
            ends: [{ at: row.atLow.mean, open: true }, { at: row.atHigh.mean }],
          })),
          layers: [
            {
              points: [],
              shape: "square",
              open: true,
              colour: COLOUR.A,
              name: t("unknown.column_low"),
            },
            { points: [], shape: "square", colour: COLOUR.A, name: t("unknown.column_high") },
          ],
        },
        width
      ),
    table: () => ({
      head: ["assumption", "low", "gain_low", "high", "gain_high", "grade"].map((key) =>
        t(`unknown.column_${key}`)
      ),
      rows: rows.map((row) => [
        words.title(row.title),
        words.short(row.low),
        { value: number(row.atLow.mean, 2), raw: row.atLow.mean },
        words.short(row.high),
        { value: number(row.atHigh.mean, 2), raw: row.atHigh.mean },
        gradeText(app, row),
      ]),
    }),
  });
  put(
    holder,
    make(
      "p",
      null,
      t("unknown.now", {
        gain: words.range(now, 2),
        mean: number(now.mean, 2),
        year: app.state.year,
      })
    ),
    box.box,
    make(
      "p",
      { class: "soft" },
      t("unknown.moves_note", {
        draws: number(MOVED_DRAWS, 0),
        low: words.percent(0.05),
        high: words.percent(0.95),
      })
    )
  );
  box.refresh();
}

function gradeText(app, row) {
  const { t } = app.words;
  return row.judged ? t("common.grade_judged", { grade: row.grade }) : row.grade;
}

function measuringCard(app) {
  const { t, number, rupiah, percent, title } = app.words;
  const found = app.data.measuring;
  if (!found)
    return make(
      "section",
      { class: "card" },
      make("h3", null, t("unknown.measure")),
      make("p", { class: "notice" }, t("unknown.measure_missing"))
    );
  const [first] = found.rows
    .filter((row) => row.shown && row.value > 0)
    .sort((one, other) => other.value - one.value);
  const name = (id) => (id === null ? t("common.none") : title(found.titles[id]));
  const rows = found.rows.map((row) => [
    title(row.title),
    {
      value: t("unknown.value", { value: number(row.value), error: number(row.error) }),
      raw: row.value,
    },
    rupiah(row.rupiah),
    percent(row.change),
    name(row.to),
    row.shown ? t("common.yes") : t("common.no"),
  ]);
  return make(
    "section",
    { class: "card" },
    make("h3", null, t("unknown.measure")),
    make(
      "p",
      null,
      t("unknown.measure_lead", {
        price: rupiah(found.price),
        choice: name(found.choice),
        chance: percent(found.chance),
        year: found.year,
        draws: number(found.draws, 0),
      }),
      " ",
      t("unknown.measure_other")
    ),
    first
      ? make(
          "p",
          { class: "verdict" },
          t("unknown.measure_first", { name: title(first.title), worth: rupiah(first.rupiah) })
        )
      : null,
    makeTable(
      t("unknown.measure"),
      ["measurement", "worth", "upto", "changes", "mostly", "chance"].map((key) =>
        t(`unknown.column_${key}`)
      ),
      rows,
      { class: "titled" }
    ),
    make("p", { class: "soft" }, t("unknown.measure_note"))
  );
}

function leadingCard(app) {
  const { t, percent, title, number } = app.words;
  const titles = Object.fromEntries(app.data.scenarios.map((row) => [row.id, row.title]));
  const rows = app.data.leading.map((row) => [
    title(titles[row.id]),
    percent(row.explained),
    percent(row.judged),
    row.leading
      .map((item) =>
        t("unknown.leading_one", { name: title(item.title), share: percent(item.share) })
      )
      .join("; "),
  ]);
  return make(
    "section",
    { class: "card" },
    make("h3", null, t("unknown.leading")),
    make("p", null, t("unknown.leading_lead", { draws: number(app.data.library.draws, 0) })),
    makeTable(
      t("unknown.leading"),
      ["strategy", "explained", "judged", "inputs"].map((key) => t(`unknown.column_${key}`)),
      rows,
      { class: "titled" }
    )
  );
}
