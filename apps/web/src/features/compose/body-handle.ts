/** The body of the email, whether its editor is loaded or not. */
export interface BodyHandle {
  /** As it stands now; an empty text is ''. */
  html: () => string
  /** Replaces all of it, as when another window's version is taken. */
  replace: (html: string) => void
  insertPicture: (contentId: string, alt: string) => void
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
