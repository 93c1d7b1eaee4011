import type { SandboxKind } from '@mosaic/contracts/agent-session'
import { describe, expect, it } from 'vitest'
import { type Beside, confinement } from './confinement.ts'
import { defaultLimits, type OneShot, type SandboxProvider, SandboxStartError } from './contract.ts'

const program: OneShot = { script: 'true', folder: '/', mounts: [], environment: {}, limits: defaultLimits }

const guarantees = {
  filesystem: true,
  network: true,
  syscalls: true,
  memory: true,
  cpu: true,
  pids: true,
  disk: true,
}

/** A provider that says which one it is by refusing. */
function provider(kind: SandboxKind, works = true): SandboxProvider {
  const refuse = () => Promise.reject(new SandboxStartError(kind))
  return {
    kind,
    available: () => Promise.resolve(works ? { ok: true, guarantees } : { ok: false, reason: 'not here' }),
    create: refuse,
    runOnce: refuse,
    reattachOrCleanUp: () => Promise.resolve(),
  }
}

const chosen = (providers: readonly SandboxProvider[], beside?: Beside) =>
  confinement(providers)(program, beside).then(
    () => 'none',
    (error: Error) => error.message,
  )

describe('a program that looks at an agent’s files', () => {
  const [docker, bubblewrap, plain] = [provider('docker'), provider('bubblewrap'), provider('process')]
  const noBubblewrap = provider('bubblewrap', false)
  const none = [provider('docker', false), noBubblewrap, plain]

  it.each<Beside | undefined>(['docker', 'bubblewrap', 'nobody', undefined])(
    'is locked in, beside %s',
    async (beside) => {
      expect(await chosen([docker, bubblewrap, plain], beside)).toBe('bubblewrap')
      expect(await chosen([docker, noBubblewrap, plain], beside)).toBe('docker')
    },
  )

  it('does not run without a sandbox because a sandbox has gone', async () => {
    for (const beside of ['docker', 'bubblewrap', undefined] as const) {
      expect(await chosen(none, beside)).toBe('neither bubblewrap nor Docker works here')
    }
  })

  it('runs as a process where the agent does, or where nobody has written anything yet', async () => {
    expect(await chosen(none, 'process')).toBe('process')
    expect(await chosen(none, 'nobody')).toBe('process')
  })
})
