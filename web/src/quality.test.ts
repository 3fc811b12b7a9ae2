import { expect, it } from "vitest";
import { remarks } from "./quality";

const sound = { closed: true, manifold: true, oriented: true, components: 1 };
const bad = (quality: Parameters<typeof remarks>[0]) =>
  remarks(quality)
    .filter((r) => !r.good)
    .map((r) => r.text);

it("a sound shape has nothing bad", () => {
  expect(bad({ ...sound, touches_border: false, volume_difference_percent: 0.3 })).toEqual([]);
});

it("names every fault in words", () => {
  const texts = bad({
    closed: false,
    manifold: false,
    oriented: false,
    components: 3,
    touches_border: true,
    volume_difference_percent: -12.4,
    core_closed: false,
    faults: ["12 boundary edges"],
  }).join("; ");
  for (const word of [
    "Open",
    "manifold",
    "wrong way",
    "field of view",
    "12 %",
    "core",
    "12 bound",
  ]) {
    expect(texts).toContain(word);
  }
});

it("says nothing of what is not known", () => {
  const texts = remarks({ ...sound, touches_border: null }).map((r) => r.text);
  expect(texts.join()).not.toMatch(/field of view|differ/);
});
