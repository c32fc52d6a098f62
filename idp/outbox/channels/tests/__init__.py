"""Tests of mail and text messages, against a mail server and a gateway on this machine."""
