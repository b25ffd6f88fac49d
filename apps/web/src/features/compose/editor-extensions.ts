import { Node } from '@tiptap/core'
import { HardBreak } from '@tiptap/extension-hard-break'
import StarterKit from '@tiptap/starter-kit'

/** Where the bytes of a picture in the text are to be had, by its content id. */
export type PictureUrl = (contentId: string) => string | null

/** A picture of the text: an attachment that the HTML names by cid:. */
const picture = (urlOf: PictureUrl) =>
  Node.create({
    ...{ name: 'picture', group: 'inline', inline: true, draggable: true, atom: true },
    addAttributes: () => ({
      contentId: {
        default: '',
        parseHTML: element => element.getAttribute('src')?.slice('cid:'.length) ?? '',
      },
      alt: { default: '' },
      width: { default: null },
    }),
    parseHTML: () => [{ tag: 'img[src^="cid:"]' }],
    // Not src: serialising makes elements of this page, which would ask for cid: at once. `htmlOf` puts it in.
    renderHTML: ({ node }) => [
      'img',
      { 'data-cid': node.attrs.contentId, alt: node.attrs.alt, width: node.attrs.width },
    ],
    addNodeView:
      () =>
      ({ node }) => {
        const dom = document.createElement('img')
        const url = urlOf(String(node.attrs.contentId))
        if (url !== null) dom.src = url
        dom.alt = String(node.attrs.alt)
        if (node.attrs.width) dom.width = Number(node.attrs.width)
        return { dom }
      },
  })

/** The HTML of the editor with its pictures named as mail does. */
export const withPictures = (html: string): string => html.replaceAll('<img data-cid="', '<img src="cid:')

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
