import { type Feedback, mostFeedback, type PullRequestChecks } from '@mosaic/contracts/pull-request'
import type { Check, Comment } from './contract.ts'
import { firstLine, plainText } from './words.ts'

const mostNamed = 20

/** All checks of a commit in a word; `null`: it has none. */
export function checksOf(checks: readonly Check[]): PullRequestChecks | null {
  if (checks.length === 0) return null
  if (checks.some(({ state }) => state === 'pending')) return { state: 'running', failed: [] }
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => firstLine(name).slice(0, 200))
  return { state: failed.length > 0 ? 'failed' : 'passed', failed: failed.slice(0, mostNamed) }
}

/**
 * What an agent is to hear of a pull request besides what is known: checks that have failed, once for a commit and when all of
 * them have ended, and words of people who may write to the repository. No more of it than anybody would read.
 */
export function whatWasSaid(
  commit: string,
  { checks, comments, known }: { checks: readonly Check[]; comments: readonly Comment[]; known: readonly string[] },
): Feedback[] {
  const told = new Set(known)
  const said = comments.filter(({ mayWrite }) => mayWrite).map(commentSaid)
  const news = [...checksSaid(commit, checks), ...said].filter(({ id }) => !told.has(id))
  let left = mostFeedback.characters
  return news.slice(0, mostFeedback.pieces).filter(({ text }) => (left -= text.length) >= 0)
}

function checksSaid(commit: string, checks: readonly Check[]): Feedback[] {
  if (checksOf(checks)?.state !== 'failed') return []
  const failed = checks.filter(({ state }) => state === 'failed')
  const text = failed.map(({ name, summary, url }) => {
    const at = url === null ? '' : ` (${firstLine(url)})`
    return `${firstLine(name)}${at}${summary.trim() === '' ? '' : `: ${plainText(summary.trim(), 1000)}`}`
  })
  const cut = plainText(text.join('\n'), mostFeedback.charactersEach)
  return [{ id: `checks-${commit}`.slice(0, 200), kind: 'checks', author: '', path: null, line: null, text: cut }]
}

const commentSaid = ({ id, author, path, line, body }: Comment): Feedback => ({
  id: id.slice(0, 200),
  kind: 'comment',
  author: firstLine(author).slice(0, 100),
  path: path === null ? null : firstLine(path),
  line,
  text: plainText(body.trim(), mostFeedback.charactersEach),
})
