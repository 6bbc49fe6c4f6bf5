import AsyncHTTPClient
import ConnectAPI
import Foundation
import NIOCore
import Testing

@testable import Connect

@Suite struct `A session of Connect` {
    private let home = NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)"

    @Test func `is kept for its owner alone, with both tokens`() async throws {
        try await signedIn { _, _ in
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file(SavedSession.file))[
                .posixPermissions
            ]
            #expect(mode as? Int == 0o600)
            #expect(try kept()?.tokens.access == "access-1")
            #expect(try kept()?.tokens.refresh == "refresh-1")
        }
    }

    @Test func `is renewed when the server no longer takes its token`() async throws {
        try await signedIn { server, _ in
            await server.endAccessToken()

            let run = try await Transcript.of(["networks"], home: home)

            #expect(run.status == 0)
            #expect(await server.renewals == 1)
            #expect(try kept()?.tokens.refresh == "refresh-2")
        }
    }

    @Test func `is renewed before its token runs out, and not sooner`() async throws {
        try await signedIn { server, _ in
            _ = try await Transcript.of(["networks"], home: home)
            #expect(await server.renewals == 0)
        }
        try await signedIn(for: 59) { server, _ in
            await server.giveTokens(for: 3600)
            _ = try await Transcript.of(["networks"], home: home)
            _ = try await Transcript.of(["networks"], home: home)
            #expect(await server.renewals == 1)
        }
    }

    @Test func `is renewed once by many programs at the same time`() async throws {
        try await signedIn { server, _ in
            await server.endAccessToken()

            let runs = try await withThrowingTaskGroup(of: Transcript.self) { group in
                for _ in 0..<8 { group.addTask { try await Transcript.of(["networks"], home: home) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(runs.allSatisfy { $0.status == 0 })
            #expect(await server.renewals == 1)
            #expect(try kept()?.tokens.access == "access-2")
        }
    }

    @Test func `is renewed once by many tasks of the window`() async throws {
        try await signedIn { server, _ in
            await server.endAccessToken()

            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try await ConnectClient.signedIn(in: folder) { client, session in
                            try await client.server.networks(token: session.tokens.access)
                        }
                    }
                }
                try await group.waitForAll()
            }

            #expect(await server.renewals == 1)
        }
    }

    @Test func `that ended is forgotten, with the server's reason`() async throws {
        try await signedIn { server, _ in
            await server.endSession(because: "An administrator of Timus has banned you.")

            let run = try await Transcript.of(["networks"], home: home)
            let after = try await Transcript.of(["networks"], home: home)

            #expect(
                run.errors == """
                    error: Your access ended: An administrator of Timus has banned you
                    hint: Sign in: timus-connect sign-in

                    """
            )
            #expect(run.status == 3)
            #expect(try kept() == nil)
            #expect(after.errors.hasPrefix("error: Nobody is signed in"))
        }
    }

    @Test func `stays when the server cannot be reached`() async throws {
        try await signedIn(for: 1) { _, _ in }

        let run = try await Transcript.of(["networks"], home: home)

        #expect(run.status == 1)
        #expect(try kept()?.tokens.refresh == "refresh-1")
    }

    @Test func `is given back by its refresh token, and forgotten`() async throws {
        try await signedIn { server, _ in
            await server.endAccessToken()

            let run = try await Transcript.of(["sign-out"], home: home)

            #expect(run.status == 0)
            #expect(await server.revoked == ["refresh-2"])
            #expect(try kept() == nil)
        }
    }

    @Test func `is forgotten by a sign-out that the server cannot be told`() async throws {
        try await signedIn { _, _ in }

        let run = try await Transcript.of(["sign-out"], home: home)

        #expect(run.errors.contains("cannot be reached"))
        #expect(try kept() == nil)
    }

    private var folder: StateFolder { StateFolder(path: home + "/state") }

    private func kept() throws -> SavedSession? {
        try folder.read(SavedSession.self, from: SavedSession.file)
    }

    /// ana, signed in at a server whose first access token is good for so many seconds.
    private func signedIn(
        for seconds: Int = 3600,
        _ test: @escaping @Sendable (TestServer, Int) async throws -> Void
    ) async throws {
        let server = TestServer()
        await server.giveTokens(for: seconds)
        try await LocalServer.serving(server.router()) { port in
            let words = ["sign-in", "ana@acme.example", "--server", "http://127.0.0.1:\(port)", "--no-browser"]
            _ = try await Transcript.of(words, home: home) { line in
                guard line.hasPrefix("http://") else { return }
                _ = try? await HTTPClient.shared.execute(HTTPClientRequest(url: line), timeout: .seconds(10)).body
                    .collect(upTo: 1 << 20)
            }
            try await test(server, port)
        }
    }
}
