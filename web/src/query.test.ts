import { describe, expect, it } from "vitest";
import { filterValues, hasFilter, quote, terms, toggleFilter, withoutTerm } from "./query";

describe("terms", () => {
  it("splits at white space outside of quotes", () => {
    expect(terms('liver  "brain stem" case:"a b",c').map((t) => t.raw)).toEqual([
      "liver",
      '"brain stem"',
      'case:"a b",c',
    ]);
  });

  it("reads keys, values and signs", () => {
    expect(terms("-Side:left,right")).toEqual([
      { raw: "-Side:left,right", key: "laterality", values: ["left", "right"], negated: true },
    ]);
    expect(terms('"a:b"')[0]).toMatchObject({ key: null, values: ["a:b"] });
  });

  it("takes an open quote to the end and loses nothing", () => {
    expect(terms('liver "brain st').map((t) => t.raw)).toEqual(["liver", '"brain st']);
    expect(terms('a" b')).toHaveLength(1);
  });

  it("finds nothing in nothing", () => {
    expect(terms("  ")).toEqual([]);
  });
});

describe("toggleFilter", () => {
  it("adds at the end and takes out again", () => {
    const on = toggleFilter("liver", "dataset", "kits19");
    expect(on).toBe("liver dataset:kits19");
    expect(toggleFilter(on, "dataset", "kits19")).toBe("liver");
  });

  it("quotes what is no plain word", () => {
    expect(toggleFilter("", "structure", "left hand")).toBe('structure:"left hand"');
    expect(quote("s0011")).toBe("s0011");
    expect(quote("a,b")).toBe('"a,b"');
  });

  it("takes one value out of several", () => {
    expect(toggleFilter("dataset:a,b,c x", "dataset", "b")).toBe("dataset:a,c x");
  });

  it("knows the other spellings of a value", () => {
    expect(toggleFilter("sex:female", "sex", "F")).toBe("");
    expect(hasFilter("SIDE:Left", "laterality", "left")).toBe(true);
  });

  it("does not take a negated filter for a chosen one", () => {
    expect(hasFilter("-dataset:a", "dataset", "a")).toBe(false);
    expect(toggleFilter("-dataset:a", "dataset", "a")).toBe("-dataset:a dataset:a");
  });

  it("narrows by a second value instead of widening", () => {
    expect(toggleFilter("structure:kidney", "structure", "kidney_left")).toBe(
      "structure:kidney structure:kidney_left",
    );
  });
});

it("filterValues lists what is asked for", () => {
  expect(filterValues("system:a,b -system:c system:d", "system")).toEqual(["a", "b", "d"]);
});

it("withoutTerm drops one of two equal terms", () => {
  expect(withoutTerm("a b a", 2)).toBe("a b");
});
