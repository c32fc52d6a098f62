"""Tests of the kernel, a file per module. They use routes of their own (`urls`), so nothing above the kernel is needed."""
