/** A text that is written with the editor, whether that is loaded or not. */
export interface BodyHandle {
  /** As it stands now; an empty text is ''. */
  html: () => string
  /** Replaces all of it, as when another window's version is taken. */
  replace: (html: string) => void
  /** `source`: as the img of the html says it, such as cid:…. */
  insertPicture: (source: string, alt: string) => void
  focus: () => void
}

/** Before the editor has loaded, and after it went: the text as it is known. */
export const plainBody = (html: string): BodyHandle => ({
  html: () => html,
  replace: next => {
    html = next
  },
  insertPicture: () => undefined,
  focus: () => undefined,
})
