"""Tests of the authorization endpoint, its checks and its pages."""
