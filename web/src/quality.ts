/** The quality of a shape in plain words. */
import type { ShapeRecord } from "./api";

export interface Remark {
  good: boolean;
  text: string;
}

/** What was checked, most telling first; faults that the record names come last, as they are. */
export function remarks(quality: ShapeRecord["quality"]): Remark[] {
  const list: Remark[] = [
    quality.closed
      ? { good: true, text: "Closed surface: it encloses a volume" }
      : { good: false, text: "Open surface: it has holes or edges, so it has no volume" },
    quality.manifold
      ? { good: true, text: "Clean surface: no edge is shared by more than two triangles" }
      : { good: false, text: "Some edges are shared by more than two triangles (not manifold)" },
  ];
  if (!quality.oriented) {
    list.push({ good: false, text: "Some triangles face the wrong way" });
  }
  if (quality.touches_border === true) {
    list.push({ good: false, text: "Cut by the field of view: part of it may be missing" });
  } else if (quality.touches_border === false) {
    list.push({ good: true, text: "Completely inside the field of view" });
  }
  list.push({
    good: true,
    text: quality.components === 1 ? "One piece" : `${quality.components} separate pieces`,
  });
  if (quality.volume_difference_percent != null) {
    const percent = Math.abs(quality.volume_difference_percent);
    list.push({
      good: percent <= 5,
      text: `Volumes of mesh and mask differ by ${percent.toFixed(percent < 10 ? 1 : 0)} %`,
    });
  }
  if (quality.core_closed === false) {
    list.push({ good: false, text: "The light (core) mesh is not closed" });
  }
  for (const fault of quality.faults ?? []) list.push({ good: false, text: fault });
  return list;
}
