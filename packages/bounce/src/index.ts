export { readReturnedMail } from './parse.ts'
export { type MailHead, readMailHead } from './read-mail-head.ts'
export { classifyReply, type ReplyToClassify } from './reasons/classify-reply.ts'
export type {
  Fault,
  Permanence,
  Reason,
  ReasonCode,
  ReasonEntry,
  ReasonGroup,
  RetryAdvice,
  SuppressAdvice,
} from './reasons/list.ts'
export { reasonCodes, reasons } from './reasons/list.ts'
export type { BounceReport, MailKind, MatchingKeys, ReportedRecipient } from './report.ts'
