/** What the API can say about one kind of error. `{name}` in the sentence stands for a value of `params`. */
export interface ProblemEntry {
  readonly status: number
  readonly title: string
  readonly sentence: string
}

export const problem = (status: number, title: string, sentence: string): ProblemEntry => ({
  status,
  title,
  sentence,
})
