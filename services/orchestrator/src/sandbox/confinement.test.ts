import { describe, expect, it } from 'vitest'
import { type Beside, confinement } from './confinement.ts'
import { defaultLimits, type OneShot, type SandboxProvider } from './contract.ts'
import { providerOf } from '../../test/sandbox-providers.ts'

const program: OneShot = { script: 'true', folder: '/', mounts: [], environment: {}, limits: defaultLimits }

/** Says which provider was asked: each refuses by its own name. */
const chosen = (providers: readonly SandboxProvider[], beside?: Beside) =>
  confinement(providers)(program, beside).then(
    () => 'none',
    (error: Error) => error.message,
  )

describe('a program that looks at an agent’s files', () => {
  const [docker, bubblewrap, plain] = [providerOf('docker'), providerOf('bubblewrap'), providerOf('process')]
  const noBubblewrap = providerOf('bubblewrap', 'not here')
  const none = [providerOf('docker', 'not here'), noBubblewrap, plain]

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
