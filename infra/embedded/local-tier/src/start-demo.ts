import { systemClock } from '@mosaic/contracts/kernel'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, urlOf } from '@mosaic/contracts/http'
import { z } from 'zod'
import { call, type GatewayAccess } from './gateway-client.ts'
import { instanceId } from './instance.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { pathsOf } from './paths.ts'

const DemoMission = z.object({ sessionId: z.string(), startedAt: z.string() })

/** What the lead agent of the demo is asked to do; the scripted model's scenario `demo` plays it. */
function demoMission(repository: string): SpawnAgentInput {
  return {
    repository,
    branch: 'main',
    agentType: 'lead',
    name: 'Lead',
    model: 'scripted:demo',
    task: 'Read the code, have the failing test fixed and the documentation written, and review both.',
  }
}

/**
 * Starts the demo mission, once per data folder and only where no agent was ever spawned: makes the small repository that
 * the agents work on, and spawns the lead agent through the gateway. Answers the session's id, or why there is none.
 */
export async function startDemo(options: {
  dataDir: string
  root: string
  access: GatewayAccess
}): Promise<{ sessionId: string } | 'started before' | 'not a fresh instance'> {
  const paths = pathsOf(options.dataDir)
  if (readJsonFile(paths.demoMission, DemoMission)) return 'started before'
  if (await hasSessions(options.access)) return 'not a fresh instance'
  if (!existsSync(paths.demoRepository)) await createRepository(options.root, paths.demoRepository)
  const { method, path, answer } = gatewayRoutes.spawn
  const { sessionId } = await call(options.access, {
    method,
    path,
    answer,
    body: demoMission(paths.demoRepository),
    // The same command however often it is sent: cut off before the note below is written, no second demo starts.
    key: instanceId(paths),
  })
  writeJsonFile(paths.demoMission, { sessionId, startedAt: systemClock.now().toISOString() })
  return { sessionId }
}

/** By the log: read models may still be on their way. So long a log that it is not looked through is not a fresh one's. */
async function hasSessions(access: GatewayAccess): Promise<boolean> {
  const { method, path, answer } = gatewayRoutes.events
  const query = urlOf(path, {}, { type: 'AgentSpawnRequested', limit: 1 })
  const { items, nextPosition } = await call(access, { method, path: query, answer })
  return items.length > 0 || nextPosition !== null
}

async function createRepository(root: string, folder: string): Promise<void> {
  const script = join(root, 'services/scripted-model/demo/create-repository.ts')
  await promisify(execFile)(process.execPath, [script, folder], { timeout: 60_000 })
}
