/** Numbers and names as people read them. */

/** At most three significant digits, and thin grouping from 10,000 on. */
function number(value: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}

/** A count in full. */
export function count(value: number): string {
  return new Intl.NumberFormat("en").format(value);
}

/** `1 shape`, `2 shapes`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A volume in mm³, in the unit that suits it. */
export function volume(mm3: number | null | undefined): string {
  if (mm3 == null || !Number.isFinite(mm3)) return "–";
  if (Math.abs(mm3) >= 1e6) return `${number(mm3 / 1e6)} l`;
  if (Math.abs(mm3) >= 100) return `${number(mm3 / 1e3)} ml`;
  return `${number(mm3)} mm³`;
}

/** An area in mm², in the unit that suits it. */
export function area(mm2: number | null | undefined): string {
  if (mm2 == null || !Number.isFinite(mm2)) return "–";
  return mm2 >= 100 ? `${number(mm2 / 100)} cm²` : `${number(mm2)} mm²`;
}

/** A size in bytes (decimal units). */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1e6) return `${number(n / 1e3)} kB`;
  if (n < 1e9) return `${number(n / 1e6)} MB`;
  return `${number(n / 1e9)} GB`;
}

/** One decimal for lengths in mm. */
export function millimetres(value: number): string {
  return value.toFixed(1);
}

/** `kidney_left` reads `kidney left`. */
export function words(slug: string): string {
  return slug.replaceAll("_", " ").trim();
}

/** Facet values in words; what is not named here reads as it is written. */
const VALUE_WORDS: Record<string, Record<string, string>> = {
  sex: { F: "female", M: "male", f: "female", m: "male" },
  closed: { yes: "closed surface", no: "open surface" },
};

/** A facet value in words. */
export function facetWords(key: string, value: string): string {
  return VALUE_WORDS[key]?.[value] ?? words(value);
}

/** `F`, 61 reads `female, 61 years`; nothing known reads as nothing. */
export function subjectWords(sex: string | null, age: number | null): string {
  const parts: string[] = [];
  if (sex) parts.push(facetWords("sex", sex));
  if (age != null) parts.push(`${Number.isInteger(age) ? age : age.toFixed(1)} years`);
  return parts.join(", ");
}

/** Any value of a record on one line. */
export function plain(value: unknown): string {
  if (value == null) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number")
    return Number.isInteger(value) ? count(value) : String(+value.toPrecision(6));
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries(value)
    .map(([k, v]) => `${words(k)}: ${plain(v)}`)
    .join(", ");
}
