import { expect, it } from "vitest";
import { structureColour } from "./colours";

it("gives both sides of a pair one colour", () => {
  expect(structureColour("kidney_left", "urinary")).toBe(
    structureColour("kidney_right", "urinary"),
  );
  expect(structureColour("rib_left_3", "skeletal")).toBe(
    structureColour("rib_right_3", "skeletal"),
  );
});

it("tells arteries from veins and organs from each other", () => {
  const names = [
    "aorta",
    "portal_vein_and_splenic_vein",
    "liver",
    "spleen",
    "kidney_left",
    "stomach",
  ];
  expect(new Set(names.map((n) => structureColour(n))).size).toBe(names.length);
});

it("spreads unknown names over the hues", () => {
  const colours = Array.from({ length: 100 }, (_, i) => structureColour(`area_${i}`, "nervous"));
  expect(new Set(colours).size).toBeGreaterThan(70);
});

it("writes a CSS colour for any name", () => {
  for (const name of ["", "é", "tooth_enamel", "skin", "x".repeat(500)]) {
    expect(structureColour(name, "skeletal")).toMatch(/^#[0-9a-f]{6}$/);
  }
});
