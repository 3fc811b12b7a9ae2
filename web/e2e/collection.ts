/** Finds in the collection what the tests need; the tests fit any collection. */
import { type APIRequestContext, expect } from "@playwright/test";
import type { SearchResult, ShapeRecord, ShapeSummary } from "../src/api";

export async function search(
  request: APIRequestContext,
  q: string,
  limit = 1000,
  cursor = "",
): Promise<SearchResult> {
  const params = { q, limit, ...(cursor ? { cursor } : {}) };
  const response = await request.get("api/v1/search", { params });
  expect(response.ok(), await response.text()).toBe(true);
  return (await response.json()) as SearchResult;
}

/** Every shape of the collection, page by page. */
async function everything(request: APIRequestContext): Promise<ShapeSummary[]> {
  const shapes: ShapeSummary[] = [];
  let cursor: string | null | undefined = "";
  do {
    const page: SearchResult = await search(request, "", 1000, cursor);
    shapes.push(...page.shapes);
    cursor = page.next;
  } while (cursor);
  return shapes;
}

export async function record(request: APIRequestContext, id: string): Promise<ShapeRecord> {
  const response = await request.get(`api/v1/shapes/${id}`);
  expect(response.ok()).toBe(true);
  return (await response.json()) as ShapeRecord;
}

/** A case of several structures, of a size that a browser without graphics card can draw. */
export async function severalStructures(request: APIRequestContext): Promise<ShapeSummary[]> {
  const shapes = await everything(request);
  const cases = new Map<string, ShapeSummary[]>();
  for (const shape of shapes) {
    const name = `${shape.dataset}/${shape.case}`;
    cases.set(name, [...(cases.get(name) ?? []), shape]);
  }
  const found = [...cases.values()]
    .filter((list) => list.length >= 2 && list.length <= 150)
    .sort((a, b) => Math.abs(a.length - 20) - Math.abs(b.length - 20))[0];
  if (!found) throw new Error("The collection has no case of 2 to 150 structures.");
  return found;
}

/** The two shapes of a case that lie farthest to the patient's right and left. */
export function rightAndLeft(shapes: ShapeSummary[]): [ShapeSummary, ShapeSummary] {
  const placed = shapes
    .filter((s) => s.features.centroid_mm)
    .sort((a, b) => (b.features.centroid_mm?.[0] ?? 0) - (a.features.centroid_mm?.[0] ?? 0));
  const [right, left] = [placed[0], placed.at(-1)];
  if (!right || !left || right === left) throw new Error("The case has no centroids.");
  return [right, left];
}

export const shapePath = (id: string) => `#/shape/${id}`;
export const casePath = (s: { dataset: string; case: string }) => `#/case/${s.dataset}/${s.case}`;
