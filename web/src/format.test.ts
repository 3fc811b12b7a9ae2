import { expect, it } from "vitest";
import { area, bytes, facetWords, plain, plural, subjectWords, volume } from "./format";

it("volumes take the unit that suits them", () => {
  expect(volume(1_532_000)).toBe("1.53 l");
  expect(volume(152_340)).toBe("152 ml");
  expect(volume(340)).toBe("0.34 ml");
  expect(volume(12.345)).toBe("12.3 mm³");
  expect(volume(null)).toBe("–");
  expect(volume(Number.NaN)).toBe("–");
});

it("areas and sizes too", () => {
  expect(area(51_354)).toBe("514 cm²");
  expect(area(7)).toBe("7 mm²");
  expect(bytes(999)).toBe("999 B");
  expect(bytes(1_234_567)).toBe("1.23 MB");
});

it("words", () => {
  expect(plural(1, "shape")).toBe("1 shape");
  expect(plural(12_000, "shape")).toBe("12,000 shapes");
  expect(facetWords("sex", "F")).toBe("female");
  expect(facetWords("structure", "kidney_left")).toBe("kidney left");
  expect(subjectWords("M", 61)).toBe("male, 61 years");
  expect(subjectWords(null, null)).toBe("");
});

it("plain writes nested parameters on one line", () => {
  expect(plain({ margin_voxels: 2, faces: [1, 0.5], ok: true, of: null })).toBe(
    "margin voxels: 2, faces: 1, 0.5, ok: yes, of: –",
  );
});
