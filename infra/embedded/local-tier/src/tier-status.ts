import { isAlive } from '@mosaic/runtime'
import { type ComponentName, componentNames } from './component.ts'
import { askHealth, type Health } from './health.ts'
import { pathsOf } from './paths.ts'
import { type ComponentState, readState, supervisorRuns } from './state.ts'

export type ComponentStatus = Omit<Health, 'status'> & {
  status: Health['status'] | 'starting' | 'restarting' | 'stopped'
  pid: number | null
}
export type TierStatus = { running: boolean; components: Record<ComponentName, ComponentStatus> }

const stopped: ComponentStatus = { status: 'stopped', pid: null, version: null }

/** How every component of a data folder's instance is at this moment; each is asked itself. */
export async function tierStatus(dataDir: string): Promise<TierStatus> {
  const state = readState(pathsOf(dataDir))
  const running = supervisorRuns(state)
  const components = await Promise.all(
    componentNames.map(async (name) => {
      const component = running ? state?.components[name] : undefined
      return [name, await componentStatus(component, state?.status === 'stopping')]
    }),
  )
  return { running, components: Object.fromEntries(components) as TierStatus['components'] }
}

async function componentStatus(component: ComponentState | undefined, stopping: boolean): Promise<ComponentStatus> {
  if (!component) return stopped
  const { status, process, probe } = component
  if (status !== 'running' || !process || !probe)
    return { ...stopped, status: status === 'running' ? 'unhealthy' : status }
  // It ended a moment ago, and the supervisor has not written it down yet.
  if (!isAlive(process)) return { ...stopped, status: stopping ? 'stopped' : 'restarting' }
  return { pid: process.pid, ...(await askHealth(probe)) }
}
