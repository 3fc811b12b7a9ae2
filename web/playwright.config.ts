/**
 * End-to-end tests in a real browser against a real server: the one at MEDSHAPE_URL, or else
 * `MEDSHAPE_BIN serve` on the collection MEDSHAPE_COLLECTION. The browser is CHROMIUM, else the system's.
 */
import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const { MEDSHAPE_URL, MEDSHAPE_BIN, MEDSHAPE_COLLECTION, MEDSHAPE_PORT = "18080" } = process.env;

if (!MEDSHAPE_URL && !(MEDSHAPE_BIN && MEDSHAPE_COLLECTION)) {
  throw new Error(
    "The end-to-end tests need a server. Set MEDSHAPE_URL to a running one, or set MEDSHAPE_BIN to the " +
      "medshape program and MEDSHAPE_COLLECTION to a collection that holds a case of several structures.",
  );
}

const browser = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path && existsSync(path));

if (!browser) {
  throw new Error(
    "The end-to-end tests need Chromium (Debian: `apt install chromium`); set CHROMIUM to its path.",
  );
}

const url = MEDSHAPE_URL ?? `http://127.0.0.1:${MEDSHAPE_PORT}`;

export default defineConfig({
  testDir: "e2e",
  // The browser draws on the processor: more at a time would only be slower.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  outputDir: "node_modules/.playwright",
  use: {
    baseURL: `${url.replace(/\/$/, "")}/`,
    launchOptions: {
      executablePath: browser,
      args: [
        "--headless=new",
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
      ],
    },
  },
  projects: [
    {
      name: "desktop",
      testIgnore: /phone/,
      use: { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } },
    },
    {
      name: "phone",
      testMatch: /phone/,
      use: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
      },
    },
  ],
  ...(!MEDSHAPE_URL && {
    webServer: {
      command: `"${MEDSHAPE_BIN}" serve --collection "${MEDSHAPE_COLLECTION}" --host 127.0.0.1 --port ${MEDSHAPE_PORT}`,
      url: `${url}/healthz`,
      timeout: 60_000,
    },
  }),
});
