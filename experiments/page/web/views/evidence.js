// View 6: every number with its source and grade.

const GRADES = ["A", "B", "C", "D"];
const PAGE = 40;

const evidenceView = {
  id: "evidence",
  mount(root, app) {
    const { t } = app.words;
    const asked = { text: "", grades: new Set(GRADES), table: "", judged: "", shown: PAGE };
    const list = make("div");
    const count = make("p", { role: "status" });
    const show = () => showEvidence(app, asked, list, count, show);
    const ask = (change) => (event) => {
      change(event.target);
      asked.shown = PAGE;
      show();
    };
    const choice = (label, options, take) =>
      make(
        "label",
        { class: "field" },
        t(label),
        " ",
        make(
          "select",
          { onchange: ask(take) },
          options.map(([value, key]) => make("option", { value }, t(key)))
        )
      );
    put(
      root,
      make(
        "form",
        { class: "fields", role: "search", onsubmit: (event) => event.preventDefault() },
        make(
          "label",
          { class: "field wide" },
          t("evidence.search"),
          " ",
          make("input", {
            type: "search",
            maxlength: "80",
            autocomplete: "off",
            oninput: ask((field) => {
              asked.text = field.value;
            }),
          })
        ),
        choice(
          "evidence.table",
          [
            ["", "evidence.all"],
            ["parameters", "evidence.parameters"],
            ["effects", "evidence.effects"],
            ["structure", "evidence.structure"],
          ],
          (field) => {
            asked.table = field.value;
          }
        ),
        choice(
          "evidence.judged",
          [
            ["", "evidence.all"],
            ["yes", "evidence.only_judged"],
            ["no", "evidence.only_found"],
          ],
          (field) => {
            asked.judged = field.value;
          }
        ),
        make(
          "fieldset",
          { class: "inline" },
          make("legend", null, t("evidence.grade")),
          GRADES.map((grade) =>
            make(
              "label",
              { class: "check" },
              make("input", {
                type: "checkbox",
                checked: true,
                onchange: ask((field) => {
                  asked.grades[field.checked ? "add" : "delete"](grade);
                }),
              }),
              ` ${grade} `,
              make("span", { class: "soft" }, t(`evidence.grade_${grade}`))
            )
          )
        )
      ),
      make("p", { class: "soft" }, t("evidence.as_written")),
      count,
      list
    );
    show();
    return {};
  },
};

function evidenceText(app, row) {
  row.text ??= [
    row.name,
    row.title?.id,
    row.title?.en,
    ...Object.values(row.said).flatMap(Object.values),
    ...Object.values(row.about),
    row.note,
    row.locator,
    ...row.rests,
    ...row.source.flatMap((id) => [id, app.data.evidence.sources[id]?.title]),
  ]
    .join(" ")
    .toLowerCase();
  return row.text;
}

function foundEvidence(app, asked) {
  const parts = asked.text.toLowerCase().split(/\s+/).filter(Boolean);
  return app.data.evidence.rows.filter(
    (row) =>
      asked.grades.has(row.grade) &&
      (!asked.table || row.table === asked.table) &&
      (!asked.judged || row.judged === (asked.judged === "yes")) &&
      parts.every((part) => evidenceText(app, row).includes(part))
  );
}

function showEvidence(app, asked, list, count, again) {
  const { t, number } = app.words;
  const found = foundEvidence(app, asked);
  put(
    count,
    t("evidence.count", {
      found: number(found.length, 0),
      all: number(app.data.evidence.rows.length, 0),
      judged: number(found.filter((row) => row.judged).length, 0),
    })
  );
  const rows = found
    .slice(0, asked.shown)
    .map((row) => [
      evidenceName(app, row),
      evidenceSays(app, row),
      gradeText(app, row),
      evidenceSources(app, row),
    ]);
  put(
    list,
    rows.length > 0
      ? makeTable(
          t("evidence.heading"),
          ["name", "says", "grade", "source"].map((key) => t(`evidence.column_${key}`)),
          rows,
          { class: "evidence" }
        )
      : make("p", null, t("evidence.nothing")),
    make(
      "div",
      { class: "tools" },
      found.length > asked.shown
        ? make(
            "button",
            {
              type: "button",
              onclick: () => {
                asked.shown += 5 * PAGE;
                again();
              },
            },
            t("evidence.more")
          )
        : null,
      make(
        "button",
        { type: "button", onclick: () => offer("bukti.csv", csvBlob(evidenceRows(app, found))) },
        t("evidence.csv")
      )
    )
  );
}

function evidenceName(app, row) {
  // The model's own name, where there is no other: of what is fixed, and of findings.
  const own = row.title?.[app.state.language] ?? row.name;
  return make("span", own === row.name ? { lang: "en" } : null, own);
}

function evidenceSays(app, row) {
  const about = row.about;
  const { language } = app.words;
  // What a source says is in its language; value and prior are in the reader's.
  const parts = [
    ["en", about.statement ?? [about.cause, about.outcome].filter(Boolean).join(": ")],
    [language, row.said.value?.[language]],
    [language, row.said.prior?.[language]],
    ["en", row.note],
  ];
  return make(
    "span",
    null,
    parts
      .filter(([, text]) => text)
      .map(([lang, text]) => make("span", { class: "part", lang }, text))
  );
}

function evidenceSources(app, row) {
  const sources = row.source.map((id) => {
    const source = app.data.evidence.sources[id];
    return make(
      "span",
      { class: "part" },
      source ? `${source.title}${source.year ? ` (${source.year})` : ""}` : id,
      source?.url ? make("span", { class: "address" }, ` ${source.url}`) : null
    );
  });
  const more = [
    row.locator === "-" ? "" : row.locator,
    row.rests.length > 0 ? row.rests.join(", ") : "",
  ].filter(Boolean);
  return make(
    "span",
    { lang: "en" },
    sources,
    more.map((text) => make("span", { class: "part soft" }, text))
  );
}

function evidenceRows(app, found) {
  const head = [
    "table",
    "name",
    "value",
    "unit",
    "prior",
    "says",
    "grade",
    "judged",
    "sources",
    "locator",
    "note",
  ];
  return {
    head,
    rows: found.map((row) => [
      row.table,
      row.name,
      row.about.value,
      row.about.unit,
      row.about.prior,
      row.about.statement ?? [row.about.cause, row.about.outcome].filter(Boolean).join(": "),
      row.grade,
      row.judged ? "yes" : "no",
      row.source.map((id) => app.data.evidence.sources[id]?.title ?? id).join("; "),
      row.locator,
      row.note,
    ]),
  };
}
