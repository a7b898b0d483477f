// Opens reports in headless Chromium: no request leaves, the console stays silent, axe finds nothing serious,
// hostile text does nothing, nothing is wider than the window.
//
// usage: node report.mjs NODE_MODULES SHOTS REPORT.html…
//
// Takes screenshots at 1280 and 390 pixels, light and dark, into the folder SHOTS. Exit code 1 if a check failed.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, shots, ...reports] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, "x.js"));
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const program = process.env.CONCERTED_CHROMIUM ?? "/usr/bin/chromium";

fs.mkdirSync(shots, { recursive: true });
const wrong = [];
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
for (const report of reports) {
  for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
    const name = `${path.basename(report, ".html")}-${width}-${scheme}`;
    const say = (what) => wrong.push(`${name}: ${what}`);
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: "reduce",
      // The page's own policy must hold while it loads; axe is put in afterwards, past it.
      bypassCSP: false,
    });
    const page = await context.newPage();
    const address = pathToFileURL(path.resolve(report)).href;
    page.on("request", (request) => {
      if (request.url() !== address) say(`asked for ${request.url().slice(0, 200)}`);
    });
    page.on("console", (message) => say(`console: ${message.text().slice(0, 300)}`));
    page.on("pageerror", (error) => say(`error: ${error.message.slice(0, 300)}`));
    page.on("dialog", (dialog) => { say(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    await page.goto(address);
    const seen = await page.evaluate(() => ({
      hostile: window.__xss !== undefined || document.title.includes("pwned"),
      shown: document.body.textContent.includes("window.__xss="),
      active: document.querySelectorAll("script,iframe,object,embed,img,form,link,base").length,
      handlers: [...document.querySelectorAll("*")].filter((of) =>
        [...of.attributes].some((attribute) => attribute.name.startsWith("on"))).length,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      direction: document.documentElement.dir,
    }));
    if (seen.hostile) say("hostile text ran");
    if (name.startsWith("hostile") && !seen.shown) say("no hostile text is shown: nothing was tried");
    if (seen.active) say(`${seen.active} elements that load or run something`);
    if (seen.handlers) say(`${seen.handlers} elements with handlers`);
    if (seen.wide > 0) say(`${seen.wide} pixels wider than the window`);
    await page.screenshot({ path: path.join(shots, `${name}.png`) });
    if (process.env.CONCERTED_SHOTS === "all") {
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      for (let y = 900, n = 1; y < height && n < 9; y += 900, n += 1) {
        await page.evaluate((to) => window.scrollTo(0, to), y);
        await page.screenshot({ path: path.join(shots, `${name}-${n}.png`) });
      }
    }
    // Everything that is folded counts too.
    await page.evaluate(() => document.querySelectorAll("details").forEach((of) => { of.open = true; }));
    const session = await context.newCDPSession(page);
    await session.send("Page.setBypassCSP", { enabled: true });
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }));
    for (const violation of result.violations.filter((of) => ["serious", "critical"].includes(of.impact))) {
      const nodes = violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160));
      say(`axe ${violation.impact} ${violation.id} (${violation.nodes.length}): ${nodes.join(" | ")}`);
    }
    if (width === 1280 && scheme === "light") {
      await page.pdf({ path: path.join(shots, `${name}.pdf`), format: "A4" });
    }
    await context.close();
  }
}
await browser.close();
for (const line of wrong) console.log("FAILED ", line);
console.log(`${reports.length} reports, ${wrong.length} failures`);
process.exit(wrong.length > 0 ? 1 : 0);
