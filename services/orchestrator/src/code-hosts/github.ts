import { z } from 'zod'
import type { Check, Comment, Place } from './contract.ts'
import type { HostClient } from './host-client.ts'
import type { KindOfHost } from './kind-of-host.ts'
import { commonPull, likeGithub, pullRequestOf, type Rest, user } from './like-github.ts'

const pull = commonPull
  .extend({ merged_at: z.string().nullable() })
  .transform(({ merged_at, ...said }) => pullRequestOf(said, merged_at !== null))
const statuses = z.object({
  statuses: z.array(
    z.object({
      context: z.string(),
      state: z.enum(['error', 'failure', 'pending', 'success']),
      description: z.string().nullable(),
      target_url: z.string().nullable(),
    }),
  ),
})
const checkRuns = z.object({
  check_runs: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      html_url: z.string().nullable(),
      output: z.object({ title: z.string().nullable(), summary: z.string().nullable() }),
    }),
  ),
})
/** A user who is gone is `null`. */
const written = z.object({
  id: z.int(),
  user: user.nullable(),
  body: z.string().nullable().default(null),
  author_association: z.string(),
})
const lineComment = written.extend({ path: z.string(), line: z.int().nullable().default(null) })
const review = written.extend({ state: z.string() })

/** https://docs.github.com/rest, version 2022-11-28. GitHub Enterprise Server has the same below /api/v3. */
export const github: KindOfHost = {
  apiUrl: 'https://api.github.com',
  prefix: '/api/v3',
  gitHost: (apiUrl) => (apiUrl.host === 'api.github.com' ? 'github.com' : apiUrl.host),
  paging: { size: 100, query: (page) => ({ per_page: 100, page }) },
  headers: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),
  connect: likeGithub({
    tip: z.object({ commit: z.object({ sha: z.string() }) }).transform(({ commit }) => commit.sha),
    pull,
    rest: repository,
  }),
}

function repository(client: HostClient, path: string, { owner }: Place): Rest {
  return {
    async find({ head, base }) {
      const query = { state: 'open', head: `${owner}:${head}`, base }
      const found = await client.list(`${path}/pulls`, z.array(pull), query)
      return found.find((each) => each.head === head && each.base === base) ?? null
    },
    open: ({ isDraft: draft, ...proposal }) => client.post(`${path}/pulls`, { ...proposal, draft }, pull),
    async checks(commit) {
      const [said, ran] = await Promise.all([
        client.get(`${path}/commits/${commit}/status`, statuses, { per_page: 100 }),
        client.get(`${path}/commits/${commit}/check-runs`, checkRuns, { per_page: 100 }),
      ])
      return [...said.statuses.map(statusOf), ...ran.check_runs.map(checkOf)]
    },
    async comments(number) {
      const [reviews, onLines, onAll] = await Promise.all([
        client.list(`${path}/pulls/${number}/reviews`, z.array(review)),
        client.list(`${path}/pulls/${number}/comments`, z.array(lineComment)),
        client.list(`${path}/issues/${number}/comments`, z.array(written)),
      ])
      const said = reviews.filter(({ state }) => state === 'CHANGES_REQUESTED' || state === 'COMMENTED')
      return [
        ...said.map((each) => commentOf('review', each)),
        ...onLines.map((each) => commentOf('line', each, each)),
        ...onAll.map((each) => commentOf('comment', each)),
      ].filter(({ body }) => body.trim() !== '')
    },
  }
}

const statusOf = ({
  context,
  state,
  description,
  target_url: url,
}: z.output<typeof statuses>['statuses'][number]): Check => ({
  name: context,
  state: state === 'success' ? 'passed' : state === 'pending' ? 'pending' : 'failed',
  summary: description ?? '',
  url,
})

/** What was skipped, is neutral or has given way to a newer run stands in nobody's way. */
const failing: ReadonlySet<string | null> = new Set([
  'failure',
  'timed_out',
  'cancelled',
  'action_required',
  'startup_failure',
])

const checkOf = ({
  name,
  status,
  conclusion,
  html_url: url,
  output,
}: z.output<typeof checkRuns>['check_runs'][number]): Check => ({
  name,
  state: status !== 'completed' ? 'pending' : failing.has(conclusion) ? 'failed' : 'passed',
  summary: [output.title, output.summary].filter(Boolean).join('\n'),
  url,
})

const mayWrite: ReadonlySet<string> = new Set(['OWNER', 'MEMBER', 'COLLABORATOR'])

const commentOf = (
  kind: string,
  { id, user: author, body, author_association: association }: z.output<typeof written>,
  { path = null, line = null }: { path?: string | null; line?: number | null } = {},
): Comment => ({
  id: `${kind}-${id}`,
  author: author?.login ?? 'ghost',
  mayWrite: mayWrite.has(association),
  path,
  line,
  body: body ?? '',
})
