import { chmodSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { OpenclawGateway, user } from '../../../services/orchestrator/test/openclaw-gateway.ts'
import { accessibilityProblems } from './accessibility.ts'
import { type Browser, pageErrors, startBrowser, takeFailure, takePicture } from './browser.ts'
import { type Instance, startInstance } from './instance.ts'
import { missionControl } from './mission-control.ts'
import { createRepository } from './repositories.ts'

let instance: Instance
let browser: Browser
let gateway: OpenclawGateway
/** Something that answers and is no gateway. */
let other: Server
let page: Page

beforeAll(async () => {
  gateway = await OpenclawGateway.start()
  await gateway.stop()
  other = createServer((_, response) => response.writeHead(404).end())
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  instance = await startInstance({ demo: false, env: { MOSAIC_PROVIDER_NETWORKS: '127.0.0.0/8' } })
  browser = await startBrowser()
  page = await signedIn(instance.link)
})
afterAll(async () => {
  await browser?.close()
  await instance?.close()
  await gateway?.stop().catch(() => undefined)
  other?.close()
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

const token = 'token-that-is-wrong'
const list = (of: Page) => of.getByRole('main', { name: 'Providers' })
const button = (name: string) => list(page).getByRole('button', { name, exact: true })
const tested = (name: string) => list(page).getByRole('status', { name: `Test of ${name}` })
const dialog = (name: string) => page.getByRole('dialog', { name })
const spawn = () => dialog('Spawn an agent')
const doer = () => spawn().getByLabel('Who does the work')
const offered = () => doer().locator('option').allTextContents()

it('says what it is for where there is none, and by keyboard alone one is added and said to be out of reach', async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('v')
  await list(page).getByText('There are none yet.').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await button('Add a provider').press('Enter')
  const adding = dialog('Add a provider')
  await expect.poll(() => adding.getByLabel('Name').evaluate((name) => name === document.activeElement)).toBe(true)
  await page.keyboard.type('A House')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('nowhere')
  await page.keyboard.press('Enter')
  await adding.getByText('expected small letters, digits and hyphens').waitFor()
  await adding.getByText('expected an address with http, https, ws or wss').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await adding.getByLabel('Name').fill('house')
  await adding.getByLabel('Address').fill(gateway.url)
  await adding.getByLabel('Token', { exact: true }).fill(token)
  await page.keyboard.press('Enter')
  await adding.waitFor({ state: 'detached' })
  await list(page)
    .getByText(/^Unreachable since /)
    .waitFor()
  await list(page).getByText('nothing listens at').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'providers')
})

it('a test says what is wrong in its words, each time what is wrong then', async () => {
  await button('Test house').click()
  await tested('house').getByText('nothing listens at').waitFor()
  await gateway.startAgain()
  await button('Test house').click()
  await tested('house').getByText('Give it another token').waitFor()
  await button('Edit house').click()
  const { port } = other.address() as AddressInfo
  await dialog('Edit house').getByLabel('Address').fill(`ws://127.0.0.1:${port}`)
  await page.keyboard.press('Enter')
  await dialog('Edit house').getByText('give the token with it').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await dialog('Edit house').getByLabel('Token', { exact: true }).fill(token)
  await page.keyboard.press('Enter')
  await dialog('Edit house').waitFor({ state: 'detached' })
  await button('Test house').click()
  await tested('house').getByText('something else answers there').waitFor()
})

it('what was wrong is mended by editing it; its token is shown to nobody', async () => {
  await button('Edit house').click()
  const editing = dialog('Edit house')
  expect(await editing.getByLabel('Token', { exact: true }).inputValue()).toBe('')
  await editing.getByLabel('Name').fill('home')
  await editing.getByLabel('Address').fill(gateway.url)
  await editing.getByLabel('Token', { exact: true }).fill(gateway.manners.token)
  await page.keyboard.press('Enter')
  await editing.waitFor({ state: 'detached' })
  await list(page).getByText('Active', { exact: true }).waitFor()
  await button('Test home').click()
  await tested('home').getByText('It answered in').waitFor()
  expect(await page.content()).not.toContain(gateway.manners.token)
  expect(await page.content()).not.toContain(token)
})

it('an observer sees it and can do nothing with it', async () => {
  const guest = (await instance.json('link', '--role', 'observer', '--name', 'Grace')) as { url: string }
  const watcher = await signedIn(guest.url)
  await watcher.goto(new URL('/settings/providers', instance.link).href)
  await list(watcher).getByRole('heading', { name: 'home' }).waitFor()
  await list(watcher).getByText('An admin sets them up.').waitFor()
  expect(await list(watcher).getByRole('button').count()).toBe(0)
  expect(await accessibilityProblems(watcher)).toEqual([])
  await watcher.context().close()
})

it('its sessions are stale while it is away, and say since when and why; nothing begins there', async () => {
  const label = '<img src=x onerror=alert(1)>'
  gateway.add('agent:main:inbox', [user('Sort the inbox.')], { label })
  await page.goto(new URL('/mission-control', instance.link).href)
  const control = missionControl(page)
  await control.roster.getByText(label, { exact: true }).click()
  const panel = page.getByRole('main', { name: 'Panels' }).getByRole('region')
  await panel.getByText('home', { exact: true }).waitFor()
  await gateway.stop()
  await control.roster.getByText(/^stale since /).waitFor()
  await panel
    .getByText(/^stale since /)
    .first()
    .waitFor()
  await panel.getByText('Where it runs cannot be spoken with').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'stale-session')

  await page.keyboard.press('n')
  await doer().selectOption({ label: 'home (unreachable)' })
  expect(await spawn().getByLabel('Repository').count()).toBe(0)
  expect(await spawn().getByLabel('Sandbox').count()).toBe(0)
  await spawn().getByLabel('Agent there').waitFor()
  await spawn().getByLabel('Task').fill('Sort it again.')
  await page.keyboard.press('Control+Enter')
  await spawn().getByText('home cannot be spoken with since').waitFor()
  expect(await doer().getAttribute('aria-invalid')).toBe('true')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Escape')

  await panel.getByRole('button', { name: /^Expand / }).click()
  await page.waitForURL('**/sessions/*')
  await page.getByText(/^stale since /).waitFor()
  await page.getByText('Where it runs cannot be spoken with').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await gateway.startAgain()
  await page.getByText(/^stale since /).waitFor({ state: 'detached', timeout: 90_000 })
})

it('a terminal is begun from the dialog by keyboard alone; whoever is killed is called what people call them', async () => {
  const repository = createRepository(instance.folder)
  // Started by root, Mosaic looks at a checkout as somebody else.
  chmodSync(repository, 0o755)
  await page.goto(new URL('/mission-control', instance.link).href)
  await missionControl(page).roster.waitFor()
  await page.keyboard.press('n')
  const task = spawn().getByLabel('Task', { exact: true })
  await expect.poll(() => task.evaluate((field) => field === document.activeElement)).toBe(true)
  await page.keyboard.press('Tab')
  await page.keyboard.type('A program')
  await page.keyboard.press('Tab')
  await page.keyboard.type('exec bash --norc --noprofile')
  await page.keyboard.press('Tab')
  await page.keyboard.type(repository)
  expect(await spawn().getByLabel('Model').count()).toBe(0)
  expect(await spawn().getByLabel('Approvals').count()).toBe(0)
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'spawn-terminal')
  await page.keyboard.press('Enter')
  await spawn().waitFor({ state: 'detached' })
  await missionControl(page).roster.getByText('terminal', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Kill all' }).click()
  const scopes = dialog('Kill all agents?')
  await scopes.getByRole('radio', { name: /^Terminals/ }).check()
  await scopes.getByRole('radio', { name: /^Agents at an OpenClaw gateway \(home\)/ }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await takePicture(page, 'kill-all-scopes')
  await page.keyboard.press('Escape')
})

it('one that is off is not offered, and one that is removed is gone once that was confirmed', async () => {
  await page.goto(new URL('/settings/providers', instance.link).href)
  await button('Switch off home').click()
  await list(page).getByText('Off', { exact: true }).waitFor()
  await page.keyboard.press('n')
  await spawn().waitFor()
  await expect.poll(offered).not.toContain('home')
  expect(await offered()).toContain('A program in a terminal')
  await page.keyboard.press('Escape')
  await button('Remove home').click()
  await dialog('Remove home?').getByText('1 session of it will have failed here').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await list(page).getByRole('heading', { name: 'home' }).waitFor()
  await button('Remove home').click()
  await dialog('Remove home?').getByRole('button', { name: 'Remove home' }).click()
  await list(page).getByText('There are none yet.').waitFor()
})

it('was shown without a fault of the page', () => expect(pageErrors).toEqual([]))
