"""What is a person told whose form about an account was not taken? Part of `web.refusals`."""

from __future__ import annotations

from web.marking import N_

_ANOTHER = N_("Choose another one.")
_BOTH = N_("Type the new password twice.")

ACCOUNTS = {
    "bad-account-name": (
        N_("This cannot be a name for signing in."),
        N_("Write 2 to 40 Latin letters and digits, a letter first: aigul, a.serikova."),
    ),
    "account-name-taken": (N_("Somebody signs in by this name already."), _ANOTHER),
    "bad-email": (
        N_("This is not an e-mail address."),
        N_("Write it in full, as aigul@example.org."),
    ),
    "email-taken": (N_("Somebody has this e-mail address already."), _ANOTHER),
    "no-display-name": (N_("The person's name is missing."), N_("Write first name and surname.")),
    "password-too-short": (
        N_("The password is too short."),
        N_("Take at least %(least)s characters; several words are easy to keep in mind."),
    ),
    "password-too-long": (
        N_("The password is too long."),
        N_("Take at most %(most)s characters."),
    ),
    "password-is-name": (N_("The password is the name itself."), _ANOTHER),
    "passwords-differ": (N_("The two passwords differ."), _BOTH),
    "password-wrong": (
        N_("The present password is not right."),
        N_("Type the password by which you signed in."),
    ),
    "branch-needed": (
        N_("An operator belongs to a branch."),
        N_("Choose the branch whose books this person scans."),
    ),
    "unknown-role": (N_("There is no such role."), N_("Choose a role.")),
    "last-administrator": (
        N_("This is the last administrator."),
        N_("Make somebody else an administrator first."),
    ),
    "no-such-account": (
        N_("There is no account “%(value)s”."),
        N_("“sandyq user list” lists all accounts."),
    ),
    "letter-not-sent": (
        N_("The letter could not be sent."),
        N_("Try again in a minute; if that does not help, ask a librarian."),
    ),
    "link-too-old": (
        N_("This link holds no longer."),
        N_("Ask for a new letter."),
    ),
}

# The field of a form at which each of these is shown.
FIELDS = {
    "bad-account-name": "name",
    "account-name-taken": "name",
    "bad-email": "email",
    "email-taken": "email",
    "no-display-name": "display_name",
    "password-too-short": "password",
    "password-too-long": "password",
    "password-is-name": "password",
    "passwords-differ": "again",
    "password-wrong": "present",
    "branch-needed": "branch",
    "unknown-branch": "branch",
    "unknown-role": "role",
    "last-administrator": "role",
    "letter-not-sent": "email",
}
