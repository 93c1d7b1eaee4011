import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { keepPrivate } from './keep-private.ts'

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
    /** What the services of this instance show each other. */
    serviceToken: join(dataDir, 'service-token'),
    /** A token that may look on and change nothing; the gateway makes it. */
    observerToken: join(dataDir, 'observer-token'),
    /** What clients of the engines must know; the event store's certificate, key, and the authority that they trust. */
    eventStorePassword: join(dataDir, 'eventstore-password'),
    natsPassword: join(dataDir, 'nats-password'),
    tls: {
      folder: join(dataDir, 'tls'),
      authority: join(dataDir, 'tls', 'authority.pem'),
      certificate: join(dataDir, 'tls', 'eventstore.pem'),
      key: join(dataDir, 'tls', 'eventstore.key'),
    },
    logs: join(dataDir, 'logs'),
    log: (name: string) => join(dataDir, 'logs', `${name}.log`),
    engine: (name: 'eventstore' | 'nats' | 'postgres') => join(dataDir, name),
    demoRepository: join(dataDir, 'demo', 'repo'),
    demoMission: join(dataDir, 'demo', 'mission.json'),
    cache: join(dataDir, 'cache'),
  }
}
export type Paths = ReturnType<typeof pathsOf>

/** Thrown when the data folder cannot be made or written to. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
}

/** Creates the data folder and what must be in it before anything starts, closed to others. Throws DataFolderError. */
export function createFolders(paths: Paths): void {
  try {
    for (const folder of [paths.logs, paths.tls.folder]) makeFolder(folder)
    accessSync(paths.dataDir, constants.W_OK)
    keepPrivate(paths)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new DataFolderError(`The data folder ${paths.dataDir} cannot be used: ${reasons[code ?? ''] ?? message}`, {
      cause: error,
    })
  }
}

const reasons: Record<string, string> = {
  EACCES: 'you may not write there',
  EROFS: 'that file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of its path is a file',
}

/** Folder by folder: Node's own recursive mkdir never returns where a file system has no folders to make (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
