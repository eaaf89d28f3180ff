// View 2: strategies; controls, fan, paired difference, money, and the same money for each.

const TELL_PAUSE = 700;

const strategiesView = {
  id: "strategies",
  mount(root, app) {
    const { t } = app.words;
    const session = { answers: null, left: false, shown: false, turn: 0 };
    const money = sameMoney(app);
    const live = make("div", { class: "live", "aria-hidden": "true" });
    const headline = make("div", { class: "card key" }, make("p", null, t("common.computing")));
    const fan = figureBox(app, {
      name: "prevalensi",
      caption: t("results.fan", { year: app.state.year }),
      chart: (width) => session.answers && fanChart(app, session.answers, width),
      table: () => fanTable(app, session.answers),
    });
    fan.box.classList.add("first");
    const gain = figureBox(app, {
      name: "selisih",
      caption: t("results.gain"),
      chart: (width) => session.answers && gainChart(app, session.answers, width),
      table: () => gainTable(app, session.answers),
    });
    const outcomes = make("div", { id: "outcomes" });
    const links = make("section", { class: "card asks" });
    const contents = make("div");
    const show = () => {
      showHeadline(app, session, headline);
      fan.setCaption(t("results.fan", { year: app.state.year }));
      fan.refresh();
      gain.refresh();
      const table = outcomeTable(app, session.answers);
      put(
        outcomes,
        makeTable(t("results.outcomes", { year: app.state.year }), table.head, table.rows)
      );
      put(
        contents,
        plansInUse(app.state).map((name) => contentsOf(app, name))
      );
      const brief = plansInUse(app.state).map((name) => liveText(app, session.answers[name], name));
      put(
        live,
        brief.map((text) => make("span", null, text))
      );
      // A screen reader hears the result once the reader has let go, not at every step.
      clearTimeout(session.telling);
      session.telling = setTimeout(() => app.tell(brief.join(". ")), TELL_PAUSE);
      performance.clearMarks("tumbuh-redrawn");
      performance.mark("tumbuh-redrawn");
      if (!session.shown)
        money.start().then(() => {
          // What stands above is drawn by now, so that the place stays where it is.
          if (app.wanted === "money" && !session.left) {
            money.box.scrollIntoView();
            // The next step of a keyboard goes on from the answer, unless the reader has moved on.
            if (document.activeElement?.id === "heading") money.box.focus({ preventScroll: true });
          }
          app.wanted = null;
        });
      session.shown = true;
    };
    const compute = () => {
      const turn = (session.turn += 1);
      outcomes.setAttribute("aria-busy", "true");
      computePlans(app, session, show)
        .catch(troubleIn(app, headline))
        .finally(() => {
          if (turn === session.turn) outcomes.removeAttribute("aria-busy");
        });
    };
    const changed = () => {
      app.set({});
      choice.refresh();
      compute();
      links.classList.add("asks");
      put(links, linksCard(app, session, links));
    };
    const choice = planChoice(app);
    put(links, linksCard(app, session, links));
    put(
      root,
      make(
        "p",
        { class: "jump wide" },
        make(
          "a",
          {
            href: "#same-money",
            onclick: (event) => {
              event.preventDefault();
              money.box.scrollIntoView();
              money.box.focus();
            },
          },
          t("money.jump")
        )
      ),
      make("div", { class: "choose" }, choice.box, planControls(app, changed), keepTools(app)),
      make(
        "div",
        { class: "shown" },
        yearChoice(app, () => {
          app.set({});
          compute();
        }),
        headline,
        fan.box,
        gain.box,
        outcomes,
        contents,
        links
      ),
      live,
      money.box
    );
    compute();
    return {
      leave: () => {
        session.left = true;
        clearTimeout(session.telling);
      },
    };
  },
};

function liveText(app, answer, name) {
  const { t, range, rupiah } = app.words;
  const gain = Statistics.interval(answer.gain(app.state.year));
  return t("results.live", {
    plan: name,
    gain: range(gain, 2),
    year: app.state.year,
    cost: rupiah(planCost(app.state.plans[name], app.data.levers)),
  });
}

/** Return what a plan holds, action by action. */
function contentsOf(app, name) {
  const { t, title, rupiah, month, months, doseText } = app.words;
  const plan = app.state.plans[name];
  const rows = app.data.levers
    .filter((row) => (plan.levers[row.id]?.level ?? 0) > 0)
    .map((row) => {
      const dose = plan.levers[row.id];
      return [
        title(row.title),
        doseText(row, dose.level * row.full),
        month(dose.start),
        months(dose.ramp),
        dose.end ? month(dose.end) : t("strategies.no_end"),
        rupiah(dose.level * row.full_cost),
      ];
    });
  const caption = t("results.contents", {
    plan: name,
    ceiling: plan.ceiling === null ? t("results.no_ceiling") : rupiah(plan.ceiling),
  });
  return rows.length > 0
    ? makeTable(
        caption,
        ["action", "amount", "start", "ramp", "stop", "cost"].map((key) =>
          t(`results.column_${key}`)
        ),
        rows
      )
    : make("p", null, caption, " ", t("results.nothing"));
}

async function computePlans(app, session, show) {
  const names = plansInUse(app.state);
  const until = lastYear(app.state);
  const found = await Promise.all(
    names.map((name) => askEngine(app, app.state.plans[name], { until, channel: name }))
  );
  if (session.left || found.some((answer) => answer === null)) return;
  session.answers = Object.fromEntries(names.map((name, index) => [name, found[index]]));
  if (names.every((name) => app.state.plans[name]) && names.length === plansInUse(app.state).length)
    show();
}

function showHeadline(app, session, holder) {
  const { t, number } = app.words;
  put(
    holder,
    make("h3", null, t("results.heading")),
    make(
      "ul",
      null,
      headlineTexts(app, session.answers).map((text) => make("li", null, text))
    ),
    make(
      "p",
      { class: "soft" },
      t("results.note", {
        draws: number(session.answers.A.draws, 0),
        none: number(app.data.rules.no_effect, 3),
      })
    )
  );
}

/** Return the choice of a plan to start from; refresh() says whether the plan still is that one. */
function planChoice(app) {
  const { t, title } = app.words;
  const { scenarios } = app.data;
  const remount = (patch) => app.set(patch, { remount: true });
  const options = (rows) => rows.map((row) => make("option", { value: row.id }, title(row.title)));
  const about = make("p", { class: "soft" });
  const describe = (row) => {
    const told = row ? [title(row.intent), row.note ? ` ${title(row.note)}` : ""] : [];
    put(about, row ? told : t("strategies.own_hint"));
  };
  const refresh = () => {
    const row = scenarios.find((item) => samePlan(item.plan, app.state.plans[app.state.editing]));
    // The controls below stay where they are while the reader moves them.
    if (about.offsetHeight > 0) about.style.minHeight = `${about.offsetHeight}px`;
    preset.value = row ? row.id : "";
    describe(row);
  };
  const preset = make(
    "select",
    {
      id: "preset",
      onchange: (event) => {
        const row = scenarios.find((item) => item.id === event.target.value);
        if (!row) {
          describe(null);
          return;
        }
        app.state.plans[app.state.editing] = copyPlan(row.plan);
        remount({});
        document.getElementById("preset").focus();
      },
    },
    make("option", { value: "" }, t("strategies.own")),
    make(
      "optgroup",
      { label: t("strategies.library") },
      options(scenarios.filter((row) => row.equal_budget === null))
    ),
    make(
      "optgroup",
      { label: t("strategies.equal") },
      options(scenarios.filter((row) => row.equal_budget !== null))
    )
  );
  refresh();
  const edits = (name) =>
    make(
      "label",
      { class: "check" },
      make("input", {
        type: "radio",
        name: "editing",
        value: name,
        checked: app.state.editing === name,
        onchange: () => {
          remount({ editing: name });
          document.querySelector("input[name=editing]:checked").focus();
        },
      }),
      " ",
      t("chart.plan", { plan: name })
    );
  const box = make(
    "div",
    { class: "card preset" },
    make("label", { class: "field", for: "preset" }, t("strategies.preset"), " ", preset),
    about,
    make(
      "label",
      { class: "check" },
      make("input", {
        type: "checkbox",
        id: "second",
        checked: app.state.plans.B !== null,
        onchange: (event) => {
          const plans = {
            A: app.state.plans.A,
            B: event.target.checked
              ? copyPlan(scenarios.find((row) => row.id === "food").plan)
              : null,
          };
          remount({ plans, editing: event.target.checked ? "B" : "A" });
          document.getElementById("second").focus();
        },
      }),
      " ",
      t("strategies.second")
    ),
    app.state.plans.B
      ? make(
          "fieldset",
          { class: "inline" },
          make("legend", null, t("strategies.editing")),
          edits("A"),
          edits("B")
        )
      : null
  );
  return { box, refresh };
}

function yearChoice(app, changed) {
  const { t, number } = app.words;
  const choice = (key, values, text) =>
    make(
      "label",
      { class: "field" },
      t(`strategies.${key}`),
      " ",
      selectOf(
        {
          id: key,
          onchange: (event) => {
            app.state[key] = Number(event.target.value);
            changed();
          },
        },
        values,
        app.state[key],
        text
      )
    );
  return make(
    "div",
    { class: "fields when" },
    choice("year", app.data.dates.years, String),
    choice("draws", drawChoices(app.data), (count) => number(count, 0))
  );
}
