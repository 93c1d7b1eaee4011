import { err, ok } from '@mosaic/contracts/kernel'
import type { AdvanceRequest, Advanced, GitResult } from './contract/index.ts'
import { pushFailed } from './failures.ts'
import type { GitOutput } from './git-command.ts'
import type { Origins } from './origins.ts'
import { baseTip, type OnMirror, type TipsDeps } from './tips.ts'

type AdvanceDeps = TipsDeps & { readonly origins: Origins }

/**
 * Moves a branch of origin from one commit to a later one, if it stands there still. Asked again after it has, it says so
 * as well: also where somebody has gone on from there.
 */
export async function advanceBase(deps: AdvanceDeps, request: AdvanceRequest): Promise<GitResult<Advanced>> {
  const { repository, base, from, to, ref, isHeld } = request
  const based = await baseTip(deps, request)
  if (!based.ok) return based
  const { mirror, base: at } = based.value
  const origin = await deps.origins.options(repository)
  if (!origin.ok) return origin
  const push = async (...args: string[]) =>
    mirror.run(['push', '--porcelain', '--no-verify', ...(await origin.value.push()), ...args], { network: true })
  const isKnown = (await mirror.commitAt(to)) !== undefined
  if (isKnown && (await mirror.isAncestor(to, at))) {
    // Where it is not there any more there is nothing to take away.
    if (isHeld) await push('origin', `:${ref}`)
    return ok({ outcome: 'landed' })
  }
  // Another mirror may have made it: it is made anew here.
  if (at !== from || !isKnown) return ok({ outcome: 'moved' })
  const target = `refs/heads/${base}`
  const pushed = await push(`--force-with-lease=${target}:${from}`, 'origin', `${to}:${target}`)
  if (pushed.code === 0) return ok({ outcome: 'landed' })
  if (says(pushed, /stale info|fetch first|non-fast-forward/i)) return ok({ outcome: 'moved' })
  if (!says(pushed, /checked out/i)) return err(pushFailed(repository, pushed))
  return offer(mirror, { push, ref, to, repository })
}

const says = ({ stdout, stderr }: GitOutput, words: RegExp): boolean => words.test(stdout + stderr)

type Offer = Pick<AdvanceRequest, 'ref' | 'to' | 'repository'> & {
  readonly push: (...args: string[]) => Promise<GitOutput>
}

/** git moves a branch that is checked out only from where it is: the commit is put beside it, for whoever is there. */
async function offer(mirror: OnMirror, { push, ref, to, repository }: Offer): Promise<GitResult<Advanced>> {
  const offered = await push('origin', `+${to}:${ref}`)
  if (offered.code !== 0) return err(pushFailed(repository, offered))
  await mirror.read(['update-ref', ref, to])
  return ok({ outcome: 'held', ref })
}
