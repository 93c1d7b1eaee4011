import { describe, expect, it } from 'vitest'
import { bubblewrapArguments, parseVersion, sessionMounts } from './bubblewrap-arguments.ts'
import { defaultLimits } from './contract.ts'

const spec = { sessionId: 's', worktreePath: '/data/worktree', readOnlyPaths: ['/data/mirror'] }
const view = (version: string, sourceOf = (path: string) => path) => ({
  folder: spec.worktreePath,
  mounts: sessionMounts(spec, undefined),
  controlPath: '/run/x',
  limits: defaultLimits,
  version: parseVersion(version),
  sourceOf,
})
const argumentsOf = (version: string) => bubblewrapArguments(view(version))

describe('bubblewrapArguments', () => {
  it('shares nothing and shows the worktree over what is read-only', () => {
    const line = argumentsOf('bubblewrap 0.8.0').join(' ')
    expect(line).toMatch(/--unshare-user --unshare-all .*--cap-drop ALL/)
    expect(line).toContain('--ro-bind /data/mirror /data/mirror --bind /data/worktree /data/worktree')
    expect(line).toMatch(/--remount-ro \/ --chdir \/data\/worktree$/)
    expect(line).not.toMatch(/ \/(home|root|var|etc) /)
  })

  it('finds at another place what it shows at its own', () => {
    const line = bubblewrapArguments(view('bubblewrap 0.8.0', (path) => `/mnt${path}`)).join(' ')
    expect(line).toContain('--ro-bind /mnt/data/mirror /data/mirror --bind /mnt/data/worktree /data/worktree')
    expect(line).toContain('--ro-bind /mnt/run/x/passwd /etc/passwd')
  })

  it.each([
    ['bubblewrap 0.8.0', true, true],
    ['bubblewrap 0.11.0', true, true],
    ['bubblewrap 1.0.0', true, true],
    ['bubblewrap 0.7.0', false, true],
    ['bubblewrap 0.6.1', false, false],
  ])('asks %s only for what it knows', (version, userns, size) => {
    const words = argumentsOf(version)
    expect([words.includes('--disable-userns'), words.includes('--size')]).toEqual([userns, size])
  })
})
