import { findAddress } from '../mail/address.ts'
import { field } from '../mail/headers.ts'
import type { Notice, Reading } from '../notice/notice.ts'

export interface ChallengeSign {
  readonly system: string
  /** Parts, lower case; all that is given must hold. */
  readonly header?: readonly [name: string, part: string]
  readonly subject?: string
  readonly text?: string
}

/** Systems that ask a stranger to prove that a person wrote. */
export const challengeSigns: readonly ChallengeSign[] = [
  { system: 'TMDA', header: ['x-delivery-agent', 'tmda'] },
  { system: 'TMDA', header: ['x-tmda-fingerprint', ''] },
  { system: 'qconfirm', text: 'this is the qconfirm mail-handling program' },
  { system: 'Spam Arrest', text: 'spamarrest.com', subject: 'verif' },
  { system: 'Boxbe', text: 'boxbe', subject: 'action required' },
  { system: 'EarthLink spamBlocker', text: 'allowed senders list' },
  { system: 'UOL AntiSpam', header: ['from', 'antispam@uol'] },
  { system: 'MailInBlack', text: 'mailinblack' },
  { system: 'ChoiceMail', text: 'choicemail' },
  { system: 'Bluebottle', text: 'bluebottle', subject: 'verif' },
  { system: 'Vanquish', header: ['x-vanquish', ''] },
  { system: 'any', text: 'to prove that you are human' },
  { system: 'any', text: 'confirm that you are a real person' },
  { system: 'any', text: 'challenge/response' },
  { system: 'any', text: 'challenge-response' },
  { system: 'any', text: 'delivered only after you confirm' },
  { system: 'any', subject: 'please confirm your message' },
  { system: 'any', subject: 'sender verification required' },
]

function holds(sign: ChallengeSign, notice: Notice): boolean {
  if (sign.subject !== undefined && !notice.lowerSubject.includes(sign.subject)) return false
  if (sign.text !== undefined && !notice.lowerText.includes(sign.text)) return false
  if (sign.header === undefined) return true
  const [name, part] = sign.header
  const value = field(notice.headers, name).toLowerCase()
  return value !== '' && value.includes(part)
}

/** A program answers, in any of the usual signs; a person who writes about challenges does not. */
function isAutomatic(notice: Notice): boolean {
  const auto = field(notice.headers, 'auto-submitted').toLowerCase()
  if (auto !== '' && auto !== 'no') return true
  if (field(notice.headers, 'x-delivery-agent') !== '' || field(notice.headers, 'x-vanquish') !== '')
    return true
  return (
    field(notice.headers, 'return-path').replace(/\s/g, '') === '<>' ||
    /bulk|auto|junk/i.test(field(notice.headers, 'precedence'))
  )
}

/** A challenge: our message waits until somebody answers. Not a reply, not a bounce. */
export function readChallenge(notice: Notice): Reading | null {
  if (!isAutomatic(notice) || !challengeSigns.some(sign => holds(sign, notice))) return null
  return {
    rule: 'formats/challenge',
    kind: 'challenge',
    confidence: 0.85,
    findings: [{ address: findAddress(notice.from), action: 'delivered', diagnostic: '' }],
  }
}
