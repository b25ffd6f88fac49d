/** Limits of the API, one place for the checks, the OpenAPI document and the error sentences. */
export const limits = {
  /** To, Cc and Bcc together. A bulk send, one message for each person, is another door. */
  recipientsPerEmail: 100,
  attachmentsPerEmail: 50,
  /** Octets of one email as encoded for the wire (spec 2: the channels' common size). */
  encodedEmailBytes: 25_000_000,
  /** Octets of a request body: 40 MiB, so that 30 MB of files in base64 get the answer that names the channel's limit. */
  emailRequestBytes: 41_943_040,
  requestBytes: 1_000_000,
  subjectCharacters: 1_000,
  /** Text and HTML each. */
  bodyCharacters: 5_000_000,
  nameCharacters: 200,
  passwordLeastCharacters: 10,
  passwordCharacters: 256,
  /** What is read at all, so that a long one gets the answer that names the limit. */
  passwordInputCharacters: 4_096,
  /** HTML with its images as data: URLs; what is kept is limited in octets. */
  signatureCharacters: 600_000,
  signatureBytes: 400_000,
  signaturePictures: 20,
  /** RFC 5321 §4.5.3.1: 64 + @ + 255. */
  addressCharacters: 320,
  /** A display name and an address in angle brackets. */
  mailboxCharacters: 540,
  filenameCharacters: 255,
  idempotencyKeyCharacters: 255,
  idempotencyHours: 24,
  pageRows: 100,
  defaultPageRows: 50,
  searchCharacters: 200,
  scheduleDays: 366,
  /** Longest time that Send waits for Undo. */
  undoMs: 120_000,
  defaultUndoMs: 10_000,
  /** Octets of a draft's request: a body of 5 MB with JSON's escapes. */
  draftRequestBytes: 12_000_000,
  /** Recipients of a draft as typed, wrong ones included, in each field. */
  draftTokens: 500,
  draftTokenCharacters: 2_000,
  suggestions: 20,
  /** Folder counts stop here; `isMore` says so. */
  countedRows: 10_000,
  /** Rows of one bulk request. */
  bulkRows: 100,
  /** Emails of one thread that its detail shows, the newest. */
  threadEmails: 100,
  /** Client ids and secrets of OAuth. */
  oauthTextCharacters: 2_000,
  /** Of one workspace. */
  sendingDomains: 100,
  liveStreamsPerMember: 5,
  liveStreamsPerProcess: 500,
  /** Events that a returning live stream is given; more, and it is told to load anew. */
  liveBackfill: 500,
  /** Of one member, or of the team. */
  linksPerOwner: 50,
  /** Of one member at once. */
  runningLinkChecks: 3,
} as const
