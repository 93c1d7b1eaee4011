import type { SessionView } from '@mosaic/contracts/agent-session'
import { isQuiet } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { eventually } from '@mosaic/kit'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { type Browser, pageErrors, startBrowser, takeFailure, takePicture } from './browser.ts'
import { type Instance, startInstance } from './instance.ts'
import { watchKill } from './kill-watch.ts'
import { beingSaid, type MissionControl, missionControl, numberOf, readConversation } from './mission-control.ts'
import { agentBranches, createRepository, runAt } from './repositories.ts'

// One person's way through Mission Control while the demo runs. The tests are the steps of one story: each goes on
// where the one before it ended.
let instance: Instance
let browser: Browser
let page: Page
let control: MissionControl

const aMinuteMs = 60_000
const receiptSteps = ['Requested', 'Signalled', 'Exit observed', 'Descendants cleared', 'Resources released']

beforeAll(async () => {
  browser = await startBrowser()
  instance = await startInstance({ demo: true, speed: 2.5 })
  page = await browser.newPerson()
  control = missionControl(page)
})
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  console.error(task.name, pageErrors)
  await takeFailure(page, task.name)
})
afterAll(async () => {
  await browser?.close()
  await instance?.close()
})

const sessions = async (): Promise<SessionView[]> =>
  gatewayRoutes.sessions.answer.parse(await instance.json('agent', 'list')).items
const sessionOf = async (agent: string): Promise<string> =>
  (await sessions()).find(({ name }) => name === agent)?.sessionId ?? ''

it('signs in with the link that was printed', async () => {
  await page.goto(instance.link)
  await page.waitForURL('**/mission-control*')
  expect(page.url()).not.toContain('token')
})

it('streams what the agents say, word by word, before it is recorded', async () => {
  const lead = control.conversation('Lead')
  await lead.waitFor()
  let before = ''
  let grown = 0
  await eventually(
    'a message to grow while it is being said',
    async () => {
      const now = await beingSaid(lead)
      if (before !== '' && now.length > before.length && now.startsWith(before)) grown += 1
      before = now
      return grown >= 2
    },
    aMinuteMs,
  )
})

it('shows three agents at work, a lead and the two that it spawned', async () => {
  await expect.poll(() => control.panels.count(), { timeout: aMinuteMs }).toBe(3)
  for (const agent of ['Lead', 'Fixer', 'Writer'])
    await control.panel(agent).getByRole('heading', { name: agent }).waitFor()
  await expect.poll(() => control.roster.getByRole('row').count()).toBe(3)
  expect(await control.agent('Lead').getAttribute('aria-level')).toBe('1')
  expect(await control.agent('Fixer').getAttribute('aria-level')).toBe('2')
  expect(await control.agent('Writer').getAttribute('aria-level')).toBe('2')
})

it('says which agent needs a person', async () => {
  await control.agent('Writer', 'Needs input').waitFor({ timeout: 2 * aMinuteMs })
  await control.panel('Writer').getByRole('heading', { name: 'Writer asks' }).waitFor()
  await control.agent('Fixer', 'Running').waitFor()
  const dismiss = page.getByRole('button', { name: 'Dismiss' })
  if (await dismiss.isVisible()) await dismiss.click()
  await takePicture(page, 'mission-control')
})

it('pauses the other, and holds back what is said to it', async () => {
  await control.button('Fixer', 'Pause').click()
  await control.agent('Fixer', 'Paused').waitFor()
  await control.button('Fixer', 'Barge in on').click()
  const message = page.getByRole('textbox', { name: 'Message to Fixer' })
  await message.fill('Please cover refunds as well.')
  await message.press('Escape')
  await message.waitFor({ state: 'detached' })
  await control.button('Fixer', 'Barge in on').click()
  expect(await message.inputValue()).toBe('Please cover refunds as well.')
  await control.panel('Fixer').getByRole('button', { name: 'Send' }).click()
  const said = control.said('Fixer', 'Please cover refunds as well.')
  await said.getByText('Sent · delivered when you resume it').waitFor()
  expect(await said.textContent()).toMatch(/\[OPERATOR\] \S/)
})

it('is accessible in both themes while all of this is on the page', async () => {
  expect(await accessibilityProblems(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  await takePicture(page, 'mission-control-light')
  await page.emulateMedia({ colorScheme: 'dark' })
})

it('fits a phone, where the question can be answered as well', async () => {
  const phone = await page.context().newPage()
  await phone.setViewportSize({ width: 390, height: 844 })
  await phone.goto(`${instance.run.gateway}/mission-control`)
  await missionControl(phone).agent('Writer', 'Needs input').click()
  await phone.getByRole('heading', { name: 'Writer asks' }).waitFor()
  expect(await phone.getByRole('button', { name: 'Accountants who check the figures' }).isVisible()).toBe(true)
  expect(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await takePicture(phone, 'phone')
  await phone.close()
})

it('answers the question with a press, and the writer goes on', async () => {
  await control.panel('Writer').getByRole('button', { name: 'Accountants who check the figures' }).click()
  await control.agent('Writer', 'Running').waitFor()
  await control.panel('Writer').getByRole('heading', { name: 'Writer asks' }).waitFor({ state: 'detached' })
})

it('resumes the other, which then gets what was said', async () => {
  await control.button('Fixer', 'Resume').click()
  await control.agent('Fixer', 'Running').waitFor()
  await control
    .said('Fixer', 'Please cover refunds as well.')
    .getByText(/^Delivered at step \d+$/)
    .waitFor()
})

it('kills it, and calls it killed when no process is left', async () => {
  await control.button('Fixer', 'Kill').click()
  await control.dialog.getByRole('heading', { name: 'Kill Fixer?' }).waitFor()
  const glimpses = await watchKill(page, 'Fixer')
  await control.dialog.getByRole('button', { name: 'Kill Fixer' }).click()
  await control.dialog.getByRole('heading', { name: 'Killed Fixer' }).waitFor()
  await expect.poll(async () => (await glimpses()).at(-1)?.steps).toEqual(receiptSteps)
  for (const { steps, killed } of await glimpses()) {
    expect(steps).toEqual(receiptSteps.slice(0, steps.length))
    expect(!killed || steps.includes('Descendants cleared')).toBe(true)
  }
  await takePicture(page, 'kill-receipt')
  await control.dialog.getByRole('button', { name: 'Close' }).last().click()
  await control.agent('Fixer', 'Killed').waitFor()
})

it('says that the connection is lost when it is, and goes on without a gap', async () => {
  const pid = await instance.kill('gateway')
  await control.connectionLost.waitFor()
  await control.connectionLost.waitFor({ state: 'detached', timeout: aMinuteMs })
  expect((await instance.status())['gateway']?.pid).not.toBe(pid)
})

it('shows one session over the whole page', async () => {
  const person = await page.context().newPage()
  await person.goto(`${instance.run.gateway}/sessions/${await sessionOf('Writer')}`)
  await person.getByRole('log', { name: 'Conversation with Writer' }).getByRole('article').first().waitFor()
  expect(await accessibilityProblems(person)).toEqual([])
  await takePicture(person, 'session')
  await person.close()
})

it('sees the lead complete', async () => {
  await control.agent('Lead', 'Done').waitFor({ timeout: 3 * aMinuteMs })
  await control.agent('Writer', 'Done').waitFor()
})

it.each(['Lead', 'Fixer', 'Writer'])('has every line of the conversation with %s, each once', async (agent) => {
  const messages = await instance.json('agent', 'messages', await sessionOf(agent), '--limit', '500')
  const recorded = gatewayRoutes.messages.answer.parse(messages).items.flatMap((entry) => {
    if (entry.kind === 'message') return [entry.role]
    if (entry.kind === 'tool') return [entry.name]
    return isQuiet(entry.eventType, entry.data) ? [] : [entry.eventType]
  })
  await expect.poll(() => readConversation(control.conversation(agent)), { timeout: aMinuteMs }).toEqual(recorded)
})

it('leaves branches whose tests pass', () => {
  const repository = `${instance.data}/demo/repo`
  const branches = agentBranches(repository).filter(({ commits }) => commits > 0)
  expect(branches.length).toBeGreaterThanOrEqual(2)
  for (const { branch } of branches)
    expect(runAt(instance.folder, { repository, branch }, 'node --test')).toMatch(/fail 0/)
})

it('does not sign in another with the same link', async () => {
  const other = await browser.newPerson()
  await other.goto(instance.link)
  await other.getByRole('heading', { name: 'That link did not work' }).waitFor()
  expect(await accessibilityProblems(other)).toEqual([])
  await other.goto(`${instance.run.gateway}/mission-control`)
  await other.getByRole('heading', { name: 'Sign in with a link' }).waitFor()
  await other.context().close()
})

it('lists in the audit log exactly what the person did', async () => {
  await page.getByRole('link', { name: 'Audit log' }).click()
  const rows = page.getByRole('main', { name: 'Audit log' }).getByRole('row')
  await rows.nth(1).waitFor()
  const cells = await Promise.all((await rows.all()).slice(1).map((row) => row.getByRole('cell').allTextContents()))
  expect(cells.map(([, , action, session]) => `${action} ${session}`.trim())).toEqual([
    'Killed Fixer',
    'Resumed Fixer',
    'Barged in Writer',
    'Barged in Fixer',
    'Paused Fixer',
    'Signed in',
    'Spawned Lead',
  ])
  const listed = gatewayRoutes.audit.answer.parse(await instance.json('audit', 'list')).items
  expect(listed).toHaveLength(cells.length)
  await page.goBack()
})

it('lets an invited observer go where the address said, and change nothing', async () => {
  const guest = await browser.newPerson()
  await guest.goto(`${instance.run.gateway}/sessions/${await sessionOf('Writer')}`)
  await guest.getByRole('heading', { name: 'Sign in with a link' }).waitFor()
  const invitation = await instance.json('link', '--role', 'observer', '--name', 'Grace')
  await guest.goto(gatewayRoutes.createSignInLink.answer.parse(invitation).url)
  await guest.waitForURL(`**/sessions/${await sessionOf('Writer')}`)
  await guest.getByRole('log', { name: 'Conversation with Writer' }).getByRole('article').first().waitFor()
  await guest.keyboard.press('g')
  await guest.keyboard.press('m')
  await missionControl(guest).panel('Lead').waitFor()
  await guest.getByText('Observer', { exact: true }).waitFor()
  expect(await guest.getByRole('button', { name: /^(Kill|Pause|Resume|Terminate|Barge|Spawn)/ }).count()).toBe(0)
  expect(await accessibilityProblems(guest)).toEqual([])
  const refused = await guest.evaluate(async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"confirm":"KILL ALL"}' }
    return (await fetch('/api/mission-control/kill-all', init)).status
  })
  expect(refused).toBe(403)
  await guest.context().close()
})

it('counts what there is', async () => {
  const all = await sessions()
  const tokens = all.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0)
  await expect.poll(() => numberOf(control, 'tokens'), { timeout: aMinuteMs }).toBe(shortened(tokens))
  expect(await numberOf(control, 'live')).toBe('0')
  expect(await numberOf(control, 'done')).toBe('2')
  expect(await numberOf(control, 'killed')).toBe('1')
})

it('kills all who are left, once KILL ALL is typed', async () => {
  const repository = createRepository(instance.folder)
  for (const name of ['First', 'Second']) {
    const command = `--repo ${repository} --branch main --model scripted:long-runner --task endless --name ${name}`
    await instance.json('agent', 'spawn', ...command.split(' '))
  }
  await control.agent('First', 'Running').waitFor()
  await control.agent('Second', 'Running').waitFor()
  await page.getByRole('button', { name: 'Kill all' }).click()
  const confirm = control.dialog.getByRole('button', { name: 'Kill 2 agents' })
  const field = control.dialog.getByRole('textbox', { name: 'Type KILL ALL to confirm' })
  expect(await confirm.isDisabled()).toBe(true)
  await field.fill('kill all')
  expect(await confirm.isDisabled()).toBe(true)
  await field.fill('KILL ALL')
  await confirm.click()
  await control.dialog.getByText('2 of 2 killed, no process left').waitFor()
  await control.dialog.getByRole('button', { name: 'Close' }).last().click()
  await control.agent('First', 'Killed').waitFor()
  await control.agent('Second', 'Killed').waitFor()
})

it('shows that the fleet is frozen after it, and unfreezes it', async () => {
  const banner = page.getByRole('status').filter({ hasText: 'Frozen: every agent' })
  await banner.waitFor()
  await banner.getByRole('button', { name: 'Unfreeze' }).click()
  await banner.waitFor({ state: 'detached' })
})

it('was shown without a fault of the page', () => expect(pageErrors).toEqual([]))

const shortened = (value: number) =>
  value < 10_000 ? value.toLocaleString('en-US') : `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)}k`
