import { tellReason } from './classify.ts'
import { findCommand } from './find-command.ts'
import type { Reason } from './list.ts'
import { findReplyCode, findStatuses } from './reply-codes.ts'

/** A reply as it was heard on the wire, or in a provider's API. What is not given is read from the text. */
export interface ReplyToClassify {
  /** Basic reply code (RFC 5321 §4.2) or HTTP status, e.g. 550. */
  readonly code?: number | null
  /** Enhanced status (RFC 3463), e.g. 5.1.1. */
  readonly enhanced?: string | null
  readonly text: string
  /** Who spoke, where that is known: `gmail`, `microsoft`, `yahoo`, ... or the name of the remote host. */
  readonly provider?: string
}

/** Tells why a server refused or put off a message: the same reasons for a live reply as for a notice. */
export function classifyReply(reply: ReplyToClassify): Reason {
  const text = reply.text.slice(0, 4000)
  const replyCode = reply.code ?? findReplyCode(text)
  const status = reply.enhanced ?? findStatuses(text)[0] ?? null
  const command = findCommand(text)
  const { code } = tellReason({
    code: replyCode,
    status,
    text,
    ...(reply.provider === undefined ? {} : { provider: reply.provider }),
    ...(command === undefined ? {} : { command }),
  })
  return {
    code,
    ...(text === '' ? {} : { reply: text }),
    ...(replyCode === null ? {} : { replyCode }),
    ...(status === null ? {} : { status }),
  }
}
