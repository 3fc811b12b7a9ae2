/**
 * What the page shows, as its address: `?q=<query>` is the search, and the fragment is the view
 * (`#/shape/<dataset>/<case>/<structure>`, `#/case/<dataset>/<case>`, `#/datasets`, or none: the grid).
 */

export type Route =
  | { view: "grid" }
  | { view: "shape"; id: string; dataset: string; case: string }
  | { view: "case"; dataset: string; case: string }
  | { view: "datasets" };

/** Reads a fragment; what it does not know is the grid. */
export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, "").split("/").map(decode);
  const [view, dataset, caseName, structure] = parts;
  if (view === "datasets" && parts.length === 1) return { view };
  if (view === "shape" && parts.length === 4 && dataset && caseName && structure) {
    return { view, id: `${dataset}/${caseName}/${structure}`, dataset, case: caseName };
  }
  if (view === "case" && parts.length === 3 && dataset && caseName) {
    return { view, dataset, case: caseName };
  }
  return { view: "grid" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const path = (...parts: string[]) => parts.map(encodeURIComponent).join("/");

export const shapeHref = (id: string): string => `#/shape/${path(...id.split("/"))}`;
export const caseHref = (dataset: string, caseName: string): string =>
  `#/case/${path(dataset, caseName)}`;

/** The address of the grid for a query, relative to the page. */
export function gridHref(q: string): string {
  return q ? `?q=${encodeURIComponent(q)}` : "./";
}

/** The query in the address's search part. */
export function parseQuery(search: string): string {
  return new URLSearchParams(search).get("q") ?? "";
}
