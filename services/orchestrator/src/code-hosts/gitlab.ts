import { z } from 'zod'
import type { Check, CodeHostApi, Comment, HostedRepository, Place, PullRequest } from './contract.ts'
import { HostClient } from './host-client.ts'
import type { KindOfHost } from './kind-of-host.ts'

const mergeRequest = z.object({
  iid: z.int(),
  web_url: z.string(),
  title: z.string(),
  state: z.enum(['opened', 'closed', 'locked', 'merged']),
  draft: z.boolean().default(false),
  source_branch: z.string(),
  target_branch: z.string(),
  sha: z.string(),
})
const commitStatus = z.object({
  name: z.string(),
  status: z.string(),
  description: z.string().nullable().default(null),
  target_url: z.string().nullable().default(null),
  allow_failure: z.boolean().default(false),
})
const note = z.object({
  id: z.int(),
  body: z.string(),
  system: z.boolean(),
  author: z.object({ id: z.int(), username: z.string() }),
  resolved: z.boolean().default(false),
  position: z
    .object({ new_path: z.string().nullable().default(null), new_line: z.int().nullable().default(null) })
    .nullable()
    .default(null),
})

/** https://docs.gitlab.com/api/rest: below /api/v4 of every GitLab. */
export const gitlab: KindOfHost = {
  apiUrl: 'https://gitlab.com/api/v4',
  prefix: '/api/v4',
  gitHost: ({ host }) => host,
  paging: { size: 100, query: (page) => ({ per_page: 100, page }) },
  headers: (token) => ({ 'private-token': token }),
  connect: (settings) => connect(new HostClient(settings)),
}

const connect = (client: HostClient): CodeHostApi => ({
  user: async () => (await client.get('/user', z.object({ username: z.string() }))).username,
  at: (place) => repository(client, place),
})

function repository(client: HostClient, { owner, name }: Place): HostedRepository {
  const path = `/projects/${encodeURIComponent(`${owner}/${name}`)}`
  return {
    check: async () => void (await client.get(path, z.object({ id: z.int() }))),
    async branch(branch) {
      const shape = z.object({ commit: z.object({ id: z.string() }) })
      const found = await client.find(`${path}/repository/branches/${encodeURIComponent(branch)}`, shape)
      return found?.commit.id ?? null
    },
    async find({ head, base }) {
      const query = { state: 'opened', source_branch: head, target_branch: base }
      const [found] = await client.list(`${path}/merge_requests`, z.array(mergeRequest), query)
      return found === undefined ? null : pullRequestOf(found)
    },
    // A draft is one by its title.
    async open({ isDraft, title, head, base, body }) {
      const named = isDraft ? `Draft: ${title}` : title
      const asked = { source_branch: head, target_branch: base, title: named, description: body }
      return pullRequestOf(await client.post(`${path}/merge_requests`, asked, mergeRequest))
    },
    pullRequest: async (number) => pullRequestOf(await client.get(`${path}/merge_requests/${number}`, mergeRequest)),
    // Jobs of pipelines and what others have reported of the commit, each as it stands now.
    checks: async (commit) =>
      (await client.list(`${path}/repository/commits/${commit}/statuses`, z.array(commitStatus))).map(checkOf),
    async comments(number) {
      const query = { sort: 'asc', order_by: 'created_at' }
      const notes = await client.list(`${path}/merge_requests/${number}/notes`, z.array(note), query)
      const said = notes.filter(({ system, resolved, body }) => !system && !resolved && body.trim() !== '')
      const mayWrite = await writersOf(client, path, new Set(said.map(({ author }) => author.id)))
      return said.map((each) => commentOf(each, mayWrite))
    },
  }
}

/** Developer: https://docs.gitlab.com/api/members. */
const developer = 30

async function writersOf(client: HostClient, path: string, ids: ReadonlySet<number>): Promise<ReadonlySet<number>> {
  const writers = new Set<number>()
  for (const id of ids) {
    const member = await client.find(`${path}/members/all/${id}`, z.object({ access_level: z.int() }))
    if (member !== null && member.access_level >= developer) writers.add(id)
  }
  return writers
}

const stateOf = { opened: 'open', locked: 'open', closed: 'closed', merged: 'merged' } as const

const pullRequestOf = (of: z.output<typeof mergeRequest>): PullRequest => ({
  number: of.iid,
  url: of.web_url,
  title: of.title,
  state: stateOf[of.state],
  isDraft: of.draft,
  head: of.source_branch,
  base: of.target_branch,
  headCommit: of.sha,
})

const over: ReadonlySet<string> = new Set(['success', 'skipped', 'manual'])
const failed: ReadonlySet<string> = new Set(['failed', 'canceled'])

function checkOf({
  name,
  status,
  description,
  target_url: url,
  allow_failure: mayFail,
}: z.output<typeof commitStatus>): Check {
  const ended = over.has(status) || (mayFail && failed.has(status)) ? 'passed' : 'pending'
  return { name, state: !mayFail && failed.has(status) ? 'failed' : ended, summary: description ?? '', url }
}

const commentOf = ({ id, body, author, position }: z.output<typeof note>, mayWrite: ReadonlySet<number>): Comment => ({
  id: `note-${id}`,
  author: author.username,
  mayWrite: mayWrite.has(author.id),
  path: position?.new_path ?? null,
  line: position?.new_line ?? null,
  body,
})
