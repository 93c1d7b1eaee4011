import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { type Browser, pageErrors, startBrowser, takeFailure, takePicture } from './browser.ts'
import { type Instance, startInstance } from './instance.ts'
import { missionControl } from './mission-control.ts'
import { createRepository } from './repositories.ts'

const hostile = '# <img src="x" onerror="document.title=1">\n\u202Eharmless\rand more\n'
const shell = (command: string) => ({ call: { tool: 'shell', input: { command } } })
const steps = [
  shell('echo push one'),
  shell('echo push two'),
  { call: { tool: 'write_file', input: { path: 'NOTES.md', content: hostile } } },
  shell('echo push three'),
  {
    call: { tool: 'finish', input: { outcome: 'completed', summary: 'Through.' } },
    repeat: { while: { isError: true }, max: 1 },
  },
]
const policy = {
  rules: [
    { effect: 'ask', command: 'echo push*', note: 'Somebody looks first.' },
    { effect: 'ask', path: 'NOTES.md' },
  ],
}

let instance: Instance
let browser: Browser
let page: Page
let watcher: Page
let id: string

beforeAll(async () => {
  instance = await startInstance({ demo: false, speed: 50 })
  browser = await startBrowser()
  // JSON is YAML.
  const file = (name: string, content: unknown) => {
    const path = join(instance.folder, name)
    writeFileSync(path, JSON.stringify(content))
    return path
  }
  const scenario = file('scenario.yaml', { name: 'asks', description: 'of a test', agents: [{ name: 'asker', steps }] })
  const repository = createRepository(instance.folder)
  const model = ['--model', `scripted:${scenario}`, '--gates', 'minimal']
  const named = [
    '--repo',
    repository,
    '--task',
    'Push it.',
    '--name',
    'asker',
    '--approvals',
    file('policy.yaml', policy),
  ]
  id = ((await instance.json('agent', 'spawn', ...named, ...model)) as { sessionId: string }).sessionId
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
  return person
}

const card = (of: Page, text: string) =>
  of.getByRole('region', { name: /^asker asks to be allowed/ }).filter({ hasText: text })
/** A call can be decided once it has been in sight for a moment. */
const canDecide = (text: string) =>
  expect.poll(() => card(page, text).getByRole('button', { name: 'Approve', exact: true }).isEnabled()).toBe(true)

async function outputs(): Promise<string[]> {
  const messages = await instance.request('GET', `/api/mission-control/sessions/${id}/messages?limit=100`)
  const { items } = gatewayRoutes.messages.answer.parse(messages)
  return items.flatMap((entry) => (entry.kind === 'tool' ? [entry.output ?? ''] : []))
}

it('is told apart from a question, and found from Mission Control', async () => {
  await missionControl(page).agent('asker', 'Needs approval').waitFor()
  await page.getByRole('link', { name: '1 to approve' }).click()
  await page.waitForURL('**/settings/approvals')
  await page.getByRole('main', { name: 'Approvals' }).getByText('There is none').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByRole('list', { name: 'Waiting for an approval' }).getByRole('link').click()
  await page.waitForURL(`**/sessions/${id}`)
  await card(page, 'echo push one').waitFor()
})

it('an observer sees the call and has nothing to decide it with', async () => {
  await watcher.goto(new URL(`/sessions/${id}`, instance.link).href)
  await card(watcher, 'echo push one').getByText('Whoever may steer it decides.').waitFor()
  expect(await card(watcher, '').getByRole('button').count()).toBe(0)
  expect(await card(watcher, '').getByRole('textbox').count()).toBe(0)
  await watcher.keyboard.press('a')
  await watcher.goto(new URL('/settings/approvals', instance.link).href)
  await watcher.getByText('An admin can change it.').waitFor()
  expect(await watcher.getByRole('main').getByRole('button').count()).toBe(0)
  expect(await accessibilityProblems(watcher)).toEqual([])
})

it('says which rule asks, until when, and which keys decide', async () => {
  await card(page, 'task policy, rule 1: Somebody looks first.')
    .getByText(/^denied in .* if nobody answers$/)
    .waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'approval')
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Allow what asker asks for this session').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

it('by keyboard alone one call is approved and the next is denied with a note', async () => {
  await canDecide('echo push one')
  await page.keyboard.press('a')
  await canDecide('echo push two')
  await page.keyboard.press('d')
  await page.keyboard.type('Not on a Sunday.')
  await page.keyboard.press('Enter')
  await card(page, 'NOTES.md').waitFor()
  const [first, second] = await outputs()
  expect(first).toContain('push one')
  expect(second).toMatch(/^Denied: .*Not on a Sunday\./)
})

it('shows a change to the letter, whatever it is made of, and says what somebody else has decided meanwhile', async () => {
  const title = await page.title()
  await card(page, 'onerror="document.title=1"').waitFor()
  await card(page, '\\u{202e}harmless\\u{d}and more').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'approval-change')
  await instance.json('agent', 'pause', id)
  await expect
    .poll(async () => ((await instance.json('agent', 'show', id)) as { status: string }).status)
    .toBe('paused')
  await instance.json('approval', 'deny', id, '--note', 'Keep it short.')
  await page
    .getByRole('status')
    .filter({ hasText: 'has been decided meanwhile' })
    .getByText(/Denied by .*Keep it short\./)
    .waitFor()
  expect(await page.title()).toBe(title)
  await instance.json('agent', 'resume', id)
})

it('goes on from the panel in Mission Control too, and comes to its end', async () => {
  await page.goto(new URL(`/mission-control?agent=${id}`, instance.link).href)
  const { agent, panel, dashboard } = missionControl(page)
  await agent('asker', 'Needs approval').click()
  await panel('asker')
    .getByRole('region', { name: /^asker asks to be allowed/ })
    .getByText('echo push three')
    .waitFor()
  await canDecide('echo push three')
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'approval-panel')
  await page.keyboard.press('a')
  await agent('asker', 'Done').waitFor()
  expect(await dashboard.getByRole('link').count()).toBe(0)
  const said = await outputs()
  expect([said[2]?.slice(0, 6), said[3]?.includes('push three')]).toEqual(['Denied', true])
})

it("a workspace's policy is set in fields that say what is wrong, tried on what was called, and taken away", async () => {
  await page.goto(new URL('/settings/approvals', instance.link).href)
  const main = page.getByRole('main', { name: 'Approvals' })
  await main.getByText('Nothing waits for an approval.').waitFor()
  await main.getByRole('button', { name: 'Set a policy' }).click()
  await main.getByRole('button', { name: 'Add a rule' }).click()
  const rule = main.getByRole('group', { name: 'Rule 1' })
  await rule.getByLabel('Effect').selectOption('deny')
  await rule.getByLabel('Command').fill('echo push t*')
  await rule.getByLabel('Cost above').fill('much')
  await main.getByRole('button', { name: 'Save the policy' }).click()
  await expect.poll(() => rule.getByLabel('Cost above').getAttribute('aria-invalid')).toBe('true')
  expect(await accessibilityProblems(page)).toEqual([])
  await rule.getByLabel('Cost above').fill('')
  await main.getByRole('button', { name: 'Check', exact: true }).click()
  const row = (text: string) => main.getByRole('row').filter({ hasText: text })
  await row('echo push two').getByText('Deny').waitFor()
  await row('echo push one').getByText('Allow').waitFor()
  await row('echo push one').getByText('approved').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'approval-policy-editor')
  await main.getByRole('button', { name: 'Save the policy' }).click()
  await main
    .getByRole('list', { name: /^Rules/ })
    .getByText('echo push t*')
    .waitFor()
  await takePicture(page, 'approval-policy')
  expect(await instance.json('approval', 'policy', 'show')).toMatchObject({
    policy: { rules: [{ effect: 'deny', command: 'echo push t*' }], otherwise: 'allow' },
  })
  await main.getByRole('button', { name: 'Remove it…' }).click()
  await main.getByRole('button', { name: /^Remove it: / }).click()
  await main.getByText('There is none').waitFor()
})

it('was shown without a fault of the page', () => expect(pageErrors).toEqual([]))
