import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { type Browser, pageErrors, startBrowser, takeFailure, takePicture } from './browser.ts'
import { type Instance, startInstance } from './instance.ts'
import { createRepository, git } from './repositories.ts'

let instance: Instance
let browser: Browser
let page: Page
let watcher: Page
let repository: string
let id: string

beforeAll(async () => {
  instance = await startInstance({ demo: false })
  browser = await startBrowser()
  repository = createRepository(instance.folder)
  const shell = 'PS1="ready$ " bash --norc --noprofile'
  const spawned = await instance.json('agent', 'spawn', '--terminal', shell, '--repo', repository, '--gates', 'minimal')
  id = (spawned as { sessionId: string }).sessionId
  page = await signedIn(instance.link)
  const guest = await instance.json('link', '--role', 'observer', '--name', 'Grace')
  watcher = await signedIn((guest as { url: string }).url)
})
afterAll(async () => {
  await browser?.close()
  await instance?.close()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeFailure(page, task.name)
})

async function signedIn(link: string): Promise<Page> {
  const person = await browser.newPerson()
  await person.goto(link)
  await person.waitForURL('**/mission-control*')
  await person.goto(new URL(`/sessions/${id}`, link).href)
  return person
}

const terminal = (of: Page) => of.getByRole('region', { name: 'Terminal', exact: true })
/** The rows that a page shows. */
const shown = (of: Page) => terminal(of).locator('.xterm-rows').innerText()
const shows = (of: Page, text: string) => expect.poll(() => shown(of), { timeout: 30_000 }).toContain(text)

it('is seen by everybody, typed at by who takes control, and left by a key that is told', async () => {
  await shows(page, 'ready$')
  await terminal(page).getByRole('button', { name: 'Take control' }).click()
  await terminal(page).getByText('You type in this terminal.').waitFor()
  await page.keyboard.type('echo $((40 + 2)) > answer.txt; cat answer.txt; tput cols\n')
  await shows(page, '42')
  await shows(watcher, '42')
  await terminal(watcher)
    .getByText(/types in this terminal; you watch/)
    .waitFor()
  expect(await terminal(watcher).getByRole('button').count()).toBe(0)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA')
  await page.keyboard.press('Control+Shift+Escape')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Give up control')
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'terminal')
})

it('does nothing that a program wants of the page, whatever it writes', async () => {
  const title = await page.title()
  await terminal(page).locator('[data-terminal]').click()
  await page.keyboard.type(
    `printf '\\033]0;theirs\\007\\033]52;c;aGk=\\007\\033]8;;http://127.0.0.1:1/\\007link\\033]8;;\\007 done\\n'\n`,
  )
  await shows(page, 'link done')
  expect(await page.title()).toBe(title)
  // What lies above the rows takes the click, and knows of the link.
  await terminal(page).locator('.xterm-rows').getByText('link').last().click({ force: true })
  expect(page.context().pages()).toHaveLength(1)
})

it('its end commits what was changed, and the page goes on without it', async () => {
  await terminal(page).locator('[data-terminal]').click()
  await page.keyboard.type('exit 0\n')
  await terminal(page).waitFor({ state: 'detached' })
  await expect.poll(async () => ((await instance.json('agent', 'show', id)) as { commits: number }).commits).toBe(1)
  const { branch } = (await instance.json('agent', 'show', id)) as { branch: string }
  expect(git(repository, 'show', `${branch}:answer.txt`)).toBe('42')
})

it('was shown without a fault of the page', () => expect(pageErrors).toEqual([]))
