import { z } from 'zod'
import { answer, type ApiAnswer, type ApiRequest, at, type HostApi, type HostState, pageOf, wrongIn } from './api.ts'
import type { HostedComment, HostedPull, HostedRepository } from './hosted-repository.ts'

const paging = { size: 'limit', usual: 30, most: 50 }
const create = z.strictObject({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().optional(),
})
const notFound = answer({ message: "The target couldn't be found.", url: '/api/swagger', errors: [] }, 404)

/** Gitea's API, v1. */
export const giteaApi: HostApi = {
  prefix: '/api/v1',
  answer(host, request) {
    const { headers, method, parts } = request
    if (headers['authorization'] !== `token ${host.token}`)
      return answer({ message: 'user does not exist [uid: 0, name: ]', url: '/api/swagger' }, 401)
    if (method === 'GET' && parts.join('/') === 'user') return answer({ login: host.user, id: 1 })
    const [repos, owner, name, ...rest] = parts
    const repository = repos === 'repos' ? host.repositories.get(`${owner}/${name}`) : undefined
    return repository ? ofRepository(host, repository, { ...request, parts: rest }) : notFound
  },
}

function ofRepository(host: HostState, repository: HostedRepository, request: ApiRequest): ApiAnswer {
  const { method, parts, query } = request
  const [what, first = '', then, id, more] = parts
  const pull = repository.pulls.find(({ number }) => String(number) === first)
  const said = (kind: HostedComment['kind']) =>
    repository.comments.filter((each) => each.kind === kind && String(each.number) === first)
  if (method === 'POST') return parts.join('/') === 'pulls' ? open(host, repository, request) : notFound
  if (what === undefined) return answer({ full_name: repository.fullName, default_branch: 'main' })
  if (what === 'branches' && parts.length === 2) {
    const commit = repository.branch(first)
    return commit ? answer({ name: first, commit: { id: commit } }) : notFound
  }
  if (what === 'assignees') return answer([...repository.members].map((login) => ({ login })))
  if (what === 'pulls' && parts.length === 1) {
    const found = repository.pulls.filter(
      ({ state }) =>
        query.get('state') === 'all' || (query.get('state') ?? 'open') === (state === 'open' ? 'open' : 'closed'),
    )
    return pageOf(
      found.map((each) => pullOf(host, repository, each)),
      request,
      paging,
    )
  }
  if (what === 'commits' && then === 'status') {
    const statuses = repository.checks.filter(({ commit }) => commit === first)
    const status = { passed: 'success', failed: 'failure', pending: 'pending' } as const
    const listed = statuses.map((each) => ({
      context: each.name,
      status: status[each.state],
      description: each.summary,
      target_url: '',
    }))
    return pageOf(listed, request, paging, (page) => ({
      state: 'pending',
      sha: first,
      statuses: page.length > 0 ? page : null,
    }))
  }
  if (!pull) return notFound
  if (what === 'pulls' && then === undefined) return answer(pullOf(host, repository, pull))
  if (what === 'pulls' && then === 'reviews' && id === undefined) {
    return pageOf(reviewsOf(said('review'), said('line')), request, paging)
  }
  if (what === 'pulls' && then === 'reviews' && more === 'comments') {
    const lines = said('line').map((each) => ({
      ...commentOf(each),
      path: each.path,
      position: each.line,
      resolver: each.isSettled ? { login: 'ada' } : null,
    }))
    return answer(lines)
  }
  if (what === 'issues' && then === 'comments') return answer(said('comment').map(commentOf))
  return notFound
}

const verdicts = { changes: 'REQUEST_CHANGES', comment: 'COMMENT', approved: 'APPROVED' } as const

/** Comments on lines belong to the first review; where there is none, whoever comments on a line makes one without words. */
function reviewsOf(reviews: readonly HostedComment[], lines: readonly HostedComment[]) {
  const [line] = lines
  const wordless =
    reviews.length === 0 && line ? [{ ...line, body: '', verdict: 'comment', isSettled: false } as const] : []
  return [...reviews, ...wordless].map((each, index) => ({
    ...commentOf(each),
    state: verdicts[each.verdict],
    dismissed: each.isSettled,
    comments_count: index === 0 ? lines.length : 0,
  }))
}

function open(host: HostState, repository: HostedRepository, { body }: ApiRequest): ApiAnswer {
  const wrong = wrongIn(create, body)
  if (wrong) return answer({ message: `[${wrong}]`, url: '/api/swagger' }, 422)
  const { title, head, base, body: text = '' } = body as z.output<typeof create>
  if (!repository.branch(base) || !repository.branch(head)) return notFound
  const known = repository.pulls.find((each) => each.state === 'open' && each.head === head && each.base === base)
  if (known) {
    const message = `pull request already exists for these targets [id: 1, issue_id: 1, head_branch: ${head}]`
    return answer({ message, url: '/api/swagger' }, 409)
  }
  const isDraft = title.startsWith('WIP: ')
  return answer(pullOf(host, repository, repository.open({ title, body: text, head, base, isDraft })), 201)
}

const pullOf = (host: HostState, repository: HostedRepository, pull: HostedPull) => ({
  number: pull.number,
  html_url: `${host.url}/${repository.fullName}/pulls/${pull.number}`,
  title: pull.title,
  state: pull.state === 'open' ? 'open' : 'closed',
  merged: pull.state === 'merged',
  draft: pull.isDraft,
  head: { ref: pull.head, sha: repository.headOf(pull) },
  base: { ref: pull.base, sha: repository.branch(pull.base) },
})

const commentOf = ({ id, author, body }: HostedComment) => ({ id, user: { login: author }, body, created_at: at })
