import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const executablePath = process.env['MOSAIC_CHROMIUM'] ?? '/usr/bin/chromium'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const desktop = { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' } as const
const patienceMs = 30_000

/** Faults that no page may have: exceptions of its scripts, and parts of it that the gateway does not have. */
export const pageErrors: string[] = []

/** A browser with an empty profile, in which several people can sit side by side. */
export async function startBrowser() {
  const browser = await chromium.launch({ executablePath, headless: true, args })
  return {
    /** A page of somebody who shares nothing with the others: no cookie, no storage. */
    async newPerson(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({ ...desktop, ...options })
      context.setDefaultTimeout(patienceMs)
      context.on('response', (response) => {
        if (response.url().includes('/assets/') && !response.ok())
          pageErrors.push(`${response.status()} ${response.url()}`)
      })
      context.on('weberror', (event) => pageErrors.push(event.error().message))
      return context.newPage()
    },
    close: () => browser.close(),
  }
}
export type Browser = Awaited<ReturnType<typeof startBrowser>>

const results = join(import.meta.dirname, '../../../test-results')
const pictures = process.env['MOSAIC_SCREENSHOTS'] ?? results

/** Writes what is on the page: into MOSAIC_SCREENSHOTS (the README's pictures) or the ignored `test-results/`. */
export async function takePicture(page: Page, name: string, folder = pictures): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' })
}

/** What the page shows when a test has failed, under that test's name in `test-results/`. */
export const takeFailure = (page: Page, test: string): Promise<void> =>
  takePicture(page, `failed-${test.replaceAll(/\W+/g, '-').slice(0, 60)}`, results)
