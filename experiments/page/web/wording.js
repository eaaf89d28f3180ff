// Texts, numbers, money and dates of one language, as the command line writes them.

/**
 * Return a number with some decimals and a decimal point.
 *
 * As the command line rounds: to the nearest, and where two are equally near to the even one.
 */
function roundedText(value, decimals) {
  const size = Math.abs(value);
  // Only a number over a power of two lies exactly between two decimals.
  const halves = size * 2 ** (decimals + 1);
  if (!Number.isInteger(halves) || halves % 2 === 0) return value.toFixed(decimals);
  const below = Math.floor(size * 10 ** decimals);
  const even = (below % 2 === 0 ? below : below + 1) / 10 ** decimals;
  return (Math.sign(value) * even).toFixed(decimals);
}

/**
 * Return what may be said of an order: "ranking", "close" or "open".
 *
 * Close is an order that is probable, with a difference smaller than what should decide; both are
 * compared as they are read.
 */
function verdictOf(chance, difference, rules) {
  if (chance < rules.ranking) return "open";
  const [size, least] = [Math.abs(difference), rules.deciding].map((value) =>
    Number(roundedText(value, 2))
  );
  return size >= least ? "ranking" : "close";
}

/** Return the writer of a language. */
function wordsOf(data, language) {
  const table = data.words[language];
  const [point, comma] = language === "id" ? [",", "."] : [".", ","];

  // A number as text with the signs of the language, and no minus before nothing.
  function written(text) {
    const [whole, rest] = text.replace(/^-(?=[0.]*$)/, "").split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, comma);
    return rest === undefined ? grouped : grouped + point + rest;
  }

  function t(key, blanks) {
    const text = key.split(".").reduce((entry, part) => entry?.[part], table);
    if (typeof text !== "string") throw new Error(`no text ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      if (blanks?.[name] === undefined) throw new Error(`text ${key} has no ${name}`);
      return blanks[name];
    });
  }

  function number(value, decimals = 1) {
    return written(roundedText(value, decimals));
  }

  // No digit more than the number has: for doses that a reader sets.
  function short(value) {
    return written(roundedText(value, 3).replace(/\.?0+$/, ""));
  }

  function percent(share) {
    if (share > 0 && share < 0.01) return "<1 %";
    if (share > 0.99 && share < 1) return ">99 %";
    return `${number(100 * share, 0)} %`;
  }

  function range(interval, decimals = 1, unit = "") {
    const middle = number(interval.median, decimals) + unit;
    return t("common.range", {
      middle,
      low: number(interval.low90, decimals),
      high: number(interval.high90, decimals) + unit,
    });
  }

  function span(low, high, decimals = 1) {
    return t("common.span", { low: number(low, decimals), high: number(high, decimals) });
  }

  function rupiah(million) {
    if (Math.abs(million) < 0.05) return "Rp0";
    const large = Math.abs(million) >= 999.95;
    const unit = t(large ? "common.billion" : "common.million");
    return `Rp${number(large ? million / 1000 : million, 1)} ${unit}`;
  }

  // A level of an action: so many of a thing, or so many percent of it.
  function doseText(row, level) {
    if (row.is_share) return `${percent(level)} ${row.dose_after[language]}`;
    const amount = short(level);
    return `${amount} ${(amount === "1" ? row.dose_after : row.dose_unit)[language]}`;
  }

  function months(count) {
    return t(count === 1 ? "common.one_month" : "common.some_months", { count: short(count) });
  }

  // "2027-01" as month and year.
  function month(moment) {
    const [year, place] = moment.split("-");
    return `${t("common.months").split(" ")[Number(place) - 1]} ${year}`;
  }

  // "2026-11-25" as day, month and year.
  function day(date) {
    return `${Number(date.split("-")[2])} ${month(date.slice(0, 7))}`;
  }

  return {
    language,
    t,
    number,
    short,
    percent,
    range,
    span,
    rupiah,
    doseText,
    months,
    month,
    day,
    title: (both) => both[language],
  };
}
