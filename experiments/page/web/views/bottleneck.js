// Which link of the delivery limits a plan.

/** Return which link of the delivery limits the plan; it is asked for, because it takes longer. */
function linksCard(app, session, holder) {
  const { t } = app.words;
  return [
    make("h3", null, t("results.links")),
    make("p", null, t("results.links_lead", { plan: app.state.editing })),
    make(
      "button",
      {
        type: "button",
        onclick: (event) => {
          event.target.disabled = true;
          app.tell(t("common.computing"));
          const plan = copyPlan(app.state.plans[app.state.editing]);
          app.ready
            .then((engine) =>
              engine.bottleneck(askedPlan(app, plan), {
                until: app.state.year,
                draws: Math.min(app.data.engine.bottleneck_draws, app.state.draws),
              })
            )
            .then((found) => {
              app.tell("");
              if (session.left || !samePlan(plan, app.state.plans[app.state.editing])) return;
              holder.classList.remove("asks");
              put(holder, make("h3", null, t("results.links")), linksShown(app, found));
            })
            .catch(troubleIn(app, holder));
        },
      },
      t("results.links_ask")
    ),
  ];
}

function linksShown(app, found) {
  const { t, number, range } = app.words;
  const caption = t("results.links_figure", { plan: app.state.editing, year: app.state.year });
  const box = figureBox(app, {
    name: "hambatan",
    caption,
    chart: (width) =>
      intervalChart(
        {
          title: caption,
          summary: t("results.links_first", { name: t(`link.${keyOf(found[0].link)}`) }),
          yLabel: t("chart.gain_axis"),
          xDomain: roundEnds(found.flatMap((row) => [row.gain.low90, row.gain.high90])),
          xText: (value, step) => number(value, decimalsOf(step)),
          rows: found.map((row) => ({
            label: t(`link.${keyOf(row.link)}`),
            interval: row.gain,
            colour: COLOUR.limit,
            end: number(row.gain.mean, 2),
          })),
        },
        width
      ),
    table: () => ({
      head: [t("results.column_link"), t("results.row_gain"), t("results.row_mean")],
      rows: found.map((row) => [
        t(`link.${keyOf(row.link)}`),
        range(row.gain, 2),
        { value: number(row.gain.mean, 2), raw: row.gain.mean },
      ]),
    }),
  });
  requestAnimationFrame(box.refresh);
  return [
    make("p", null, t("results.links_first", { name: t(`link.${keyOf(found[0].link)}`) })),
    box.box,
  ];
}

function keyOf(name) {
  return name.replaceAll(" ", "_");
}
