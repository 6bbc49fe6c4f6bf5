"""The command line of Timus on one database, and what an operator sets up before the first synchronization."""

import programs

ADMINISTRATOR = "owner@acme.example"
PASSWORD = "Bench-owner-2026!"
SITES = 20
# The clock stays out of what is measured.
NO_CLOCK = [word for what in ("sync", "catalogue", "full-sync") for word in (f"--{what}-every", 86_400)]


class Timus:
    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.env = {
            "TIMUS_DATABASE": database.location,
            "TIMUS_KEY_FILE": folder / "timus.key",
            "TIMUS_ALLOW_LOCAL_OKTA": 1,
        }

    def __call__(self, *arguments, **env):
        return programs.run("timus", *arguments, **self.env, **env)

    def serve(self, *options):
        return programs.Server("timus", "serve", "--port", 0, *options, "--json", **self.env)

    def connect(self, org, *options):
        """Connects the org; synchronization is on from then."""
        secret = self._secret("client-secret", org["okta_client_secret"])
        token = self._secret("api-token", org["okta_api_token"])
        self("okta", "connect", "--domain", org["okta"], "--client-id", org["okta_client_id"],
             "--client-secret-file", secret, "--api-token-file", token, *options)

    def groups(self, everyone, *options):
        """The ids of the catalogue's groups."""
        groups = self("okta", "groups", "--json", *options).json
        return [group["okta_group_id"] for group in groups if everyone or group["name"] != "Everyone"]

    def set_up(self, org, everyone=True):
        """Connects the org, chooses every group, Everyone only if so told, and gives each group one of the sites."""
        self.connect(org)
        groups = self.groups(everyone)
        for number in range(SITES):
            self("sites", "add", f"Site {number + 1}", f"10.{number}.0.0/16")
            if named := groups[number::SITES]:
                self("okta", "choose", "--group", *named, "--site", f"Site {number + 1}")
        return self

    def add_administrator(self):
        password = self._secret("password", PASSWORD)
        self("administrators", "add", ADMINISTRATOR, "--role", "owner", "--password-file", password)
        return self

    def _secret(self, name, text):
        """A file that only its owner may read, since no secret belongs on a command line."""
        path = self.folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(text)
        return path
