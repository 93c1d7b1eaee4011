import { terminalPlain } from '@mosaic/client'
import DOMPurify from 'dompurify'
import { Marked, type Token } from 'marked'

// Agent text is hostile. Marked makes HTML of it, DOMPurify lets through only what is listed here: no image is loaded,
// no style set, no form drawn; a link opens apart from this page and learns nothing of it.
const allowed = {
  ALLOWED_TAGS: 'p br hr strong em del code pre blockquote ul ol li a table thead tbody tr th td'.split(' '),
  ALLOWED_ATTR: ['href', 'title', 'start', 'class', 'target', 'rel'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
}

const escape = (text: string) =>
  text.replaceAll(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)

const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    // A conversation has no outline of its own: an agent's heading is a bold line.
    heading({ tokens }) {
      return `<p class="heading">${this.parser.parseInline(tokens)}</p>`
    },
    image: ({ text, href }) => `<a href="${escape(href)}">${escape(text || 'image')}</a>`,
    html: ({ text }) => escape(text),
    listitem(item) {
      const box = item.task ? (item.checked ? '☑ ' : '☐ ') : ''
      return `<li>${box}${this.parser.parse(item.tokens)}</li>`
    },
    checkbox: () => '',
  },
})

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank')
    node.setAttribute('rel', 'noopener noreferrer nofollow')
  }
  if (node.hasAttribute('class') && node.className !== 'heading') node.removeAttribute('class')
})

/** The top-level blocks of a text. While it streams only the last one changes. */
export const blocksOf = (text: string): Token[] =>
  marked.lexer(terminalPlain(text)).filter(({ type }) => type !== 'space')

/** Safe HTML of one block. */
export const htmlOf = (block: Token): string => DOMPurify.sanitize(marked.parser([block]), allowed)
