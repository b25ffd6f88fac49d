import { z } from 'zod'
import { problemCodes } from './problems.ts'
import { channelKind, ids } from './schemas.ts'

/** What a person can do about a finding; the app knows where each of these is done. */
export const fixes = [
  'add-recipient',
  'correct-address',
  'remove-recipient',
  'write-subject',
  'write-text',
  'fill-field',
  'remove-attachment',
  'make-identity',
  'verify-identity',
  'choose-identity',
  'choose-channel',
  'mend-channel',
  'change-time',
] as const

export const shownFinding = z
  .object({
    severity: z.enum(['error', 'warning']).meta({ description: 'an error keeps the email from being sent' }),
    code: z.enum(problemCodes),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    title: z.string(),
    sentence: z.string().meta({ description: 'English, for people' }),
    fix: z.enum(fixes),
    channels: z
      .array(z.object({ linkId: ids.link, name: z.string(), channel: channelKind }))
      .optional()
      .meta({ description: 'delivery channels on which this would not stand in the way' }),
  })
  .meta({ description: 'One thing that stands in the way of sending, or that you may want to know' })
export type ShownFinding = z.infer<typeof shownFinding>

/** The one check before Send. */
export const shownCheck = z.object({
  version: z.int().meta({ description: 'the version that was looked at' }),
  isSendable: z.boolean(),
  findings: z.array(shownFinding).meta({ description: 'errors first' }),
})
export type ShownCheck = z.infer<typeof shownCheck>
