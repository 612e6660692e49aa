import smtplib
import ssl


def unverified(user, password):
    server = smtplib.SMTP("mail.example.org", 587)
    # ruleid: python-mail-unverified
    server.starttls()
    server.login(user, password)


def plain(user, password):
    server = smtplib.SMTP("mail.example.org")
    # ruleid: python-mail-unverified
    server.login(user, password)


def verified(user, password):
    server = smtplib.SMTP("mail.example.org", 587)
    # ok: python-mail-unverified
    server.starttls(context=ssl.create_default_context())
    # ok: python-mail-unverified
    server.login(user, password)
