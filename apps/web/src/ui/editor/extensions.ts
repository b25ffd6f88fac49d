import { Node } from '@tiptap/core'
import { HardBreak } from '@tiptap/extension-hard-break'
import StarterKit from '@tiptap/starter-kit'

/** Where a picture of the text is to be had, by what its src says; null: it is not shown here. */
export type PictureUrl = (source: string) => string | null

/** Pictures of other hosts are named in the html and not asked for: nobody learns that somebody writes. */
const sources = /^(?:cid:|https?:|data:image\/(?:png|jpeg|gif|webp);base64,)/i

const sizeOf = (value: unknown): number | null => {
  const size = Number.parseInt(String(value), 10)
  return Number.isFinite(size) && size > 0 ? size : null
}

/** A picture of the text: a part of the email that the html names by cid:, or one that is still to become a part. */
const picture = (urlOf: PictureUrl) =>
  Node.create({
    ...{ name: 'picture', group: 'inline', inline: true, draggable: true, atom: true },
    addAttributes: () => ({
      source: { default: '', parseHTML: element => element.getAttribute('src') ?? '' },
      alt: { default: '' },
      width: { default: null, parseHTML: element => sizeOf(element.getAttribute('width')) },
    }),
    parseHTML: () => [
      { tag: 'img[src]', getAttrs: element => sources.test(element.getAttribute('src') ?? '') && null },
    ],
    // Not src: serialising makes elements of this page, which would ask for it at once. `withPictures` puts it in.
    renderHTML: ({ node }) => [
      'img',
      { 'data-source': node.attrs.source, alt: node.attrs.alt, width: node.attrs.width },
    ],
    addNodeView:
      () =>
      ({ node }) => {
        const dom = document.createElement('img')
        const url = urlOf(String(node.attrs.source))
        if (url !== null) dom.src = url
        dom.alt = String(node.attrs.alt)
        if (node.attrs.width) dom.width = Number(node.attrs.width)
        return { dom }
      },
  })

/** The HTML of the editor with its pictures named as mail does. */
export const withPictures = (html: string): string => html.replaceAll('<img data-source="', '<img src="')

/** A line break by Shift Enter alone: Ctrl Enter sends. */
const lineBreak = HardBreak.extend({
  addKeyboardShortcuts() {
    return { 'Shift-Enter': () => this.editor.commands.setHardBreak() }
  },
})

/** What an email can hold here, and the keys for it. */
export const extensions = (urlOf: PictureUrl) => [
  StarterKit.configure({
    ...{ code: false, codeBlock: false, heading: false, horizontalRule: false, strike: false },
    ...{ dropcursor: false, gapcursor: false, hardBreak: false },
    link: {
      ...{ openOnClick: false, autolink: true, defaultProtocol: 'https' },
      HTMLAttributes: { rel: null, target: null, class: null },
    },
    undoRedo: { depth: 200, newGroupDelay: 500 },
  }),
  lineBreak,
  picture(urlOf),
]
