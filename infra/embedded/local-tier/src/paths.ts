import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where everything of one instance lies, below its data folder. */
export function pathsOf(dataDir: string) {
  return {
    dataDir,
    /** Connection strings of a running instance; absent when it does not run. */
    run: join(dataDir, 'run.json'),
    /** The supervisor's own records. */
    state: join(dataDir, 'state.json'),
    lock: join(dataDir, 'supervisor.lock'),
    instance: join(dataDir, 'instance.json'),
    token: join(dataDir, 'token'),
    logs: join(dataDir, 'logs'),
    log: (name: string) => join(dataDir, 'logs', `${name}.log`),
    engine: (name: 'eventstore' | 'nats' | 'postgres') => join(dataDir, name),
    demoRepository: join(dataDir, 'demo', 'repo'),
    demoMission: join(dataDir, 'demo', 'mission.json'),
    cache: join(dataDir, 'cache'),
  }
}
export type Paths = ReturnType<typeof pathsOf>

/** Creates the data folder and what must be in it before anything starts. */
export function createFolders(paths: Paths): void {
  for (const folder of [paths.dataDir, paths.logs]) mkdirSync(folder, { recursive: true })
}
