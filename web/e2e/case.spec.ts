/** A whole case: many structures in one scene, where they belong, to take apart. */
import { words } from "../src/format";
import { casePath, rightAndLeft, severalStructures } from "./collection";
import { hues, overlap, picture, ready } from "./picture";
import { expect, test } from "./test";

test("all structures are in the scene, in several colours", async ({ page, request }) => {
  const shapes = await severalStructures(request);
  await page.goto(casePath(shapes[0] ?? { dataset: "", case: "" }));
  await ready(page);
  await expect(page.getByRole("checkbox")).toHaveCount(shapes.length);
  await expect(page.locator("progress")).toHaveCount(0);
  const seen = await picture(page);
  expect(seen.count / (seen.width * seen.height)).toBeGreaterThan(0.02);
  expect(hues(seen)).toBeGreaterThanOrEqual(2);
});

test("the patient's right is on the viewer's left", async ({ page, request }) => {
  const shapes = await severalStructures(request);
  const [right, left] = rightAndLeft(shapes);
  await page.goto(casePath(right));
  await ready(page);
  const whereIs = async (id: string) => {
    const only = page.locator(`[data-row="${id}"]`).getByRole("button", { name: /^Show only/ });
    await only.click();
    await page.waitForTimeout(150);
    return (await picture(page)).centre.x;
  };
  expect(await whereIs(right.id)).toBeLessThan(await whereIs(left.id));
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("button", { name: /posterior/ }).click();
  await page.waitForTimeout(700);
  expect(await whereIs(right.id)).toBeGreaterThan(await whereIs(left.id));
});

test("a shape is drawn where its coordinates say", async ({ page, request }) => {
  const shapes = await severalStructures(request);
  const [right] = rightAndLeft(shapes);
  await page.goto(casePath(right));
  await ready(page);
  await page
    .locator(`[data-row="${right.id}"]`)
    .getByRole("button", { name: /^Show only/ })
    .click();
  await page.waitForTimeout(200);
  const seen = await picture(page);
  const at = await page.evaluate(
    (ras) => window.__medshape?.viewer.project(ras),
    (right.features.centroid_mm ?? [0, 0, 0]) as [number, number, number],
  );
  const extent = Math.max(...(right.features.extents_mm ?? [0]));
  const edge = await page.evaluate(
    ([r, a, s, e]) => window.__medshape?.viewer.project([r + e, a, s]),
    [...(right.features.centroid_mm ?? [0, 0, 0]), extent] as [number, number, number, number],
  );
  const tolerance = Math.abs((edge?.x ?? 0) - (at?.x ?? 0)) * 0.35;
  expect(Math.abs(seen.centre.x * seen.width - (at?.x ?? 0))).toBeLessThan(tolerance);
  expect(Math.abs(seen.centre.y * seen.height - (at?.y ?? 0))).toBeLessThan(tolerance);
});

test("structures are hidden, shown alone, and shown again", async ({ page, request }) => {
  const shapes = await severalStructures(request);
  const [one] = rightAndLeft(shapes);
  await page.goto(casePath(one));
  await ready(page);
  const all = await picture(page);
  await page.getByRole("button", { name: "Hide all" }).click();
  await page.waitForTimeout(200);
  expect((await picture(page)).count).toBe(0);
  await page.locator(`[data-row="${one.id}"]`).getByRole("checkbox").check();
  await page.waitForTimeout(200);
  const alone = await picture(page);
  expect(alone.count).toBeGreaterThan(0);
  expect(alone.count).toBeLessThan(all.count);
  await page.getByRole("button", { name: "Show all" }).click();
  await page.waitForTimeout(200);
  expect(overlap(all, await picture(page), false)).toBeGreaterThan(0.99);
});

test("exploding spreads the structures, and opacity shows what lies behind", async ({
  page,
  request,
}) => {
  const shapes = await severalStructures(request);
  await page.goto(casePath(shapes[0] ?? { dataset: "", case: "" }));
  await ready(page);
  const together = await picture(page);
  await page.getByLabel("Explode").fill("1.2");
  await page.waitForTimeout(400);
  const apart = await picture(page);
  expect(overlap(together, apart, false)).toBeLessThan(0.9);
  await page.getByLabel("Explode").fill("0");
  await page.waitForTimeout(400);
  expect(overlap(together, await picture(page), false)).toBeGreaterThan(0.97);
  await page.getByLabel("Opacity", { exact: true }).fill("0.3");
  await page.waitForTimeout(400);
  const faint = await picture(page);
  const sum = (rgb: Uint8Array) => rgb.reduce((total, value) => total + value, 0);
  expect(sum(faint.rgb)).not.toBe(sum(together.rgb));
});

test("a click names the structure and leads to it", async ({ page, request }) => {
  const shapes = await severalStructures(request);
  const [one] = rightAndLeft(shapes);
  await page.goto(casePath(one));
  await ready(page);
  await page
    .locator(`[data-row="${one.id}"]`)
    .getByRole("button", { name: /^Show only/ })
    .click();
  await page.waitForTimeout(200);
  const seen = await picture(page);
  // A drawn pixel whose neighbours are drawn too.
  const at = seen.mask.findIndex(
    (on, i) =>
      on === 1 &&
      [-3, 3, -3 * seen.width, 3 * seen.width].every((step) => seen.mask[i + step] === 1),
  );
  expect(at).toBeGreaterThan(0);
  const position = { x: at % seen.width, y: Math.floor(at / seen.width) };
  await page.locator("canvas").click({ position });
  const chosen = page.getByRole("region", { name: "Chosen structure" });
  await expect(page.locator(`[data-row="${one.id}"]`)).toHaveClass(/picked/);
  await expect(chosen.locator("strong")).toHaveText(words(one.structure));
  await page
    .locator(".picked")
    .first()
    .evaluate((node) => {
      (node as HTMLElement).style.visibility = "visible";
    });
  await chosen.getByRole("link", { name: "Open" }).click();
  await expect(page).toHaveURL(new RegExp(`#/shape/${one.id}$`));
});

test("the list filters, and the downloads name every structure", async ({ page, request }) => {
  const shapes = await severalStructures(request);
  const last = shapes.at(-1);
  await page.goto(casePath(last ?? { dataset: "", case: "" }));
  await page
    .getByRole("textbox", { name: "Filter the structures" })
    .fill(words(last?.structure ?? ""));
  expect(await page.getByRole("checkbox").count()).toBeLessThanOrEqual(shapes.length);
  await expect(page.locator(`[data-row="${last?.id}"]`)).toBeVisible();
  await page.getByRole("button", { name: "Download", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: /^Download/ });
  await expect(dialog.getByRole("link")).toHaveCount(shapes.length);
  await dialog.getByLabel("Format").selectOption("obj");
  const href = await dialog.getByRole("link").first().getAttribute("href");
  expect(href).toMatch(/mesh\.obj$/);
  expect((await request.get(href ?? "")).status()).toBe(200);
});

test("a case that does not exist is said not to", async ({ page }) => {
  await page.goto("#/case/no/such");
  await expect(page.getByRole("alert")).toContainText("no case");
});
