/**
 * The typed client of the REST interface (`/api/v1`). Lengths are millimetres in RAS+ patient space,
 * areas mm², volumes mm³. Every failure is an `ApiError` with a sentence for the reader.
 */

export interface Subject {
  id: string;
  sex: "F" | "M" | null;
  age_years: number | null;
  attributes?: Record<string, string | number | boolean>;
}

/** Measured on the full mesh; the volume is absent when the surface is open. */
export interface Features {
  volume_mm3?: number | null;
  surface_area_mm2?: number | null;
  /** Sizes along R, A and S. */
  extents_mm?: [number, number, number] | null;
  /** RAS position. */
  centroid_mm?: [number, number, number] | null;
  sphericity?: number | null;
  components?: number | null;
}

/** One hit of a search. */
export interface ShapeSummary {
  id: string;
  dataset: string;
  case: string;
  subject: Subject;
  structure: string;
  label: string;
  label_value: number | null;
  system: string | null;
  laterality: string | null;
  closed: boolean;
  files: Record<string, string>;
  features: Features;
}

export interface FacetValue {
  value: string;
  count: number;
}

export const FACET_KEYS = [
  "dataset",
  "structure",
  "system",
  "region",
  "laterality",
  "sex",
  "closed",
] as const;
export type FacetKey = (typeof FACET_KEYS)[number];
export type Facets = Partial<Record<FacetKey, FacetValue[]>>;

export interface SearchResult {
  total: number;
  shapes: ShapeSummary[];
  next: string | null;
  facets?: Facets;
}

export interface Licence {
  spdx: string | null;
  statement: string;
  url?: string | null;
  /** `null` where the source does not say. */
  commercial?: boolean | null;
  derivatives?: boolean | null;
  share_alike?: boolean | null;
  attribution?: boolean | null;
}

export interface Citation {
  text: string;
  doi?: string[];
}

export interface FileEntry {
  bytes: number;
  blake3: string;
}

/** `shape.json`: everything known of a shape. */
export interface ShapeRecord {
  schema_version: number;
  id: string;
  dataset: string;
  case: string;
  structure: string;
  label: string;
  label_value: number | null;
  anatomy: {
    resolved: boolean;
    display_name: string;
    synonyms?: string[];
    fma?: string | null;
    uberon?: string | null;
    snomed?: string | null;
    system?: string | null;
    region?: string | null;
    laterality?: string | null;
  };
  subject: Subject;
  licence: Licence;
  citation: Citation;
  source: {
    files: { path: string; bytes: number; blake3: string }[];
    recipe: string;
    recipe_version: string;
    program_version: string;
  };
  came_as: "mask" | "mesh";
  grid?: {
    shape: [number, number, number];
    spacing_mm: [number, number, number];
    affine: number[][];
  } | null;
  processing: { step: string; parameters?: Record<string, unknown> }[];
  features: Features;
  quality: {
    closed: boolean;
    manifold: boolean;
    oriented: boolean;
    components: number;
    touches_border?: boolean | null;
    mask_volume_mm3?: number | null;
    mesh_volume_mm3?: number | null;
    volume_difference_percent?: number | null;
    core_closed?: boolean;
    faults?: string[];
  };
  mesh: { vertices: number; faces: number; blake3: string };
  core: { vertices: number; faces: number } | null;
  files: Record<string, FileEntry>;
  aliases?: string[];
}

export interface Dataset {
  name: string;
  title: string;
  description?: string | null;
  cases: number;
  shapes: number;
  licence: Licence;
  citation: Citation;
  homepage?: string | null;
}

export type MeshFormat = "stl" | "ply" | "obj" | "glb";
export type Resolution = "full" | "core";

/** What went wrong, in words for the reader; `status` is 0 when the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

/** Where the API lives: beside the page. */
function base(): string {
  return new URL("api/v1/", globalThis.document?.baseURI ?? "http://localhost/").href;
}

/** Reads an RFC 9457 problem, or makes one up from the status line. */
export async function problemOf(response: Response): Promise<ApiError> {
  let title = response.statusText || "Error";
  let detail = `The server answered ${response.status} ${response.statusText}`.trim();
  if (response.headers.get("content-type")?.includes("json")) {
    try {
      const body: unknown = await response.json();
      if (body && typeof body === "object") {
        if ("title" in body && typeof body.title === "string") title = body.title;
        if ("detail" in body && typeof body.detail === "string") detail = body.detail;
        else detail = title;
      }
    } catch {
      // A broken body tells no more than the status line.
    }
  }
  return new ApiError(response.status, title, detail);
}

async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: "application/json" },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "No answer", "The server does not answer. Is `medshape serve` running?");
  }
  if (!response.ok) throw await problemOf(response);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(response.status, "Bad answer", "The server's answer could not be read.");
  }
}

export interface SearchOptions {
  limit?: number;
  cursor?: string | null;
  signal?: AbortSignal | undefined;
}

/** Finds shapes with the query grammar; an empty query finds everything. */
export function search(q: string, options: SearchOptions = {}): Promise<SearchResult> {
  const parameters = new URLSearchParams({ q, limit: String(options.limit ?? 60) });
  if (options.cursor) parameters.set("cursor", options.cursor);
  return get(`${base()}search?${parameters}`, options.signal);
}

/** All shapes of one case, in id order. */
export async function shapesOfCase(
  dataset: string,
  caseName: string,
  signal?: AbortSignal,
): Promise<ShapeSummary[]> {
  const q = `dataset:"${dataset}" case:"${caseName}"`;
  const shapes: ShapeSummary[] = [];
  let cursor: string | null = null;
  do {
    const page: SearchResult = await search(q, { limit: 500, cursor, signal });
    // The grammar may match more loosely than a path does.
    shapes.push(...page.shapes.filter((s) => s.dataset === dataset && s.case === caseName));
    cursor = page.next;
  } while (cursor);
  return shapes;
}

/** The path of a shape below `shapes/`, each component encoded. */
function encoded(id: string): string {
  return id.split("/").map(encodeURIComponent).join("/");
}

/** The record of the shape with this id (`dataset/case/structure`). */
export function record(id: string, signal?: AbortSignal): Promise<ShapeRecord> {
  return get(recordUrl(id), signal);
}

/** The datasets of the collection with their licences. */
export async function datasets(signal?: AbortSignal): Promise<Dataset[]> {
  return (await get<{ datasets: Dataset[] }>(`${base()}datasets`, signal)).datasets;
}

export const recordUrl = (id: string): string => `${base()}shapes/${encoded(id)}`;
export const thumbnailUrl = (id: string): string => `${recordUrl(id)}/thumbnail.png`;
export const maskUrl = (id: string): string => `${recordUrl(id)}/mask.nii.gz`;
export const pointsUrl = (id: string, n = 10_000): string =>
  `${recordUrl(id)}/points.ply?n=${n}&seed=0`;
export const meshUrl = (id: string, resolution: Resolution, format: MeshFormat): string =>
  `${recordUrl(id)}/${resolution === "core" ? "core" : "mesh"}.${format}`;
