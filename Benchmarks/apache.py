"""The peer: Apache with mod_auth_openidc, as Debian has it, in front of one file."""

import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

CONFIGURATION = """
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
ServerRoot {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
LogLevel warn
DefaultRuntimeDir {folder}
Mutex sem
User www-data
Group www-data
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
ServerLimit 4
ThreadsPerChild 32
MaxRequestWorkers 128
KeepAlive On
MaxKeepAliveRequests 0
DocumentRoot {folder}/files
OIDCProviderMetadataURL {okta}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {origin}/user/external
OIDCCryptoPassphrase a-passphrase-of-the-benchmark
OIDCPKCEMethod S256
OIDCScope "openid profile email"
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCSessionType server-cache
OIDCCacheType shm
OIDCCacheShmMax 60000
OIDCStateMaxNumberOfCookies 5 true
OIDCSessionInactivityTimeout 28800
OIDCSSLValidateServer Off
<Location />
    AuthType openid-connect
    Require valid-user
</Location>
"""


class Apache:
    """Runs until the block ends. What it protects is one small file."""

    file = "/ok.txt"

    def __init__(self, org, client, port):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        folder.chmod(0o755)
        (folder / "files").mkdir()
        (folder / "files/ok.txt").write_text("ok\n")
        self.origin = f"http://127.0.0.1:{port}"
        self.port = port
        configuration = CONFIGURATION.format(
            port=port, folder=folder, modules="/usr/lib/apache2/modules", okta=org.origin, origin=self.origin,
            client_id=client["client_id"], client_secret=client["client_secret"],
        )
        (folder / "apache.conf").write_text(configuration)
        self.log = folder / "error.log"

    def __enter__(self):
        tool = shutil.which("apache2", path="/usr/sbin:/usr/bin")
        if tool is None:
            sys.exit("error: apache2 is not installed; run bin/setup test")
        self.process = subprocess.Popen(
            [tool, "-f", f"{self.folder.name}/apache.conf", "-D", "FOREGROUND"], stderr=subprocess.PIPE, text=True
        )
        for _ in range(200):
            if self.process.poll() is not None:
                sys.exit(f"error: Apache did not start: {self.process.stderr.read()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        sys.exit("error: Apache did not start in ten seconds")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.folder.cleanup()

    def sign_in(self, browser):
        """From the protected file to Okta and back, until the file is there to be had."""
        browser.forget(self.origin)
        status, address, _ = browser.request("GET", self.origin + self.file)
        expect(status == 302, f"Apache answered {status} to a stranger")
        status, address, _ = browser.request("GET", address)
        expect(status == 302, f"the simulator answered {status}")
        status, address, text = browser.request("GET", address)
        expect(status == 302 and urllib.parse.urlsplit(address).path == self.file, f"Apache answered {status}")
        expect(session_of(browser, self.origin) is not None, "Apache gave no session")


def session_of(browser, origin):
    return browser.cookies[urllib.parse.urlsplit(origin).netloc].get("mod_auth_openidc_session")


def expect(condition, words):
    if not condition:
        raise AssertionError(words)
