import { z } from 'zod'
import type { Check, Comment } from './contract.ts'
import type { HostClient } from './host-client.ts'
import type { KindOfHost } from './kind-of-host.ts'
import { commonPull, likeGithub, pullRequestOf, type Rest, user } from './like-github.ts'

const pull = commonPull.extend({ merged: z.boolean() }).transform(({ merged, ...said }) => pullRequestOf(said, merged))
const combined = z.object({
  statuses: z
    .array(
      z.object({
        context: z.string(),
        status: z.enum(['pending', 'success', 'error', 'failure', 'warning', 'skipped']),
        description: z.string(),
        target_url: z.string(),
      }),
    )
    .nullable()
    .default(null),
})
const written = z.object({ id: z.int(), user: user.nullable(), body: z.string() })
const review = written.extend({
  state: z.string(),
  dismissed: z.boolean().default(false),
  comments_count: z.int().default(0),
})
const lineComment = written.extend({
  path: z.string(),
  position: z.int().default(0),
  resolver: user.nullable().default(null),
})

/** https://docs.gitea.com/api: below /api/v1 of every Gitea (and Forgejo). */
export const gitea: KindOfHost = {
  apiUrl: undefined,
  prefix: '/api/v1',
  gitHost: ({ host }) => host,
  // Instances give no more than 50 unless they are told to.
  paging: { size: 50, query: (page) => ({ limit: 50, page }) },
  headers: (token) => ({ authorization: `token ${token}` }),
  connect: likeGithub({
    tip: z.object({ commit: z.object({ id: z.string() }) }).transform(({ commit }) => commit.id),
    pull,
    rest: repository,
  }),
}

function repository(client: HostClient, path: string): Rest {
  return {
    async find({ head, base }) {
      const found = await client.list(`${path}/pulls`, z.array(pull), { state: 'open' })
      return found.find((each) => each.head === head && each.base === base) ?? null
    },
    // A draft is one by its title.
    open: ({ isDraft, title, ...proposal }) =>
      client.post(`${path}/pulls`, { ...proposal, title: isDraft ? `WIP: ${title}` : title }, pull),
    async checks(commit) {
      const { statuses } = await client.get(`${path}/commits/${commit}/status`, combined, { limit: 50 })
      return (statuses ?? []).map(checkOf)
    },
    async comments(number) {
      const [reviews, onAll, writers] = await Promise.all([
        client.list(`${path}/pulls/${number}/reviews`, z.array(review)),
        // All of them stand on one page.
        client.get(`${path}/issues/${number}/comments`, z.array(written)),
        client.get(`${path}/assignees`, z.array(user)),
      ])
      const mayWrite = new Set(writers.map(({ login }) => login))
      const said = reviews.filter(
        ({ state, dismissed }) => !dismissed && (state === 'REQUEST_CHANGES' || state === 'COMMENT'),
      )
      const onLines: Comment[] = []
      for (const { id, comments_count: count } of said) {
        if (count === 0) continue
        const found = await client.get(`${path}/pulls/${number}/reviews/${id}/comments`, z.array(lineComment))
        const open = found.filter(({ resolver }) => resolver === null)
        onLines.push(
          ...open.map((each) => commentOf('line', each, mayWrite, { path: each.path, line: each.position || null })),
        )
      }
      return [
        ...said.map((each) => commentOf('review', each, mayWrite)),
        ...onLines,
        ...onAll.map((each) => commentOf('comment', each, mayWrite)),
      ].filter(({ body }) => body.trim() !== '')
    },
  }
}

type Status = NonNullable<z.output<typeof combined>['statuses']>[number]

const checkOf = ({ context, status, description, target_url: url }: Status): Check => ({
  name: context,
  state: status === 'pending' ? 'pending' : status === 'error' || status === 'failure' ? 'failed' : 'passed',
  summary: description,
  url: url === '' ? null : url,
})

const commentOf = (
  kind: string,
  { id, user: author, body }: z.output<typeof written>,
  mayWrite: ReadonlySet<string>,
  { path = null, line = null }: { path?: string | null; line?: number | null } = {},
): Comment => ({
  id: `${kind}-${id}`,
  author: author?.login ?? 'ghost',
  mayWrite: author !== null && mayWrite.has(author.login),
  path,
  line,
  body,
})
