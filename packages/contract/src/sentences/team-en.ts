/** English: what happens when a member was removed. */
export const memberRemovedSentence =
  'The member cannot sign in to this workspace any more, and their API keys ended. Nothing of theirs was deleted: {scheduled} scheduled emails and {queued} queued deliveries still leave.'
