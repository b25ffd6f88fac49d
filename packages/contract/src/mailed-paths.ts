/** Pages of the app that mailed links open, each with the token behind a slash. */
export const mailedPaths = {
  invitation: '/invitation',
  verification: '/verify',
  'password-reset': '/password-reset',
} as const
