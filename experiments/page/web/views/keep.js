// What is kept of a plan and shared: its file, a link, a sheet of paper.

/** Return the downloads, the link and the file of the plan that is edited. */
function keepTools(app) {
  const { t } = app.words;
  const problem = make("p", { class: "problem", role: "alert" });
  const file = fileChoice(
    "plan-file",
    t("keep.open"),
    ".yaml,.yml,text/plain",
    async (chosen, field) => {
      try {
        app.state.plans[app.state.editing] = planOfYaml(await readSmall(chosen), app.data);
        app.set({}, { remount: true });
        app.tell(t("keep.opened"));
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        put(problem, t("keep.refused"), " ", t(error.key, error.blanks));
        field.value = "";
      }
    }
  );
  const save = () => {
    const plan = app.state.plans[app.state.editing];
    const id = `rencana_${app.state.editing.toLowerCase()}`;
    const text = (key) =>
      Object.fromEntries(
        ["id", "en"].map((language) => [
          language,
          wordsOf(app.data, language).t(key, { plan: app.state.editing }),
        ])
      );
    offer(
      `${id}.yaml`,
      new Blob(
        [planYaml(plan, app.data.levers, id, text("keep.plan_title"), text("keep.plan_intent"))],
        { type: "text/yaml" }
      )
    );
  };
  const link = make("input", {
    type: "text",
    id: "link",
    readonly: true,
    "aria-label": t("keep.link_label"),
  });
  return make(
    "div",
    { class: "card keep" },
    make("h3", null, t("keep.heading")),
    make(
      "div",
      { class: "tools" },
      make("button", { type: "button", onclick: save }, t("keep.yaml")),
      make("button", { type: "button", onclick: () => print() }, t("keep.print")),
      make(
        "button",
        {
          type: "button",
          onclick: () => {
            writeAddress(app, false);
            link.value = location.href;
            link.select();
            app.tell(t("keep.link_ready"));
          },
        },
        t("keep.link")
      )
    ),
    link,
    file,
    problem,
    make("p", { class: "soft" }, t("keep.note"))
  );
}
