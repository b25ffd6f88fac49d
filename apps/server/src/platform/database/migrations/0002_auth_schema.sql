-- better-auth's tables sit in their own schema; its own migrations make them at start, as fairlead_owner
-- (team/auth.ts). The login uses them, neither fairlead_web nor fairlead_engine reaches them.
create schema auth;
