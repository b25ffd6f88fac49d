import { type ProblemEntry, problem } from './problem-entry.ts'

/** What can go wrong with connecting an account by OAuth. The callback page names the same codes. */
export const oauthProblems = {
  'oauth.client-missing': problem(
    422,
    'This provider is not set up',
    'No account of {provider} can be connected yet: an admin has to enter the client under Settings, Delivery channels.',
  ),
  'oauth.client-incomplete': problem(
    422,
    'The client secret is missing',
    'Enter the client secret of {provider} too: none is kept for this client id.',
  ),
  'oauth.client-refused': problem(
    422,
    'The provider does not know this client',
    'The client was refused by {provider}: {reply}. Copy client id and secret again, both from the same client.',
  ),
  'oauth.unreachable': problem(
    502,
    'The provider does not answer',
    'No answer came from {provider}, or it has a fault. Try again in a minute.',
  ),
  'oauth.wrong-domain': problem(
    422,
    'This account may not be connected',
    'The account {address} is not of a domain that the admin allows here: {domains}. Choose another account.',
  ),
  'oauth.refused': problem(
    422,
    'The provider refused',
    'The account was not connected by {provider}: {reply}. Begin again; if it stays so, ask an admin.',
  ),
  'oauth.denied': problem(
    422,
    'The account was not connected',
    'The consent was not given. Nothing was changed.',
  ),
  'oauth.no-refresh': problem(
    422,
    'The grant would end within the hour',
    'No lasting grant came from {provider}. Remove Fairlead from the account’s connected apps, then connect again.',
  ),
  'oauth.missing-scope': problem(
    422,
    'A permission was not granted',
    'Without {scope} {effect} Connect again and leave all boxes ticked.',
  ),
  'oauth.stale': problem(
    422,
    'This connection was not begun here',
    'The page is too old, was used already, or belongs to another person or browser. Begin again under Delivery channels.',
  ),
  'oauth.must-replace': problem(
    409,
    'Another account is connected already',
    'The account {address} takes the place of {replaced}. Say what happens to the {waiting} deliveries that wait for it.',
  ),
  'oauth.not-an-account': problem(
    409,
    'This delivery channel has no account',
    'Only Gmail and Microsoft 365 accounts have addresses to choose from.',
  ),
} as const satisfies Record<string, ProblemEntry>
