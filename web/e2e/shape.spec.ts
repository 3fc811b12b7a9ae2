/** One shape: the picture shows it, the right way round, and the record and downloads are there. */
import { count } from "../src/format";
import { record, search, severalStructures, shapePath } from "./collection";
import { overlap, picture, ready } from "./picture";
import { expect, test } from "./test";

test("the canvas shows the shape, in the middle", async ({ page, request }) => {
  const [shape] = await severalStructures(request);
  await page.goto(shapePath(shape?.id ?? ""));
  await ready(page);
  const seen = await picture(page);
  expect(seen.count / (seen.width * seen.height)).toBeGreaterThan(0.005);
  expect(Math.abs(seen.centre.x - 0.5)).toBeLessThan(0.2);
  expect(Math.abs(seen.centre.y - 0.5)).toBeLessThan(0.2);
  // Nothing is cut off: a margin stays free.
  const edge = (i: number) => {
    const [x, y] = [i % seen.width, Math.floor(i / seen.width)];
    return x < 3 || y < 3 || x >= seen.width - 3 || y >= seen.height - 3;
  };
  expect(seen.mask.findIndex((on, i) => on === 1 && edge(i))).toBe(-1);
});

test("the view from behind is the mirror image of the one from the front", async ({
  page,
  request,
}) => {
  // A shape that is nearly its own mirror image would prove nothing: the least symmetric one is taken.
  let chosen = { id: "", symmetry: 1 };
  for (const { id } of (await severalStructures(request)).slice(0, 8)) {
    await page.goto(shapePath(id));
    await ready(page);
    const seen = await picture(page);
    const symmetry = overlap(seen, seen, true);
    if (symmetry < chosen.symmetry) chosen = { id, symmetry };
  }
  expect(chosen.symmetry, "no shape of the case is asymmetric").toBeLessThan(0.88);
  await page.goto(shapePath(chosen.id));
  await ready(page);
  const front = await picture(page);
  await page.getByRole("button", { name: /posterior/ }).click();
  await page.waitForTimeout(700);
  const behind = await picture(page);
  expect(overlap(front, behind, true)).toBeGreaterThan(0.75);
  expect(overlap(front, behind, true)).toBeGreaterThan(overlap(front, behind, false) + 0.05);
});

test("the letters at the edges follow the view", async ({ page, request }) => {
  const [shape] = (await search(request, "", 1)).shapes;
  await page.goto(shapePath(shape?.id ?? ""));
  await ready(page);
  const edge = (side: string) => page.locator(`.edge.${side}`);
  await expect(edge("left")).toHaveText("R");
  await expect(edge("top")).toHaveText("S");
  for (const [name, left, top] of [
    [/posterior/, "L", "S"],
    [/patient's left/, "A", "S"],
    [/patient's right/, "P", "S"],
    [/superior/, "L", "A"],
    [/inferior/, "R", "A"],
    [/Reset/, "R", "S"],
  ] as const) {
    await page.getByRole("button", { name }).click();
    await expect(edge("left")).toHaveText(left);
    await expect(edge("top")).toHaveText(top);
  }
});

test("the keyboard turns, zooms and resets", async ({ page, request }) => {
  const [shape] = (await search(request, "", 1)).shapes;
  await page.goto(shapePath(shape?.id ?? ""));
  await ready(page);
  const before = await picture(page);
  await page.getByRole("application").focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("-");
  const smaller = await picture(page);
  expect(smaller.count).toBeLessThan(before.count * 0.8);
  for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowLeft");
  // A quarter turn: one of the patient's sides is in front now.
  await expect(page.locator(".edge.left")).toHaveText(/^[AP]$/);
  await page.keyboard.press("0");
  await page.waitForTimeout(700);
  expect(overlap(before, await picture(page), false)).toBeGreaterThan(0.97);
});

test("a drag turns the shape", async ({ page, request }) => {
  const [shape] = (await search(request, "", 1)).shapes;
  await page.goto(shapePath(shape?.id ?? ""));
  await ready(page);
  const box = await page.locator("canvas").boundingBox();
  if (!box) throw new Error("no canvas");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Half the height of the canvas is a half turn less the speed factor: well over a quarter.
  await page.mouse.move(x + box.height * 0.28, y, { steps: 8 });
  await page.mouse.up();
  await expect(page.locator(".edge.left")).not.toHaveText("R");
});

test("core comes first, full on request, and wireframe is thinner", async ({ page, request }) => {
  const { shapes } = await search(request, "", 200);
  const big = shapes.reduce((a, b) =>
    (b.features.surface_area_mm2 ?? 0) > (a.features.surface_area_mm2 ?? 0) ? b : a,
  );
  const { core, mesh } = await record(request, big.id);
  await page.goto(shapePath(big.id));
  await ready(page);
  const triangles = () => page.evaluate(() => window.__medshape?.viewer.triangleCount);
  expect(await triangles()).toBe((core ?? mesh).faces);
  const light = await picture(page);
  if (core) {
    await page.getByRole("button", { name: "Full", exact: true }).click();
    await expect.poll(triangles).toBe(mesh.faces);
    // The same shape, and it did not jump.
    expect(overlap(light, await picture(page), false)).toBeGreaterThan(0.9);
    await page.getByRole("button", { name: "Core", exact: true }).click();
    await expect.poll(triangles).toBe(core.faces);
  }
  await page.getByRole("button", { name: "Wireframe" }).click();
  await page.waitForTimeout(300);
  const wires = await picture(page);
  expect(wires.rgb.some((value, i) => value !== light.rgb[i])).toBe(true);
});

test("the record is told in words, and its files can be fetched", async ({ page, request }) => {
  const [shape] = await severalStructures(request);
  const known = await record(request, shape?.id ?? "");
  await page.goto(shapePath(known.id));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(known.anatomy.display_name, {
    ignoreCase: true,
  });
  const panel = page.locator(".panel");
  await expect(panel).toContainText(`${count(known.mesh.faces)} triangle`);
  await expect(panel).toContainText(known.citation.text.slice(0, 40));
  await expect(panel).toContainText(known.source.files[0]?.path ?? "");
  await expect(panel).toContainText(`medshape show ${known.id}`);
  const links = page.getByRole("link", { name: /^Download / });
  expect(await links.count()).toBeGreaterThan(8);
  for (const link of await links.all()) {
    const href = (await link.getAttribute("href")) ?? "";
    const response = await request.get(href);
    expect(response.status(), href).toBe(200);
    const body = await response.body();
    expect(body.length, href).toBeGreaterThan(100);
    if (/mesh\.stl/.test(href)) expect(body.length).toBe(84 + 50 * known.mesh.faces);
    if (/\.glb/.test(href)) expect(body.subarray(0, 4).toString()).toBe("glTF");
    if (/\.ply/.test(href)) expect(body.subarray(0, 3).toString()).toBe("ply");
    if (/\.nii\.gz/.test(href)) expect([...body.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  }
});

test.describe("what is not there", () => {
  test.use({ expectedErrors: ["404", "500"] });

  test("a shape that does not exist is said not to", async ({ page }) => {
    await page.goto(shapePath("no/such/shape"));
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByRole("link", { name: "Back to the shapes" }).click();
    await expect(page.locator("article").first()).toBeVisible();
  });

  test("a mesh that does not load is said so, and the record stays", async ({ page, request }) => {
    const [shape] = (await search(request, "", 1)).shapes;
    await page.route(/\.glb/, (route) => route.fulfill({ status: 500, body: "" }));
    await page.goto(shapePath(shape?.id ?? ""));
    await expect(page.getByRole("alert")).toContainText("could not be shown");
    await expect(page.getByRole("heading", { name: "Measures" })).toBeVisible();
  });
});

test("without WebGL the page says so, and the downloads stay", async ({ page, request }) => {
  const [shape] = (await search(request, "", 1)).shapes;
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(shapePath(shape?.id ?? ""));
  await expect(page.getByRole("alert")).toContainText("WebGL");
  await expect(page.getByRole("link", { name: /^Download the full mesh as STL/ })).toBeVisible();
});

test("going back and forth gives the graphics memory back", async ({ page, request }) => {
  const { shapes } = await search(request, "", 3);
  // Browsers keep about 16 contexts and complain in the console beyond that, which fails the test.
  for (let i = 0; i < 18; i++) {
    await page.goto(shapePath(shapes[i % shapes.length]?.id ?? ""));
    await page.waitForFunction(() => (window.__medshape?.viewer.triangleCount ?? 0) > 0);
    await page.evaluate(() => {
      location.hash = "";
    });
    await page.waitForFunction(() => !window.__medshape);
  }
  await expect(page.locator("canvas")).toHaveCount(0);
});
