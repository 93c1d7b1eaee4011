import { z } from 'zod'
import { answer, type ApiAnswer, type ApiRequest, at, type HostApi, type HostState, pageOf, wrongIn } from './api.ts'
import type { HostedComment, HostedPull, HostedRepository } from './hosted-repository.ts'

const paging = { size: 'per_page', usual: 30, most: 100 }
const create = z.strictObject({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().optional(),
  draft: z.boolean().optional(),
})
const notFound = answer({ message: 'Not Found', documentation_url: 'https://docs.github.com/rest' }, 404)
const invalid = (...errors: object[]): ApiAnswer => answer({ message: 'Validation Failed', errors }, 422)

/** GitHub Enterprise Server's REST API, version 2022-11-28. */
export const githubApi: HostApi = {
  prefix: '/api/v3',
  answer(host, request) {
    const { headers, method, parts } = request
    if (headers['authorization'] !== `Bearer ${host.token}`) return answer({ message: 'Bad credentials' }, 401)
    if (!headers['user-agent']) return answer({ message: 'Request forbidden by administrative rules' }, 403)
    if (headers['x-github-api-version'] !== '2022-11-28') return answer({ message: 'Unsupported API version' }, 400)
    if (method === 'GET' && parts.join('/') === 'user') return answer({ login: host.user, id: 1 })
    const [repos, owner, name, ...rest] = parts
    const repository = repos === 'repos' ? host.repositories.get(`${owner}/${name}`) : undefined
    return repository ? ofRepository(host, repository, { ...request, parts: rest }) : notFound
  },
}

function ofRepository(host: HostState, repository: HostedRepository, request: ApiRequest): ApiAnswer {
  const { method, parts, query } = request
  const [what, first = '', then] = parts
  const pull = repository.pulls.find(({ number }) => String(number) === first)
  const said = (kind: HostedComment['kind']) =>
    repository.comments.filter((each) => each.kind === kind && String(each.number) === first)
  if (method === 'POST') return parts.join('/') === 'pulls' ? open(host, repository, request) : notFound
  if (what === undefined) return answer({ full_name: repository.fullName, default_branch: 'main' })
  if (what === 'branches' && parts.length === 2) {
    const sha = repository.branch(first)
    return sha ? answer({ name: first, commit: { sha } }) : answer({ message: 'Branch not found' }, 404)
  }
  if (what === 'pulls' && parts.length === 1) {
    const head = query.get('head')
    const found = repository.pulls.filter(
      (each) =>
        (query.get('state') ?? 'open') === (each.state === 'open' ? 'open' : 'closed') &&
        (head === null || head === `${repository.fullName.split('/')[0]}:${each.head}`) &&
        (query.get('base') ?? each.base) === each.base,
    )
    return pageOf(
      found.map((each) => pullOf(host, repository, each)),
      request,
      paging,
    )
  }
  if (what === 'commits' && then === 'status') {
    const statuses = repository.checks.filter(({ commit, by }) => commit === first && by === 'status')
    const state = { passed: 'success', failed: 'failure', pending: 'pending' } as const
    return answer({
      state: 'pending',
      total_count: statuses.length,
      statuses: statuses.map((each) => ({
        context: each.name,
        state: state[each.state],
        description: each.summary || null,
        target_url: null,
      })),
    })
  }
  if (what === 'commits' && then === 'check-runs') {
    const runs = repository.checks.filter(({ commit, by }) => commit === first && by === 'run')
    return pageOf(runs.map(runOf), request, paging, (check_runs) => ({ total_count: runs.length, check_runs }))
  }
  if (!pull) return notFound
  if (what === 'pulls' && then === undefined) return answer(pullOf(host, repository, pull))
  if (what === 'pulls' && then === 'reviews') {
    const verdict = { changes: 'CHANGES_REQUESTED', comment: 'COMMENTED', approved: 'APPROVED' } as const
    const reviews = said('review').map((each) => ({ ...commentOf(repository, each), state: verdict[each.verdict] }))
    return pageOf(reviews, request, paging)
  }
  if (what === 'pulls' && then === 'comments') {
    const comments = said('line').map((each) => ({ ...commentOf(repository, each), path: each.path, line: each.line }))
    return pageOf(comments, request, paging)
  }
  if (what === 'issues' && then === 'comments')
    return pageOf(
      said('comment').map((each) => commentOf(repository, each)),
      request,
      paging,
    )
  return notFound
}

function open(host: HostState, repository: HostedRepository, { body }: ApiRequest): ApiAnswer {
  const wrong = wrongIn(create, body)
  if (wrong) return answer({ message: `Invalid request.\n\n${wrong}` }, 422)
  const { title, head, base, body: text = '', draft = false } = body as z.output<typeof create>
  for (const [field, branch] of Object.entries({ base, head }))
    if (!repository.branch(branch)) return invalid({ resource: 'PullRequest', field, code: 'invalid' })
  if (repository.pulls.some((each) => each.state === 'open' && each.head === head && each.base === base)) {
    const message = `A pull request already exists for ${repository.fullName.split('/')[0]}:${head}.`
    return invalid({ resource: 'PullRequest', code: 'custom', message })
  }
  if (repository.branch(head) === repository.branch(base))
    return invalid({ resource: 'PullRequest', code: 'custom', message: `No commits between ${base} and ${head}` })
  return answer(pullOf(host, repository, repository.open({ title, body: text, head, base, isDraft: draft })), 201)
}

const pullOf = (host: HostState, repository: HostedRepository, pull: HostedPull) => ({
  number: pull.number,
  html_url: `${host.url}/${repository.fullName}/pull/${pull.number}`,
  title: pull.title,
  state: pull.state === 'open' ? 'open' : 'closed',
  merged_at: pull.state === 'merged' ? at : null,
  draft: pull.isDraft,
  head: { ref: pull.head, sha: repository.headOf(pull) },
  base: { ref: pull.base, sha: repository.branch(pull.base) },
})

const runOf = ({ name, state, summary }: HostedRepository['checks'][number]) => ({
  id: 1,
  name,
  status: state === 'pending' ? 'in_progress' : 'completed',
  conclusion: state === 'pending' ? null : state === 'passed' ? 'success' : 'failure',
  html_url: 'https://ci.example/run',
  output: { title: null, summary: summary || null },
})

const commentOf = ({ members }: HostedRepository, { id, author, body }: HostedComment) => ({
  id,
  user: { login: author },
  body,
  author_association: members.has(author) ? 'MEMBER' : 'NONE',
  created_at: at,
})
