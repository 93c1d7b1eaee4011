import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { pathsOf, readState, supervisorRuns, usualPorts } from '@mosaic/local-tier'

export type Finding = { check: string; result: 'ok' | 'warn' | 'fail'; found: string; todo?: string }
type Verdict = Omit<Finding, 'check'>

const run = promisify(execFile)

/** Runs every check side by side. A check that itself breaks is a failure with the reason. */
export function runChecks(dataDir: string): Promise<Finding[]> {
  const checks: Record<string, () => Verdict | Promise<Verdict>> = {
    node: checkNode,
    pnpm: () => program('pnpm', ['--version'], 'fail', 'Start Mosaic through ./mosaic, which brings its own.'),
    git: () => program('git', ['--version'], 'fail', 'apt-get install git'),
    'nats-server': checkNats,
    bubblewrap: checkBubblewrap,
    docker: checkDocker,
    chromium: () =>
      program('chromium', ['--version'], 'warn', 'Only the browser tests need it: apt-get install chromium'),
    ports: () => checkPorts(dataDir),
    disk: () => checkDisk(dataDir),
    'data folder': () => checkFolder(dataDir),
  }
  return Promise.all(Object.entries(checks).map(([check, look]) => finding(check, look)))
}

async function finding(check: string, look: () => Verdict | Promise<Verdict>): Promise<Finding> {
  try {
    return { check, ...(await look()) }
  } catch (error) {
    return { check, result: 'fail', found: (error as Error).message }
  }
}

function checkNode(): Verdict {
  const found = process.version
  if (atLeast(found, [24, 15])) return { result: 'ok', found }
  return {
    result: 'fail',
    found,
    todo: 'Node 24.15 or newer is needed; start Mosaic through ./mosaic, which brings it.',
  }
}

async function program(name: string, args: string[], missing: 'warn' | 'fail', todo: string): Promise<Verdict> {
  const version = await output(name, args)
  return version === undefined ? { result: missing, found: 'not found', todo } : { result: 'ok', found: version }
}

async function checkNats(): Promise<Verdict> {
  const verdict = await program('nats-server', ['--version'], 'fail', 'apt-get install nats-server')
  if (verdict.result !== 'ok' || atLeast(verdict.found, [2, 9])) return verdict
  return { result: 'fail', found: verdict.found, todo: 'nats-server 2.9 or newer is needed.' }
}

async function checkBubblewrap(): Promise<Verdict> {
  const verdict = await program(
    'bwrap',
    ['--version'],
    'warn',
    'Without Docker no agent runs: apt-get install bubblewrap',
  )
  if (verdict.result !== 'ok') return verdict
  const works = await output('bwrap', ['--ro-bind', '/', '/', '--unshare-all', 'true'])
  if (works !== undefined) return verdict
  return {
    result: 'warn',
    found: `${verdict.found}, but it may not make namespaces`,
    todo: 'Allow unprivileged user namespaces.',
  }
}

async function checkDocker(): Promise<Verdict> {
  const version = await output('docker', ['version', '--format', '{{.Server.Version}}'])
  if (version) return { result: 'ok', found: `engine ${version}` }
  return {
    result: 'warn',
    found: 'no engine answers',
    todo: 'Docker gives agents the strongest sandbox; without it bubblewrap is used.',
  }
}

async function checkPorts(dataDir: string): Promise<Verdict> {
  const state = readState(pathsOf(dataDir))
  if (supervisorRuns(state))
    return { result: 'ok', found: `in use by the running instance: ${Object.values(state?.ports ?? {}).join(', ')}` }
  const ports = Object.values({ ...usualPorts, ...state?.ports })
  const free = await Promise.all(ports.map(isFree))
  const busy = ports.filter((_, index) => !free[index])
  if (busy.length === 0) return { result: 'ok', found: `free: ${ports.join(', ')}` }
  return {
    result: 'warn',
    found: `taken by others: ${busy.join(', ')}`,
    todo: 'Free ones are used instead ("mosaic status" and run.json say which).',
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false))
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

const gigabyte = 1024 ** 3

function checkDisk(dataDir: string): Verdict {
  const { bavail, bsize } = statfsSync(nearestExisting(dataDir))
  const free = (bavail * bsize) / gigabyte
  const found = `${free.toFixed(1)} GB free`
  if (free >= 5) return { result: 'ok', found }
  return { result: free < 1 ? 'fail' : 'warn', found, todo: 'Dependencies take 1 GB; the log and worktrees grow.' }
}

export function checkFolder(dataDir: string): Verdict {
  const folder = nearestExisting(dataDir)
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch {
    return {
      result: 'fail',
      found: `${folder} cannot be written to`,
      todo: 'Choose another with --data, or give yourself the right.',
    }
  }
  const { token } = pathsOf(dataDir)
  if (existsSync(token) && (statSync(token).mode & 0o077) !== 0)
    return { result: 'warn', found: `${token} can be read by others`, todo: `chmod 600 ${token}` }
  return { result: 'ok', found: dataDir }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** A program's first line of output; undefined when it is missing, fails or takes longer than 10 s. */
async function output(name: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(name, args, { timeout: 10_000 })
    return (stdout || stderr).split('\n', 1)[0]?.trim() ?? ''
  } catch {
    return undefined
  }
}

/** Whether the first version number in a text is at least this one. */
export function atLeast(text: string, [major, minor]: readonly [number, number]): boolean {
  const [, foundMajor, foundMinor] = /(\d+)\.(\d+)/.exec(text) ?? []
  if (foundMajor === undefined) return false
  return Number(foundMajor) > major || (Number(foundMajor) === major && Number(foundMinor) >= minor)
}
