/** On a phone: nothing is wider than the screen, the filters are in a drawer, touch works. */
import { casePath, search, severalStructures, shapePath } from "./collection";
import { picture, ready } from "./picture";
import { expect, test } from "./test";

test("no view is wider than the screen", async ({ page, request }) => {
  const [shape] = await severalStructures(request);
  if (!shape) throw new Error("no shape");
  for (const path of ["", shapePath(shape.id), casePath(shape), "#/datasets"]) {
    await page.goto("about:blank");
    await page.goto(path);
    await expect(page.locator("article:visible, .empty:visible, h1:visible").first()).toBeVisible();
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const theme = await page.getByRole("button", { name: /^Theme:/ }).boundingBox();
    expect((theme?.x ?? 999) + (theme?.width ?? 0)).toBeLessThanOrEqual(390);
  }
});

test("the filters are in a drawer", async ({ page, request }) => {
  const { facets } = await search(request, "", 1);
  const value = facets?.dataset?.[0]?.value ?? "";
  await page.goto("");
  await page.getByRole("button", { name: "Filters" }).tap();
  const drawer = page.getByRole("dialog", { name: "Filters" });
  await drawer.locator(`button:has([title="${value}"])`).first().tap();
  await expect(page).toHaveURL(/q=dataset/);
  await drawer.getByRole("button", { name: "Done" }).tap();
  await expect(drawer).toBeHidden();
  await expect(page.getByRole("button", { name: /^Remove dataset/ })).toBeVisible();
});

test("the shape is drawn, and the record is below it", async ({ page, request }) => {
  const [shape] = await severalStructures(request);
  await page.goto(shapePath(shape?.id ?? ""));
  await ready(page);
  const seen = await picture(page);
  expect(seen.count / (seen.width * seen.height)).toBeGreaterThan(0.01);
  const canvas = await page.locator("canvas").boundingBox();
  const title = await page.getByRole("heading", { level: 1 }).boundingBox();
  expect(title?.y ?? 0).toBeGreaterThan((canvas?.y ?? 0) + (canvas?.height ?? 0));
});
