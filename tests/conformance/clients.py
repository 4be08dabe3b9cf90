"""Holds the sandbox against clients of CXone that nobody here wrote.

    python clients.py HANDOVER nicepy|tap

HANDOVER is the program under test. Each client runs unchanged in an interpreter that has its packages; only the addresses
of the vendor's hosts are turned into the sandbox's, inside the HTTP library that the client uses. A case prints one line;
the last line counts them.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import traceback
from urllib.parse import urlsplit, urlunsplit

import requests


class Sandbox:
    """A running `handover sandbox`, as its one line describes it."""

    def __init__(self, handover):
        self.process = subprocess.Popen(
            [handover, "sandbox", "--json"], stdout=subprocess.PIPE, stderr=sys.stderr, text=True
        )
        self.description = json.loads(self.process.stdout.readline())
        self.env = self.description["env"]
        self.hosts = self.description["hosts"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def address(self, url):
        """The sandbox's address of a vendor's address."""
        parts = urlsplit(url)
        host, path = parts.hostname, parts.path.lower()
        if host in ("127.0.0.1", "localhost"):
            return url
        if host == "cxone.niceincontact.com":
            # The vendor serves the ACD API under the issuer's host as well.
            base = self.hosts["api"] if path.startswith("/incontactapi") else self.description["issuer"]
        elif host == "na1.nice-incontact.com":
            base = self.hosts["userhub"]
        elif host == "api-na1.nice-incontact.com":
            base = self.hosts["api"]
        else:
            raise AssertionError(f"a call to {url}, which is none of the mapped hosts")
        target = urlsplit(base)
        return urlunsplit((target.scheme, target.netloc, parts.path, parts.query, parts.fragment))

    def map_requests(self):
        """Turns the addresses of everything that is sent with `requests`."""
        send = requests.Session.send

        def mapped(session, request, **options):
            request.url = self.address(request.url)
            session.trust_env = False
            return send(session, request, **options)

        requests.Session.send = mapped


def nicepy(sandbox):
    """NicePy 1.0.0: OAuth password grant by requests-oauthlib, discovery, business unit, configuration, ACD reads."""
    # oauthlib refuses plain http; everything here stays on this computer.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    env = sandbox.env
    os.chdir(tempfile.mkdtemp())
    with open("nicepy_config.json", "w", encoding="utf-8") as file:
        json.dump(
            {
                "client_id": env["HANDOVER_CLIENT_ID"],
                "client_secret": env["HANDOVER_CLIENT_SECRET"],
                "username": env["HANDOVER_ACCESS_KEY_ID"],
                "password": env["HANDOVER_ACCESS_KEY_SECRET"],
            },
            file,
        )
    import NicePy

    tenant = sandbox.description["profile"]["cxone"]["tenant_id"]

    def signs_in():
        token = NicePy.Connection.GetTokenInfo()
        assert token["access_token"] and token["token_type"].lower() == "bearer", token.keys()
        assert token["api_endpoint"].rstrip("/") == sandbox.hosts["api"].rstrip("/")

    def finds_its_tenant():
        assert NicePy.Connection.GetTenantId().lower() == tenant.lower()

    def reads_agents():
        agents = NicePy.Agents.GetAgents()
        assert len(agents) >= 2, agents
        login = agents[-1]["userName"]
        assert NicePy.Agents.AgentByLogin(agents, login)["agentId"] == agents[-1]["agentId"]

    def reads_inactive_agents():
        assert isinstance(NicePy.Agents.GetInactiveAgents(), list)

    def reads_agent_states():
        states = NicePy.Agents.GetAgentStates()
        assert isinstance(states, list) and all("timeInState" in state for state in states), states

    return [signs_in, finds_its_tenant, reads_agents, reads_inactive_agents, reads_agent_states]


def tap(sandbox):
    """tap-nice-incontact 0.3.1, its client: access-key sign-in, a refresh, and reads that are paged."""
    from tap_nice_incontact.client import NiceInContactClient, NiceInContact4xxException

    env = sandbox.env
    client = NiceInContactClient(
        api_key=env["HANDOVER_ACCESS_KEY_ID"],
        api_secret=env["HANDOVER_ACCESS_KEY_SECRET"],
        api_cluster="na1",
        auth_domain="na1",
        user_agent="conformance",
    )

    def signs_in_and_reads():
        found = client.get("skills", params={"top": 100, "skip": 0})
        assert client.access_token and found["totalRecords"] == len(found["skills"]), found

    def pages():
        whole = client.get("skills", params={"top": 100})["skills"]
        assert len(whole) >= 2, whole
        first = client.get("skills", params={"top": 1})
        rows, next_page = list(first["skills"]), first["_links"]["next"]
        while next_page:
            page = client.get(next_page, paging=True)
            rows.extend(page["skills"])
            next_page = page["_links"]["next"]
        assert [row["skillId"] for row in rows] == [row["skillId"] for row in whole]

    def refreshes():
        import datetime

        before = client.access_token
        # The client refreshes only when it believes that its refresh token has run out.
        client.refresh_expires_at = datetime.datetime.utcnow() - datetime.timedelta(seconds=1)
        client.get("skills", params={"top": 1})
        assert client.access_token and client.access_token != before
        assert client.refresh_token

    def is_told_what_does_not_exist():
        attempts = NiceInContactClient.get.__globals__["MAX_RETRIES"]
        assert attempts == 5
        single = client._make_request.__wrapped__
        try:
            single(client, "GET", "skills/1")
        except NiceInContact4xxException as error:
            assert str(error), "no status description"
        else:
            raise AssertionError("a skill that does not exist was answered")

    return [signs_in_and_reads, pages, refreshes, is_told_what_does_not_exist]


def main():
    logging.disable(logging.INFO)
    handover, name = sys.argv[1:]
    failed = 0
    with Sandbox(handover) as sandbox:
        sandbox.map_requests()
        cases = {"nicepy": nicepy, "tap": tap}[name](sandbox)
        for case in cases:
            title = f"{name} {case.__name__.replace('_', ' ')}"
            try:
                case()
                print(f"ok      {title}")
            except Exception:  # whatever a client raises is a finding
                failed += 1
                print(f"FAILED  {title}")
                traceback.print_exc()
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
