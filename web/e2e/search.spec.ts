/** The search page: words, facets, paging, the address, and what is said when nothing fits. */
import { FACET_KEYS } from "../src/api";
import { count } from "../src/format";
import { search } from "./collection";
import { expect, test } from "./test";

test("shows everything with pictures that load", async ({ page, request }) => {
  const { total } = await search(request, "", 1);
  await page.goto("");
  await expect(page.getByRole("status").first()).toContainText(count(total));
  const images = page.locator("article img");
  expect(await images.count()).toBeGreaterThan(0);
  await expect
    .poll(() => images.first().evaluate((img: HTMLImageElement) => img.naturalWidth))
    .toBeGreaterThan(32);
  const box = await images.first().boundingBox();
  expect(Math.abs((box?.width ?? 0) - (box?.height ?? 1))).toBeLessThan(2);
});

test("typing searches, the address keeps it, and back returns", async ({ page, request }) => {
  const { shapes } = await search(request, "", 1);
  const word = shapes[0]?.structure ?? "";
  const { total } = await search(request, word, 1);
  await page.goto("");
  await page.keyboard.press("/");
  await expect(page.getByRole("textbox", { name: "Search shapes" })).toBeFocused();
  await page.keyboard.type(word);
  await expect(page.getByRole("status").first()).toContainText(`${count(total)} shape`);
  expect(new URL(page.url()).searchParams.get("q")).toBe(word);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Search shapes" })).toHaveValue(word);
  await page.locator("article h2 a").first().click();
  await expect(page).toHaveURL(/#\/shape\//);
  await page.goBack();
  await expect(page.locator("article").first()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Search shapes" })).toHaveValue("");
});

test("a space typed between words stays", async ({ page }) => {
  await page.goto("");
  const box = page.getByRole("textbox", { name: "Search shapes" });
  await box.pressSequentially("a ");
  await page.waitForTimeout(600);
  await expect(box).toHaveValue("a ");
});

test("a facet narrows to as many as it says, and lets go again", async ({ page, request }) => {
  const { facets, total } = await search(request, "", 1);
  const key = FACET_KEYS.find((k) => facets?.[k]?.some((v) => v.count < total));
  const value = facets?.[key ?? "dataset"]?.find((v) => v.count < total);
  if (!key || !value) throw new Error("No facet tells the shapes of this collection apart.");
  await page.goto("");
  const aside = page.getByRole("complementary", { name: "Filters" });
  await expect(aside.locator("section").first()).toBeVisible();
  const more = aside.getByRole("button", { name: /^Show .* more$/ });
  while ((await more.count()) > 0) await more.first().click();
  const button = aside.locator(`button:has([title="${value.value}"])`).first();
  await button.click();
  await expect(page.getByRole("status").first()).toContainText(`${count(value.count)} shape`);
  expect(new URL(page.url()).searchParams.get("q")).toContain(`${key}:`);
  await expect(button).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: /^Remove / }).click();
  await expect(page.getByRole("status").first()).toContainText(count(total));
});

test("more come as one scrolls", async ({ page, request }) => {
  const { total, next } = await search(request, "", 60);
  await page.goto("");
  await expect(page.locator("article").first()).toBeVisible();
  if (next === null) {
    await expect(page.locator("article")).toHaveCount(total);
    return;
  }
  await page.mouse.move(700, 500);
  await expect(async () => {
    await page.mouse.wheel(0, 5000);
    expect(await page.locator("article").count()).toBeGreaterThan(60);
  }).toPass();
  const hrefs = await page
    .locator("article h2 a")
    .evaluateAll((links) => links.map((a) => a.getAttribute("href")));
  expect(new Set(hrefs).size).toBe(hrefs.length);
});

test("nothing found gives hints that work", async ({ page, request }) => {
  const { total } = await search(request, "", 1);
  await page.goto("?q=zzzznothingiscalledthis");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("button", { name: "everything" }).click();
  await expect(page.getByRole("status").first()).toContainText(count(total));
});

test.describe("a wrong query", () => {
  test.use({ expectedErrors: ["400"] });

  test("is answered with the server's own words", async ({ page, request }) => {
    const response = await request.get("api/v1/search", { params: { q: "nosuchkey:1" } });
    expect(response.status()).toBe(400);
    const { detail } = (await response.json()) as { detail: string };
    await page.goto("?q=nosuchkey:1");
    await expect(page.getByRole("alert")).toHaveText(detail);
    await page.getByRole("button", { name: "Clear the search" }).click();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(page.locator("article").first()).toBeVisible();
  });
});

test("the help lists the filters and closes with Escape", async ({ page }) => {
  await page.goto("");
  await page.getByRole("button", { name: "How to search" }).click();
  await expect(page.getByRole("button", { name: "structure:kidney" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "structure:kidney" })).toBeHidden();
});

test("every example of the help is a query that the server understands", async ({
  page,
  request,
}) => {
  await page.goto("");
  await page.getByRole("button", { name: "How to search" }).click();
  const examples = await page.locator("#query-help code").allTextContents();
  expect(examples.length).toBeGreaterThan(10);
  for (const example of examples) await search(request, example, 1);
  await page.getByRole("button", { name: "faces:<20000" }).click();
  await expect(page.getByRole("textbox", { name: "Search shapes" })).toHaveValue("faces:<20000");
  await expect(page.getByRole("status").first()).toContainText("shape");
});

test("the theme can be chosen and is remembered", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("");
  const background = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  const button = page.getByRole("button", { name: /^Theme:/ });
  await button.click();
  await button.click();
  await expect(button).toHaveAccessibleName(/dark/);
  const dark = await background();
  expect(dark).not.toBe(light);
  await page.reload();
  await expect(button).toHaveAccessibleName(/dark/);
  expect(await background()).toBe(dark);
});

test("the datasets are listed with licence and citation", async ({ page, request }) => {
  const response = await request.get("api/v1/datasets");
  const { datasets } = (await response.json()) as { datasets: { name: string; shapes: number }[] };
  await page.goto("");
  await page.getByRole("link", { name: "Datasets" }).click();
  await expect(page.getByRole("heading", { name: "Licence" })).toHaveCount(datasets.length);
  await page.getByRole("link", { name: "Browse its shapes" }).first().click();
  await expect(page.getByRole("status").first()).toContainText(
    `${count(datasets[0]?.shapes ?? -1)} shape`,
  );
});
