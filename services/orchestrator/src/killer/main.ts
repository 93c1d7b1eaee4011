// A process of its own that ends what agents run when the orchestrator does not get to it, and does nothing else. It knows
// what is on the disk, waits for nobody, and ends with the orchestrator.
import { renameSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '@mosaic/contracts/kernel'
import { connectMessaging } from '@mosaic/messaging'
import { endShellsOf } from '../sandbox/clean-up.ts'
import type { DockerEngine } from '../sandbox/docker-engine.ts'
import { InHand } from './in-hand.ts'
import { KillLedger } from './kill-ledger.ts'
import { LiveSessions } from './live-sessions.ts'
import { addressFile, aliveFolder } from './places.ts'
import { killerServer } from './server.ts'
import { carryOut, type StrikeDeps } from './strike.ts'
import { Strikes } from './strikes.ts'

/** What it is told first, by the channel: what stands in an environment can be read by others. */
export type Settings = {
  readonly killsFolder: string
  /** Its own. */
  readonly folder: string
  readonly host: string
  /** 0: any. */
  readonly port: number
  readonly serviceToken: string
  readonly engine: DockerEngine
  /** Where kills are heard of that were asked of another machine. */
  readonly natsUrl: string
}

// What a terminal sends to all, e.g. Ctrl-C, is for the orchestrator to act upon.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
/** Told by it: once it is gone, this process is another's child. */
const orchestrator = Number(process.argv[2])
const [looks, lookEveryMs] = [20, 50]
const end = () => void endAllShells().finally(() => process.exit())
process.on('disconnect', end)
// It has ended while this program was being loaded, and nobody says so again.
if (!process.connected) end()
/** The orchestrator may be gone by now: then this process is about to end as well. */
const tell = (what: 'listening' | 'struck') => process.send?.(what, undefined, undefined, () => undefined)
const inHand = new InHand()
process.once('message', (settings: Settings) => {
  listen(settings)
  process.on('message', (commandId: string) => inHand.add(commandId))
})

/** What it was starting in its last moment joins its group a moment later. */
async function endAllShells(): Promise<void> {
  for (let look = 0; look < looks; look++) {
    endShellsOf((pid) => pid === orchestrator)
    await wait(lookEveryMs)
  }
}

function listen({ killsFolder, folder, host, port, serviceToken, engine, natsUrl }: Settings): void {
  const deps: StrikeDeps = {
    ledger: new KillLedger(killsFolder),
    alive: new LiveSessions(aliveFolder(folder)),
    inHand,
    engine,
    clock: systemClock,
    onStruck: () => tell('struck'),
  }
  const strikes = new Strikes((asked) => carryOut(asked, deps))
  connectMessaging({ url: natsUrl, name: 'killer' }).subscribeStrikes((asked) => strikes.hear(asked, deps.clock))
  const server = killerServer(serviceToken, (asked) => strikes.carryOut(asked))
  // Whom it cannot let in for want of file descriptors asks again; where it cannot listen, the next killer may.
  server.on('error', (error) => {
    if (!server.listening) throw error
  })
  server.listen({ host, port }, () => {
    const { address, port: given } = server.address() as AddressInfo
    const own = { url: `http://${address.includes(':') ? `[${address}]` : address}:${given}`, pid: process.pid }
    const draft = `${addressFile(folder)}.draft`
    writeFileSync(draft, JSON.stringify(own), { mode: 0o600 })
    renameSync(draft, addressFile(folder))
    tell('listening')
  })
}
