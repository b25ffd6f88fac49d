import { problem } from './problem-entry.ts'

/** What can go wrong with signing in, the team and its identities. */
export const teamProblems = {
  'auth.missing': problem(
    401,
    'Nobody is signed in',
    'Sign in, or send the header "Authorization: Bearer <api key>". The command "npx fairlead api-key create --email <member>" makes a key.',
  ),
  'auth.invalid': problem(
    401,
    'The API key is not valid',
    'The key is unknown, revoked or expired. The command "npx fairlead api-key create --email <member>" makes a new one.',
  ),
  'auth.session-ended': problem(
    401,
    'Your session has ended',
    'Sign in again. What you wrote is still here.',
  ),
  'auth.forbidden': problem(
    403,
    'Only an admin may do this',
    'Ask an admin of the workspace to do this, or to make you an admin.',
  ),
  'auth.no-workspace': problem(
    403,
    'You are in no workspace',
    'Your account is no member of any workspace now. Ask an admin for an invitation.',
  ),
  'auth.cross-site': problem(
    403,
    'This request came from another site',
    'Changes are taken from the pages of this installation alone. Open Fairlead under the address in FAIRLEAD_PUBLIC_URL, or use an API key.',
  ),
  'auth.wrong-password': problem(
    401,
    'The address or the password is wrong',
    'No account has this address with this password. Check both, or reset your password.',
  ),
  'auth.too-many-attempts': problem(
    429,
    'Too many wrong passwords',
    'Wait {retryAfterSeconds} seconds and try again, or reset your password.',
  ),
  'password.too-short': problem(
    422,
    'The password is too short',
    'A password has at least {least} characters. A few words in a row are a good one.',
  ),
  'password.too-long': problem(422, 'The password is too long', 'A password has at most {most} characters.'),
  'password.wrong': problem(
    422,
    'Your present password is wrong',
    'Type the password that you sign in with now. If you forgot it, sign out and reset it.',
  ),
  'setup.done': problem(
    409,
    'This installation is set up already',
    'Somebody has made the first account. Sign in, or ask an admin for an invitation.',
  ),
  'token.unusable': problem(
    410,
    'This link does not work any more',
    'It was used, has expired, or was replaced by a newer one. Ask for a new one.',
  ),
  'member.exists': problem(
    409,
    'This person is a member already',
    'The person with the address {address} is in this workspace already.',
  ),
  'member.last-admin': problem(
    409,
    'A workspace needs an admin',
    'This is the only admin. Make another member an admin first.',
  ),
  'invitation.not-open': problem(
    409,
    'This invitation is not open any more',
    'The invitation was accepted or revoked. Make a new one where it is needed.',
  ),
  'invitation.other-address': problem(
    403,
    'This invitation is for another address',
    'You are signed in with another address than the invited one, {address}. Sign out, and open the link again.',
  ),
  'invitation.sign-in-first': problem(
    409,
    'You have an account already',
    'An account with the address {address} exists. Sign in with it, and open the link again.',
  ),
  'identity.none': problem(
    422,
    'There is no identity to send from',
    'Make an identity with POST /api/v1/identities, have it verified, and send again.',
  ),
  'identity.unverified': problem(
    422,
    'The identity is not verified',
    'The identity {address} is not verified, so nothing may be sent from it. An admin can vouch for it: npx fairlead identity vouch {address}.',
  ),
  'identity.exists': problem(
    409,
    'This identity exists already',
    'You have an identity with the address {address}. Use it, or choose another address.',
  ),
  'identity.verified': problem(
    409,
    'This identity is verified already',
    'The identity {address} can send. It needs no other mail.',
  ),
  'identity.has-waiting': problem(
    409,
    'Mail of this identity is waiting',
    'Of this identity {scheduled} scheduled and {queued} queued emails have not left. Say what becomes of them: waiting=keep sends them, waiting=cancel takes them back.',
  ),
  'signature.too-large': problem(
    422,
    'The signature is too large',
    'A signature with its pictures has at most {limitKilobytes} kB. Use a smaller picture.',
  ),
  'signature.too-many-pictures': problem(
    422,
    'The signature has too many pictures',
    'The signature has {count} pictures; it takes at most {limit}. Remove some.',
  ),
  'signature.picture-invalid': problem(
    422,
    'A picture of the signature cannot be used',
    'Picture {number} of the signature is no PNG, JPEG, GIF or WebP. Save it as one of these and add it again.',
  ),
} as const
