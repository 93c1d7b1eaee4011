import { z } from 'zod'
import type { CodeHostApi, HostedRepository, Place, PullRequest } from './contract.ts'
import { HostClient, type HostClientSettings } from './host-client.ts'

export const user = z.object({ login: z.string() })

/** What their pull requests have in common. */
export const commonPull = z.object({
  number: z.int(),
  html_url: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().default(false),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({ ref: z.string() }),
})

/** @param wasMerged Whether one that is closed was. */
export const pullRequestOf = (
  { number, html_url: url, title, state, draft, head, base }: z.output<typeof commonPull>,
  wasMerged: boolean,
): PullRequest => ({
  number,
  url,
  title,
  state: wasMerged ? 'merged' : state,
  isDraft: draft,
  head: head.ref,
  base: base.ref,
  headCommit: head.sha,
})

/** What each of them says in its own way. */
export type Rest = Omit<HostedRepository, 'check' | 'branch' | 'pullRequest'>

type Kind = {
  /** What is said of a branch, as the commit that it stands at. */
  readonly tip: z.ZodType<string>
  readonly pull: z.ZodType<PullRequest>
  /** @param path Of the repository. */
  readonly rest: (client: HostClient, path: string, place: Place) => Rest
}

/** A host whose API is laid out as GitHub's is: people by their login, repositories below /repos/OWNER/NAME. */
export const likeGithub =
  ({ tip, pull, rest }: Kind) =>
  (settings: HostClientSettings): CodeHostApi => {
    const client = new HostClient(settings)
    return {
      user: async () => (await client.get('/user', user)).login,
      at(place) {
        const path = `/repos/${encodeURIComponent(place.owner)}/${encodeURIComponent(place.name)}`
        return {
          ...rest(client, path, place),
          check: async () => void (await client.get(path, z.object({ full_name: z.string() }))),
          branch: (branch) => client.find(`${path}/branches/${encodeURIComponent(branch)}`, tip),
          pullRequest: (number) => client.get(`${path}/pulls/${number}`, pull),
        }
      },
    }
  }
