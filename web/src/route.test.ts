import { describe, expect, it } from "vitest";
import { caseHref, gridHref, parseQuery, parseRoute, shapeHref } from "./route";

describe("routes", () => {
  it("go there and back", () => {
    expect(parseRoute(shapeHref("kits19/case_1/kidney"))).toEqual({
      view: "shape",
      id: "kits19/case_1/kidney",
      dataset: "kits19",
      case: "case_1",
    });
    expect(parseRoute(caseHref("a", "b.c-d"))).toEqual({
      view: "case",
      dataset: "a",
      case: "b.c-d",
    });
    const q = 'liver age:>40 "a&b" +50%';
    expect(parseQuery(gridHref(q))).toBe(q);
  });

  it("fall back to the grid", () => {
    for (const hash of ["", "#", "#/", "#/shape/a/b", "#/case/a", "#/case//b", "#/nothing"]) {
      expect(parseRoute(hash)).toEqual({ view: "grid" });
    }
  });

  it("survive a broken escape", () => {
    expect(parseRoute("#/case/%E0%A4%A/b")).toMatchObject({ dataset: "%E0%A4%A" });
  });

  it("leave an empty query out of the address", () => {
    expect(gridHref("")).toBe("./");
    expect(parseQuery("")).toBe("");
  });
});
