import { problem } from './problem-entry.ts'

/** What can go wrong with delivery channels. */
export const linkProblems = {
  'link.none': problem(
    422,
    'There is no delivery channel',
    'The workspace has no delivery channel that this email could take. Ask an admin.',
  ),
  'link.not-usable': problem(
    422,
    'This delivery channel cannot be used',
    'The delivery channel is {state}. Choose another one, or mend it.',
  ),
  'link.kind-not-here': problem(
    422,
    'This installation has no such delivery channel',
    'Delivery channels of the kind {kind} are not available here. GET /api/v1/channel-kinds lists those that are.',
  ),
  'link.changed': problem(
    409,
    'The delivery channel was changed elsewhere',
    'Somebody saved version {version} of this delivery channel in the meantime. Look at it first, then save again.',
  ),
  'link.removed': problem(
    409,
    'This delivery channel was removed',
    'Nothing of a removed delivery channel can be changed. Its waiting mail can still be moved.',
  ),
  'link.built-in': problem(
    422,
    'The managed servers belong to Fairlead',
    'The delivery channel {name} is part of this installation: it can be paused, not changed or removed.',
  ),
  'link.needs-secret': problem(
    422,
    'Type the password again',
    'The settings name another server, {host}. The stored password is given to no other server: send it again.',
  ),
  'link.pin-needs-admin': problem(
    403,
    'Only an admin pins a certificate',
    'A pinned certificate is trusted whoever signed it. Ask an admin, or use a certificate from a known authority.',
  ),
  'link.has-waiting': problem(
    409,
    'Mail waits for this delivery channel',
    'Mail of {count} recipients waits for this delivery channel. Say what becomes of it: waiting=stays keeps it, waiting=move with toLinkId moves it, waiting=to-drafts takes it back.',
  ),
  'link.same': problem(
    422,
    'This is the same delivery channel',
    'Choose another delivery channel to move the mail to.',
  ),
  'link.too-many': problem(
    422,
    'Too many delivery channels',
    'One owner has at most {limit} delivery channels. Remove one that is not used.',
  ),
  'link.too-many-checks': problem(
    429,
    'Too many checks are running',
    'Wait until a check of yours has ended, at most {retryAfterSeconds} seconds.',
  ),
  'link.round-trip-not-here': problem(
    422,
    'It cannot be measured here',
    'This installation receives no mail from outside, so that no message can come back to it. Open port 25 from the internet to it.',
  ),
  'link.round-trip-running': problem(
    429,
    'One message a minute is enough',
    'Fairlead sent itself a message just now. Wait {retryAfterSeconds} seconds.',
  ),
} as const
