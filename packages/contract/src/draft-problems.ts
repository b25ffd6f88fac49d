import { problem } from './problem-entry.ts'

/** What can go wrong with writing, attaching and scheduling. */
export const draftProblems = {
  'draft.changed': problem(
    409,
    'The draft was changed elsewhere',
    'This draft was saved at {savedAt} from another window as version {version}. Look at that version first, then save again.',
  ),
  'draft.not-a-draft': problem(
    409,
    'This email is no draft',
    'The email is {state}. Only a draft can be changed; take it back with edit or undo first.',
  ),
  'email.html-too-complex': problem(
    422,
    'The text cannot be cleaned',
    'The text is so deeply nested or so large that it could not be cleaned in time. Paste it as plain text, or in parts.',
  ),
  'email.too-late': problem(
    409,
    'This cannot be taken back any more',
    'The email is {state}: it waits for no time any more, so there is nothing to take back or to move.',
  ),
  'email.not-sent': problem(
    409,
    'This email has not been sent',
    'The email is {state}. Only a sent email can be followed up.',
  ),
  'email.no-time': problem(422, 'No time was given', 'Give sendAt, or wall and zone.'),
  'email.send-at-past': problem(
    422,
    'The time to send has passed',
    'The time {sendAt} has passed. Choose a time that is still to come, or send now.',
  ),
  'email.zone-unknown': problem(
    422,
    'The time zone is unknown',
    '"{zone}" is not an IANA time zone, or the time is none of the calendar. Use a zone such as Europe/Amsterdam.',
  ),
  'email.no-subject': problem(422, 'No subject', 'The subject is empty.'),
  'email.field-unfilled': problem(
    422,
    'A field is not filled',
    'The text holds {field}, which recipients would read as it stands.',
  ),
  'recipient.suppressed': problem(
    422,
    'A recipient is suppressed',
    'Nothing is sent to {address}: it is suppressed in this workspace. The others get the email.',
  ),
  'recipients.all-suppressed': problem(
    422,
    'Every recipient is suppressed',
    'Nothing is sent to {address}: suppressed in this workspace, and nobody else is addressed.',
  ),
  'attachment.too-large': problem(
    413,
    'The attachments are too large for the delivery channel',
    'With {filename} the email would have about {sizeMegabytes} MB encoded for the wire; the delivery channel carries at most {limitMegabytes} MB. Attach less, or send a link to the file.',
  ),
  'attachment.cut': problem(
    400,
    'The upload ended early',
    'The upload of {filename} ended before all of it had come. Upload it again.',
  ),
  'identity.not-permitted': problem(
    422,
    'The delivery channel does not let this identity send',
    'The delivery channel {name} does not let {address} send. Choose another one, or have it permitted there.',
  ),
  'dmarc.would-bounce': problem(
    422,
    'Receivers would refuse this',
    'Over {name} the email would bounce. {passing} The domain {domain} asks receivers to refuse mail that neither its signature nor its return path stands for.',
  ),
  'dmarc.would-be-spam': problem(
    422,
    'This would land in spam',
    'Over {name} the email would land in spam. {passing} The domain {domain} asks receivers to suspect mail that neither its signature nor its return path stands for.',
  ),
  'link.needs-attention': problem(
    422,
    'The delivery channel needs attention',
    'The delivery channel {name} cannot send now. The email waits until it is mended, or choose another delivery channel.',
  ),
  'link.paused': problem(
    422,
    'The delivery channel is paused',
    'The delivery channel {name} is paused. The email waits until somebody resumes it, or choose another delivery channel.',
  ),
} as const
