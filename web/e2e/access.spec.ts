/** Accessibility by axe, in both themes, with text contrast as WCAG AA asks. */
import { AxeBuilder } from "@axe-core/playwright";
import { casePath, severalStructures, shapePath } from "./collection";
import { expect, test } from "./test";

for (const colorScheme of ["light", "dark"] as const) {
  test(`no view has a fault in the ${colorScheme} theme`, async ({ page, request }) => {
    const [shape] = await severalStructures(request);
    if (!shape) throw new Error("no shape");
    await page.emulateMedia({ colorScheme });
    for (const path of ["", "?q=zzzznothing", shapePath(shape.id), casePath(shape), "#/datasets"]) {
      await page.goto("about:blank");
      await page.goto(path);
      await expect(
        page.locator("article:visible, .empty:visible, h1:visible").first(),
      ).toBeVisible();
      await page.waitForTimeout(800);
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"])
        .analyze();
      const told = violations.map(
        (v) => `${path}: ${v.id} ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3)}`,
      );
      expect(told).toEqual([]);
    }
  });
}
