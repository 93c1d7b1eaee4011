// P13: kill-all of 50 running agents with five descendants each: how long until the last kill receipt, and who is left.
import { readdirSync, readFileSync } from 'node:fs'
import { startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { eventually } from '@mosaic/kit'
import { apiOf } from '../api.ts'
import { percentile } from '../compare.ts'

const agents = 50
const descendants = 5

/** Pids of the scenario's child processes, of every sandbox. */
const children = (): Set<string> =>
  new Set(
    readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === 'sleep\u000030\u0000'
      } catch {
        return false
      }
    }),
  )

export async function run(): Promise<void> {
  const instance = await startInstance({ demo: false, speed: 20 })
  try {
    const api = apiOf(instance)
    const before = children()
    const repository = createRepository()
    const spawned = await Promise.all(
      Array.from({ length: agents }, () =>
        api.spawnAgent({ repository, task: 'Run until stopped.', model: 'scripted:long-runner' }),
      ),
    )
    const ours = () => [...children()].filter((pid) => !before.has(pid))
    await eventually('all agents with their descendants', () => ours().length >= agents * descendants, 180_000)
    const start = performance.now()
    await api.killAllAgents()
    const killed = async (id: string) => {
      const { killReceipt } = await api.getAgentStatus(id)
      return killReceipt.some(({ step }) => step === 'descendants-cleared') ? killReceipt : undefined
    }
    const receipts = await Promise.all(
      spawned.map(({ sessionId }) => eventually('a kill receipt', () => killed(sessionId), 60_000)),
    )
    const seconds = (performance.now() - start) / 1000
    const latencies = receipts.map((receipt) => {
      const at = (wanted: string) => Date.parse(receipt.find(({ step }) => step === wanted)?.at ?? '')
      return (at('descendants-cleared') - at('requested')) / 1000
    })
    const survivors = ours().length
    console.log(
      `kill ${percentile(latencies, 0.99).toFixed(2)} (${Math.max(...latencies).toFixed(2)}) s from request to no descendant, p99 of ${agents} agents`,
    )
    console.log(
      `  p50 ${percentile(latencies, 0.5).toFixed(2)} s, all receipts read after ${seconds.toFixed(2)} s, ${survivors} survivors of ${agents * descendants}; bar < 5 s, 0 survivors`,
    )
    if (survivors > 0) process.exitCode = 1
  } finally {
    await instance.close()
  }
}
