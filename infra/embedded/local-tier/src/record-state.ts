import { systemClock } from '@mosaic/contracts/kernel'
import { identifyProcess, type Logger } from '@mosaic/runtime'
import type { ComponentName } from './component.ts'
import type { Paths } from './paths.ts'
import type { Ports } from './ports.ts'
import { type State, writeState } from './state.ts'
import type { ComponentChange } from './supervise.ts'

/** A state that could not be written is written after so long. */
const againMs = 1000

/** Keeps state.json up to date. */
export function recordState(paths: Paths, ports: Ports, logger: Logger) {
  const state: State = {
    status: 'starting',
    supervisor: identifyProcess(process.pid) ?? null,
    startedAt: systemClock.now().toISOString(),
    ports,
    components: {},
  }
  writeState(paths, state)
  let again: NodeJS.Timeout | undefined
  const write = () => {
    clearTimeout(again)
    try {
      writeState(paths, state)
      again = undefined
    } catch (error) {
      // A full disk: records that are behind are no reason to stop what runs. They catch up when there is room.
      if (!again) logger.error({ err: error }, 'the state could not be written')
      again = setTimeout(write, againMs).unref()
    }
  }
  return {
    status(status: State['status']) {
      state.status = status
      write()
    },
    stopped() {
      state.supervisor = null
      state.status = 'stopped'
      write()
    },
    change(name: ComponentName, change: ComponentChange) {
      const before = state.components[name]
      const running = change.status === 'running' ? change.running : undefined
      state.components[name] = {
        status: change.status,
        process: running ? (identifyProcess(running.pid) ?? null) : null,
        restarts: change.status === 'running' ? change.restarts : (before?.restarts ?? 0),
        probe: running?.probe ?? before?.probe ?? null,
      }
      write()
    },
  }
}
