import AsyncHTTPClient
import ConnectAPI
import Foundation
import NIOCore
import Testing

@testable import Connect

@Suite struct `The command line of Connect` {
    private let home = NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)"

    @Test(arguments: [
        (["status"], 3, "error: Nobody is signed in\nhint: Sign in: timus-connect sign-in\n"),
        (["networks"], 3, "error: Nobody is signed in\nhint: Sign in: timus-connect sign-in\n"),
        (
            ["connect", "Berlin", "--config", "-"], 3,
            "error: Nobody is signed in\nhint: Sign in: timus-connect sign-in\n"
        ),
        (["disconnect"], 3, "error: Nobody is signed in\nhint: Sign in: timus-connect sign-in\n"),
        (["sign-out"], 3, "error: Nobody is signed in\nhint: Sign in: timus-connect sign-in\n"),
        (
            ["sign-in", "ana@acme.example"], 2,
            """
            error: No Timus server is known yet
            hint: Give its address once, with --server https://timus.example.com or in TIMUS_SERVER

            """
        ),
        (
            ["sign-in", "--server", "https://timus.acme.example"], 2,
            "error: The e-mail address is missing\nhint: timus-connect sign-in ana@example.com\n"
        ),
        (
            ["sign-in", "ana", "--server", "https://timus.acme.example"], 2,
            "error: ana is not an e-mail address\nhint: timus-connect sign-in ana@example.com\n"
        ),
        (
            ["sign-in", "ana@acme.example", "--server", "http://timus.acme.example"], 2,
            """
            error: http://timus.acme.example is not encrypted, and http is for servers on this machine only
            hint: Use https: https://timus.acme.example

            """
        ),
        (["sing-in"], 2, "error: Unexpected argument 'sing-in'\nhint: See timus-connect --help\n"),
    ])
    func `says what is missing and what to try`(arguments: [String], status: Int, errors: String) async throws {
        let run = try await Transcript.of(arguments, home: home)

        #expect(run == Transcript(output: "", errors: errors, status: Int32(status)))
    }

    @Test func `says when the server cannot be reached`() async throws {
        let port = try await LocalServer.serving(TestServer().router()) { $0 }

        let run = try await Transcript.of(signIn(port), home: home)

        #expect(
            run.errors == """
                error: The server http://127.0.0.1:\(port) cannot be reached: nothing listens there
                hint: Check the address and this machine's network, then try again

                """
        )
        #expect(run.status == 1)
    }

    @Test func `takes ana from her e-mail address to a tunnel and back`() async throws {
        try await LocalServer.serving(TestServer().router()) { port in
            let signedIn = try await Transcript.of(signIn(port), home: home, onError: browse)
            let status = try await Transcript.of(["status", "--json"], home: home)
            let connection = try await Transcript.of(["connect", "--config", "-"], home: home)
            let disconnected = try await Transcript.of(["disconnect", "berlin", "--json"], home: home)
            let signedOut = try await Transcript.of(["sign-out"], home: home)
            let after = try await Transcript.of(["status", "--json"], home: home)

            #expect(signedIn.output == "Signed in as ana@acme.example at Acme.\nBerlin  10.20.0.0/16  chosen\n")
            #expect(signedIn.status == 0)
            #expect(
                status.output == """
                    {"connections":[],"device":"device","email":"ana@acme.example","name":"ana","network":"Berlin",\
                    "organisation":"Acme","server":"http://127.0.0.1:\(port)","session_expires_at":"2096-10-02T07:06:40Z",\
                    "signed_in":true,"tunnel":{"address":null,"because":null,"connection":null,"gateway":null,\
                    "interface":null,"last_handshake_at":null,"network":null,"received_bytes":0,"sent_bytes":0,\
                    "server_unreachable_since":null,"since":null,"state":"off"}}

                    """
            )
            #expect(connection.output.contains("PublicKey = \(TestServer.gatewayKey)\n"))
            #expect(connection.output.contains("AllowedIPs = 10.20.0.0/16\n"))
            #expect(disconnected.output == "{\"closed\":[\"Berlin\"]}\n")
            #expect(signedOut == Transcript(output: "Signed out.\n", errors: "", status: 0))
            #expect(after.output == "{\"signed_in\":false}\n")
            #expect(after.status == 3)
        }
    }

    @Test func `keeps the private key on the machine, and the same one at the next sign-in`() async throws {
        let server = TestServer()
        try await LocalServer.serving(server.router()) { port in
            _ = try await Transcript.of(signIn(port), home: home, onError: browse)
            _ = try await Transcript.of(["sign-out"], home: home)
            _ = try await Transcript.of(["sign-in", "ana@acme.example", "--no-browser"], home: home, onError: browse)

            let folder = StateFolder(path: home + "/state")
            let device = try #require(try folder.read(SavedDevice.self, from: SavedDevice.file))
            let publicKey = try #require(device.privateKey.publicKey?.base64)
            #expect(await server.publicKeys == [publicKey, publicKey])
        }
    }

    @Test func `is known to the server at the next sign-in, after a sign-out too`() async throws {
        let server = TestServer()
        try await LocalServer.serving(server.router()) { port in
            _ = try await Transcript.of(signIn(port), home: home, onError: browse)
            _ = try await Transcript.of(["sign-out"], home: home)
            _ = try await Transcript.of(["sign-in", "ana@acme.example", "--no-browser"], home: home, onError: browse)

            #expect(await server.lookups.map(\.deviceToken) == [nil, TestServer.deviceToken])
            let file = StateFolder(path: home + "/state").file(KnownDevice.file)
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `asks to sign in again when the session was ended`() async throws {
        let server = TestServer()
        try await LocalServer.serving(server.router()) { port in
            _ = try await Transcript.of(signIn(port), home: home, onError: browse)
            await server.endSession()

            let run = try await Transcript.of(["networks"], home: home)

            let errors = """
                error: Your access ended: The refresh token is unknown
                hint: Sign in: timus-connect sign-in

                """
            #expect(run == Transcript(output: "", errors: errors, status: 3))
        }
    }

    @Test(arguments: [["networks"], ["connect", "Berlin"], ["status"]])
    func `says why the access ended also after the keeper of the tunnel was told`(arguments: [String]) async throws {
        let because = "The user is SUSPENDED in Okta."
        let folder = StateFolder(path: home + "/state")
        let told = TunnelState(phase: .signedOut, network: "Berlin", since: Date(), because: because)
        try folder.write(told, to: TunnelState.file)

        let run = try await Transcript.of(arguments, home: home)

        let errors = """
            error: Your access ended: The user is SUSPENDED in Okta
            hint: Sign in: timus-connect sign-in

            """
        #expect(run.errors == errors)
        #expect(run.status == 3)
    }

    @Test(arguments: [
        TunnelState(phase: .signedOut, network: "Berlin", because: "The user is SUSPENDED in Okta."),
        .off(because: "Somebody else has signed in.", network: "Berlin"),
    ])
    func `says nothing of a tunnel of before after a new sign-in`(told: TunnelState) async throws {
        try await LocalServer.serving(TestServer().router()) { port in
            try StateFolder(path: home + "/state").write(told, to: TunnelState.file)

            _ = try await Transcript.of(signIn(port), home: home, onError: browse)
            let run = try await Transcript.of(["status"], home: home)

            let signedIn = "Signed in as ana@acme.example at Acme (http://127.0.0.1:\(port)).\nNot connected.\n"
            #expect(run == Transcript(output: signedIn, errors: "", status: 0))
        }
    }

    @Test func `passes on why there is no tunnel`() async throws {
        try await LocalServer.serving(TestServer(hasGateway: false).router()) { port in
            _ = try await Transcript.of(signIn(port), home: home, onError: browse)

            let run = try await Transcript.of(["connect", "Berlin", "--config", "-"], home: home)

            let errors = """
                error: The site Berlin has no gateway yet
                hint: Ask an administrator to add one under Sites

                """
            #expect(run == Transcript(output: "", errors: errors, status: 1))
        }
    }

    @Test func `writes a configuration that only its owner can read`() async throws {
        try await LocalServer.serving(TestServer().router()) { port in
            _ = try await Transcript.of(signIn(port), home: home, onError: browse)
            let file = home + "/berlin.conf"

            let run = try await Transcript.of(["connect", "Berlin", "--config", file], home: home)

            #expect(run.output == "The connection to Berlin is open: its configuration is in \(file).\n")
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func `names the networks where there are several and nobody to ask`() async throws {
        try await LocalServer.serving(TestServer(networks: ["Berlin", "Porto"]).router()) { port in
            _ = try await Transcript.of(signIn(port), home: home, onError: browse)

            let run = try await Transcript.of(["connect", "--config", "-"], home: home)

            let errors = "error: You may reach several networks\nhint: Name one of: Berlin, Porto\n"
            #expect(run == Transcript(output: "", errors: errors, status: 2))
        }
    }

    @Test func `refuses a network that is not listed for the address`() async throws {
        try await LocalServer.serving(TestServer().router()) { port in
            let run = try await Transcript.of(signIn(port) + ["--network", "Porto"], home: home)

            let errors = "error: Porto is not one of your networks\nhint: Name one of: Berlin\n"
            #expect(run == Transcript(output: "", errors: errors, status: 1))
        }
    }

    private func signIn(_ port: Int) -> [String] {
        ["sign-in", "ana@acme.example", "--server", "http://127.0.0.1:\(port)", "--no-browser"]
    }

    /// The browser: it goes where the line leads, and follows redirects.
    @Sendable private func browse(_ line: String) async {
        guard line.hasPrefix("http://") else { return }
        _ = try? await HTTPClient.shared.execute(HTTPClientRequest(url: line), timeout: .seconds(10)).body.collect(
            upTo: 1 << 20
        )
    }
}
