// P10: append → DOM in headless Chromium, ÷ append → a bare NATS subscriber; the same events, the same clock.
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { connectEventStore } from '@mosaic/event-store'
import { commandContext, eventually, messageRecorded, natsOptions } from '@mosaic/kit'
import { connect } from '@nats-io/transport-node'
import { chromium } from 'playwright-core'
import { apiOf } from '../api.ts'
import { compare, percentile } from '../compare.ts'

const perRound = 200
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const now = () => performance.timeOrigin + performance.now()

export async function run(): Promise<void> {
  const instance = await startInstance({ demo: false, speed: 50 })
  const profile = mkdtempSync(join(tmpdir(), 'mosaic-chromium-'))
  const browser = await chromium.launchPersistentContext(profile, { executablePath: '/usr/bin/chromium', args: flags })
  const store = connectEventStore({ connectionString: instance.run.eventstore, instanceId: 'bench' })
  const nats = await connect(natsOptions(instance.run.nats))
  try {
    const api = apiOf(instance)
    const { sessionId } = await api.spawnAgent({
      repository: createRepository(),
      task: 'Say hello.',
      model: 'scripted:hello',
    })
    await eventually('the session to be over', async () => {
      const session = await api.getAgentStatus(sessionId).catch(() => undefined)
      return session?.status === 'completed'
    })
    const page = await browser.newPage()
    await page.goto(instance.link)
    await page.waitForURL('**/mission-control')
    await page.goto(new URL(`/sessions/${sessionId}`, instance.run.gateway).href)
    await page.getByRole('log').first().waitFor()
    // Notes when a text that begins with the mark first stands in the document.
    await page.evaluate(() => {
      const seen: Record<string, number> = {}
      Object.assign(globalThis, { seen })
      new MutationObserver(() => {
        for (const [mark] of document.body.textContent.matchAll(/mark-[0-9a-f-]{36}/g)) {
          seen[mark] ??= performance.timeOrigin + performance.now()
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    const onNats = new Map<string, number>()
    nats.subscribe('mosaic.>', {
      callback: (_, message) => {
        const mark = message.string().match(/mark-[0-9a-f-]{36}/)?.[0]
        if (mark) onNats.set(mark, now())
      },
    })
    let latest = { screen: [] as number[], nats: [] as number[] }
    const everyScreen: number[] = []
    const round = async () => {
      const sent = new Map<string, number>()
      for (let n = 0; n < perRound; n++) {
        const mark = `mark-${randomUUID()}`
        sent.set(mark, now())
        await store.append(`agentSession-${sessionId}`, [messageRecorded(sessionId, randomUUID(), mark)], {
          expectedRevision: 'any',
          context: commandContext(),
        })
        await page.waitForFunction((text) => text in (globalThis as unknown as { seen: object }).seen, mark, {
          polling: 5,
        })
      }
      const seen = await page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen)
      const since = (when: (mark: string) => number | undefined) =>
        [...sent].map(([mark, at]) => (when(mark) ?? Number.NaN) - at)
      latest = { screen: since((mark) => seen[mark]), nats: since((mark) => onNats.get(mark)) }
      everyScreen.push(...latest.screen)
    }
    await compare({
      name: 'event-to-screen',
      unit: '× append → NATS subscriber (p99, ms)',
      better: 'lower',
      bar: '≤ 2, p50 < 10 ms',
      ours: { name: 'append → DOM', run: async () => (await round(), percentile(latest.screen, 0.99)) },

      reference: { name: 'append → NATS', run: async () => (await round(), percentile(latest.nats, 0.99)) },
    })
    console.log(`  append → DOM p50 ${percentile(everyScreen, 0.5).toFixed(1)} ms`)
  } finally {
    await nats.close()
    await store.close()
    await browser.close()
    await instance.close()
  }
}
