/** Playwright's `test`, which also fails on page errors, on console errors and on foreign requests. */
import { test as base, expect } from "@playwright/test";

interface Watch {
  /** Parts of console errors that a test causes on purpose. */
  expectedErrors: string[];
}

export const test = base.extend<Watch & { watch: undefined }>({
  expectedErrors: [[], { option: true }],
  watch: [
    async ({ page, baseURL, expectedErrors }, use) => {
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        const text = message.text();
        if (message.type() === "error" && !expectedErrors.some((part) => text.includes(part))) {
          faults.push(text);
        }
      });
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(baseURL ?? "") && !/^(blob|data):/.test(url))
          faults.push(`asked ${url}`);
      });
      await use(undefined);
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
