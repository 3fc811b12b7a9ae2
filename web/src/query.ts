/**
 * The part of the query grammar that the page needs: splitting a query into its terms, and turning
 * facet values on and off. Whether a query is right is for the server to say.
 */

export interface Term {
  /** As written, with its sign and quotes. */
  raw: string;
  /** Lower case, aliases resolved; `null` for a bare word or phrase. */
  key: string | null;
  /** Without quotes; several when separated by commas. */
  values: string[];
  negated: boolean;
}

const ALIASES: Record<string, string> = { side: "laterality" };
const SEXES: Record<string, string> = { female: "f", male: "m" };

/** Splits at white space that is outside of double quotes; an open quote runs to the end. */
export function terms(query: string): Term[] {
  return (query.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? []).map(parse);
}

function parse(raw: string): Term {
  const negated = raw.length > 1 && raw.startsWith("-");
  const body = negated ? raw.slice(1) : raw;
  const filter = /^([A-Za-z_]+):(.*)$/s.exec(body);
  if (!filter) return { raw, key: null, values: [unquote(body)], negated };
  const name = (filter[1] ?? "").toLowerCase();
  const values = (filter[2] ?? "").match(/(?:[^,"]|"[^"]*(?:"|$))+/g) ?? [];
  return { raw, key: ALIASES[name] ?? name, values: values.map(unquote), negated };
}

function unquote(text: string): string {
  return text.replaceAll('"', "");
}

/** Quotes a value where the grammar needs it. */
export function quote(value: string): string {
  return /^[\w.-]+$/.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}

function same(key: string, a: string, b: string): boolean {
  const normal = (v: string) => (key === "sex" ? (SEXES[v.toLowerCase()] ?? v) : v).toLowerCase();
  return normal(a) === normal(b);
}

function selects(term: Term, key: string, value: string): boolean {
  return term.key === key && !term.negated && term.values.some((v) => same(key, v, value));
}

/** Whether the query asks for this value of this key. */
export function hasFilter(query: string, key: string, value: string): boolean {
  return terms(query).some((term) => selects(term, key, value));
}

/** The values that the query asks for under a key, in the order written. */
export function filterValues(query: string, key: string): string[] {
  return terms(query).flatMap((term) => (term.key === key && !term.negated ? term.values : []));
}

/** Adds `key:value` to the query, or takes it out again. */
export function toggleFilter(query: string, key: string, value: string): string {
  const all = terms(query);
  if (!all.some((term) => selects(term, key, value))) {
    return [...all.map((t) => t.raw), `${key}:${quote(value)}`].join(" ");
  }
  return all
    .flatMap((term) => {
      if (!selects(term, key, value)) return [term.raw];
      const rest = term.values.filter((v) => !same(key, v, value));
      return rest.length > 0 ? [`${key}:${rest.map(quote).join(",")}`] : [];
    })
    .join(" ");
}

/** The query without the term at this place. */
export function withoutTerm(query: string, index: number): string {
  return terms(query)
    .filter((_, i) => i !== index)
    .map((t) => t.raw)
    .join(" ");
}
