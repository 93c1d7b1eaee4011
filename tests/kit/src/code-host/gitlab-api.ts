import { z } from 'zod'
import { answer, type ApiAnswer, type ApiRequest, at, type HostApi, type HostState, pageOf, wrongIn } from './api.ts'
import type { HostedComment, HostedPull, HostedRepository } from './hosted-repository.ts'

const paging = { size: 'per_page', usual: 20, most: 100 }
const create = z.strictObject({
  source_branch: z.string().min(1),
  target_branch: z.string().min(1),
  title: z.string().min(1).max(255),
  description: z.string().optional(),
})
const notFound = (what: string): ApiAnswer => answer({ message: `404 ${what} Not Found` }, 404)

/** GitLab's REST API, v4. */
export const gitlabApi: HostApi = {
  prefix: '/api/v4',
  answer(host, request) {
    const { headers, method, parts } = request
    if (headers['private-token'] !== host.token) return answer({ message: '401 Unauthorized' }, 401)
    if (method === 'GET' && parts.join('/') === 'user') return answer({ username: host.user, id: 1 })
    const [projects, id = '', ...rest] = parts
    const repository = projects === 'projects' ? host.repositories.get(id) : undefined
    return repository ? ofRepository(host, repository, { ...request, parts: rest }) : notFound('Project')
  },
}

function ofRepository(host: HostState, repository: HostedRepository, request: ApiRequest): ApiAnswer {
  const { method, parts, query } = request
  const [what, first = '', then = ''] = parts
  if (method === 'POST')
    return parts.join('/') === 'merge_requests' ? open(host, repository, request) : notFound('Route')
  if (what === undefined) return answer({ id: 7, path_with_namespace: repository.fullName, default_branch: 'main' })
  if (what === 'repository' && first === 'branches' && parts.length === 3) {
    const commit = repository.branch(then)
    return commit ? answer({ name: then, commit: { id: commit } }) : notFound('Branch')
  }
  if (what === 'repository' && first === 'commits' && parts[3] === 'statuses') {
    const status = { passed: 'success', failed: 'failed', pending: 'running' } as const
    const statuses = repository.checks.filter(({ commit }) => commit === then)
    const listed = statuses.map((each) => ({
      id: 1,
      sha: then,
      name: each.name,
      status: status[each.state],
      description: each.summary || null,
      target_url: null,
      allow_failure: false,
    }))
    return pageOf(listed, request, paging)
  }
  if (what === 'members' && first === 'all') {
    const name = nameOf(Number(then), repository)
    return repository.members.has(name)
      ? answer({ id: Number(then), username: name, access_level: 30 })
      : notFound('Member')
  }
  if (what !== 'merge_requests') return notFound('Route')
  if (parts.length === 1) {
    const found = repository.pulls.filter(
      (each) =>
        (query.get('state') ?? 'all') === (each.state === 'open' ? 'opened' : each.state) &&
        (query.get('source_branch') ?? each.head) === each.head &&
        (query.get('target_branch') ?? each.base) === each.base,
    )
    return pageOf(
      found.map((each) => requestOf(host, repository, each)),
      request,
      paging,
    )
  }
  const pull = repository.pulls.find(({ number }) => String(number) === first)
  if (!pull) return notFound('Merge request')
  if (then === '') return answer(requestOf(host, repository, pull))
  if (then !== 'notes') return notFound('Route')
  const notes = repository.comments
    .filter((each) => each.number === pull.number)
    .map((each) => noteOf(repository, each))
  const pushed = { id: 1, body: 'added 1 commit', system: true, author: authorOf('ada', repository), resolved: false }
  return pageOf([pushed, ...notes], request, paging)
}

function open(host: HostState, repository: HostedRepository, { body }: ApiRequest): ApiAnswer {
  const wrong = wrongIn(create, body)
  if (wrong) return answer({ error: wrong }, 400)
  const { source_branch: head, target_branch: base, title, description = '' } = body as z.output<typeof create>
  if (!repository.branch(base)) return answer({ message: { target_branch: ['does not exist'] } }, 422)
  if (!repository.branch(head)) return answer({ message: { source_branch: ['does not exist'] } }, 422)
  const known = repository.pulls.find((each) => each.state === 'open' && each.head === head && each.base === base)
  if (known) {
    const message = [`Another open merge request already exists for this source branch: !${known.number}`]
    return answer({ message }, 409)
  }
  const isDraft = title.startsWith('Draft: ')
  return answer(requestOf(host, repository, repository.open({ title, body: description, head, base, isDraft })), 201)
}

const requestOf = (host: HostState, repository: HostedRepository, pull: HostedPull) => ({
  id: 1000 + pull.number,
  iid: pull.number,
  web_url: `${host.url}/${repository.fullName}/-/merge_requests/${pull.number}`,
  title: pull.title,
  state: pull.state === 'open' ? 'opened' : pull.state,
  draft: pull.isDraft,
  source_branch: pull.head,
  target_branch: pull.base,
  sha: repository.headOf(pull),
})

const namesIn = ({ members, comments }: HostedRepository) => [
  ...new Set([...members, ...comments.map(({ author }) => author)]),
]
const nameOf = (id: number, repository: HostedRepository) => namesIn(repository)[id - 1] ?? ''
const authorOf = (username: string, repository: HostedRepository) => ({
  id: namesIn(repository).indexOf(username) + 1,
  username,
})

const noteOf = (
  repository: HostedRepository,
  { id, kind, author, body, path, line, verdict, isSettled }: HostedComment,
) => ({
  id,
  body,
  // An approval is a note of the system's own.
  system: kind === 'review' && verdict === 'approved',
  author: authorOf(author, repository),
  created_at: at,
  resolvable: kind === 'line',
  resolved: isSettled,
  position: kind === 'line' ? { new_path: path, new_line: line } : null,
})
