import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sessionView } from '@mosaic/contracts/agent-session'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { type Browser, pageErrors, startBrowser, takeFailure, takePicture } from './browser.ts'
import { type Instance, startInstance } from './instance.ts'
import { missionControl } from './mission-control.ts'
import { createRepository, git } from './repositories.ts'

let instance: Instance
let browser: Browser
let page: Page
let repository: string

beforeAll(async () => {
  instance = await startInstance({ demo: false, speed: 50 })
  browser = await startBrowser()
  page = await browser.newPerson()
  await page.goto(instance.link)
  await page.waitForURL('**/mission-control*')
})
afterAll(async () => {
  await browser?.close()
  await instance?.close()
})
beforeEach(async () => {
  repository = createRepository(instance.folder)
  // Started by root, Mosaic looks at a checkout as somebody else.
  chmodSync(repository, 0o755)
  await page.getByRole('button', { name: 'Spawn agent' }).first().click()
  // The form is fetched when it is first opened, and has the cursor then.
  await expect.poll(() => field('Task').evaluate((task) => task === document.activeElement)).toBe(true)
  await page.keyboard.type('Leave a note.')
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await takeFailure(page, task.name)
  while (await dialog().isVisible()) await page.keyboard.press('Escape')
})

const dialog = () => page.getByRole('dialog', { name: 'Spawn an agent' })
const field = (name: string) => dialog().getByLabel(name, { exact: true })
const choice = () => dialog().getByRole('checkbox', { name: /^Take along what is not committed: / })
const changed = () => {
  writeFileSync(join(repository, 'README.md'), '# A library of greetings\n\nMore of them soon.\n')
  writeFileSync(join(repository, 'draft.md'), 'Not finished.\n')
}

it('offers to take along what is not committed, and by keyboard alone an agent starts from it', async () => {
  changed()
  await field('Repository').fill(repository)
  await field('Model').fill('scripted:commit-file')
  await field('Branch to start from').focus()
  await dialog().getByText('2 files, +3 −0 on main').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  expect(await choice().isChecked()).toBe(true)
  await takePicture(page, 'spawn-form')
  await page.keyboard.press('Enter')

  await page.waitForURL('**/mission-control*')
  await dialog().waitFor({ state: 'detached' })
  await page.getByText('Agent is starting').waitFor()
  const id = await sessionOn(repository)
  const session = sessionView.parse(await instance.json('agent', 'show', id))
  await missionControl(page).agent(session.name, 'Done').waitFor()
  expect(git(repository, 'show', `${session.branch}:draft.md`)).toBe('Not finished.')
  expect(git(repository, 'status', '--short')).toContain('draft.md')
})

it('says which branch an agent has to start from to have them, and what the server says of another', async () => {
  git(repository, 'checkout', '--quiet', '-b', 'feature')
  changed()
  await field('Repository').fill(repository)
  await field('Model').fill('scripted:hello')
  await field('Branch to start from').fill('main')
  await dialog().getByText('Only an agent that starts from feature can have them.').waitFor()
  await choice().check()
  await dialog().getByRole('button', { name: 'Spawn agent' }).click()
  await dialog().getByText('has feature checked out, and the agent is to start from main').waitFor()
  expect(await choice().getAttribute('aria-invalid')).toBe('true')
  expect(await accessibilityProblems(page)).toEqual([])
  await field('Branch to start from').fill('feature')
  await dialog().getByRole('button', { name: 'Spawn agent' }).click()
  await dialog().waitFor({ state: 'detached' })
})

it('offers nothing where all is committed, and says where a checkout cannot be looked at', async () => {
  await field('Repository').fill(repository)
  await field('Name').focus()
  await dialog().getByText('Looking for changes').waitFor({ state: 'detached' })
  expect(await choice().count()).toBe(0)
  await field('Repository').fill('/nowhere')
  await field('Name').focus()
  await dialog().getByText('The checkout cannot be looked at: ').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await field('Repository').fill('https://example.org/code.git')
  await field('Name').focus()
  await dialog().getByText('The checkout cannot be looked at: ').waitFor({ state: 'detached' })
})

it('was shown without a fault of the page', () => expect(pageErrors).toEqual([]))

async function sessionOn(address: string): Promise<string> {
  const { items } = (await instance.json('agent', 'list')) as { items: { sessionId: string; repository: string }[] }
  return items.find((session) => session.repository === address)!.sessionId
}
