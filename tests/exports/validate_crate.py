#!/usr/bin/env python3
"""Validates an RO-Crate without a network: the context comes from the npm package `ro-crate`.

usage: validate_crate.py CRATE PROFILE CONTEXT
"""
import json
import sys

import requests
import rocrate_validator.utils.http as http

CRATE, PROFILE, CONTEXT = sys.argv[1:4]
CONTEXT = json.dumps({"@context": json.load(open(CONTEXT, encoding="utf-8"))["@context"]}).encode()


def answer(_self, url, *_args, **_options):
    response = requests.Response()
    response.url, response.encoding, response.status_code = url, "utf-8", 200
    if "w3id.org/ro/crate" in url:
        response.headers["Content-Type"] = "application/ld+json"
        response._content = CONTEXT
    else:
        response._content = b""
    return response


http.HttpRequester.get = answer
http.HttpRequester.head = answer

from rocrate_validator import models, services  # noqa: E402

result = services.validate(
    services.ValidationSettings(
        rocrate_uri=CRATE, profile_identifier=PROFILE, requirement_severity=models.Severity.REQUIRED
    )
)
issues = [issue for issue in result.get_issues() if issue.severity >= models.Severity.REQUIRED]
for issue in issues:
    print("required:", issue.message[:300])
sys.exit(bool(issues))
